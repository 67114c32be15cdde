import { get, post } from "/net.js";
import { attempt, byId, duration, element, say, watch, whole } from "/ui.js";

const PACE = 250;
const note = byId("tiered-note");
const cards = new Map(); // by the name of the server; one that no longer answers stays for a while
const SILENCE = 10000;
const LOSSES = 10;

export async function start() {
  await attempt(note, null, async () => {
    const answer = await get("/demo/tiered");
    if (answer.there) {
      byId("tiered").hidden = false;
      show(answer);
      watch(PACE, note, async () => show(await get("/demo/tiered")));
    }
  });
}

function show(answer) {
  const now = performance.now();
  byId("tiered-newest").textContent = `The newest value is ${whole(answer.newest)}`;
  const count = answer.servers.length;
  byId("tiered-count").textContent = count === 1 ? "1 server answers" : `${count} servers answer`;
  byId("tiered-alone").textContent = count > 1 ? ""
    : "Start a second demo on the same backend, with another port, and both show here.";
  for (const look of answer.servers) {
    cardOf(look.server, answer.server).show(look, answer.newest, now);
  }
  for (const [name, card] of cards) {
    card.silent(now);
    if (now - card.heard > SILENCE) {
      card.place.remove();
      cards.delete(name);
    }
  }
}

function cardOf(name, here) {
  if (!cards.has(name)) {
    const card = makeCard(name, name === here);
    cards.set(name, card);
    const next = [...cards.entries()].filter(([other]) => other > name).sort(([one], [other]) => (one < other ? -1 : 1))[0];
    byId("servers").insertBefore(card.place, next ? next[1].place : null);
  }
  return cards.get(name);
}

/** What changes is changed in place, so that the buttons keep the focus. */
function makeCard(name, here) {
  const said = here ? `${name}, this demo` : name;
  const who = here ? "this demo" : name;
  const number = element("strong", { textContent: "–" });
  const level = element("span", { className: "level" });
  const from = element("span", { className: "hint" });
  const state = element("p", { className: "note" });
  const values = Object.fromEntries(["generation", "gaps", "hits", "lost"].map((key) => [key, element("dd", { textContent: "–" })]));
  const write = button("Write here", `Write at ${said}`, () => act("write", { server: name }, (look) => `${whole(look.number)} is written at ${who}.`));
  const lose = button(`Drop the next ${LOSSES} invalidations`, `Drop the next ${LOSSES} invalidations of ${said}`,
    () => act("lose", { server: name, invalidations: LOSSES }, (look) => `The next ${whole(look.losing)} invalidations do not reach ${who}. Write at another server.`));
  const place = element("article", { className: "server" },
    element("h3", { textContent: said }),
    element("p", { className: "seen" }, number, level, from),
    state,
    element("dl", { className: "result four" },
      fact("Generation", values.generation), fact("Gaps found", values.gaps), fact("L1 hits", values.hits), fact("Dropped", values.lost)),
    element("div", { className: "bar" }, write, lose));
  place.dataset.server = name;
  const card = { place, heard: 0, behindSince: undefined };

  card.show = (look, newest, now) => {
    card.heard = now;
    number.textContent = whole(look.number);
    level.dataset.level = look.level;
    level.textContent = look.level;
    from.textContent = look.level === "L1"
      ? `its copy, read ${duration(Number(look.ageMicros) / 1000)} ago, in ${whole(look.tookMicros)} µs`
      : `asked what all share, in ${whole(look.tookMicros)} µs`;
    for (const [key, value] of Object.entries(values)) {
      value.textContent = whole(look[key]);
    }
    const behind = BigInt(look.number) < BigInt(newest);
    place.dataset.state = behind ? "behind" : "good";
    if (behind) {
      card.behindSince ??= now;
      say(state, `Behind for ${duration(now - card.behindSince)}: the newest is ${whole(newest)}.`, "warn");
    } else {
      if (card.behindSince !== undefined) {
        card.was = `Was behind for about ${duration(now - card.behindSince)}.`;
        card.behindSince = undefined;
      }
      const left = look.losing === "0" ? "" : ` The next ${whole(look.losing)} invalidations are dropped.`;
      say(state, `Up to date, written at ${look.writer}. ${card.was ?? ""}${left}`);
    }
  };
  card.silent = (now) => {
    if (card.heard !== now) {
      place.dataset.state = "silent";
      say(state, `No answer for ${duration(now - card.heard)}.`, "warn");
    }
  };
  return card;
}

const fact = (name, value) => element("div", {}, element("dt", { textContent: name }), value);

function button(text, label, action) {
  const made = element("button", { type: "button", className: "button small", textContent: text });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => attempt(note, made, action));
  return made;
}

async function act(path, body, told) {
  say(note, told(await post(`/demo/tiered/${path}`, body)), "ok");
}
