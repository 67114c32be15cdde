import { get, post } from "/net.js";
import { attempt, byId, duration, element, say, watch, whole } from "/ui.js";

const PACE = 250;
const MILLIS = 2000;
const note = byId("processes-note");
const verdict = byId("processes-verdict");
const rows = new Map(); // by the name of the process, changed in place: a reader's place in the table stays

export async function start() {
  await attempt(note, null, async () => {
    const answer = await get("/demo/processes");
    if (answer.there) {
      byId("processes").hidden = false;
      byId("processes-add").addEventListener("click", add);
      show(answer);
      watch(PACE, note, async () => show(await get("/demo/processes")));
    }
  });
}

function add(event) {
  attempt(note, event.currentTarget, async () => {
    show(await post("/demo/processes/add", { millis: MILLIS }));
    say(note, "");
  });
}

function show(answer) {
  const living = answer.processes.filter((one) => one.state === "ALIVE").length;
  byId("processes-count").textContent = living === 1 ? "1 process lives" : `${living} processes live`;
  byId("processes-alone").textContent = living > 1 ? ""
    : "Start a second demo in the same zeal.table.directory, with another port, and both show here: ./zeal demo --processes 2 does.";
  byId("processes-sum").textContent = whole(answer.sum);
  byId("processes-all").textContent = whole(answer.all);
  showProcesses(answer);
  showRate(answer);
  showVerdict(answer);
}

function showProcesses(answer) {
  const names = new Set(answer.processes.map((one) => one.name));
  for (const [name, row] of rows) {
    if (!names.has(name)) {
      row.place.remove();
      rows.delete(name);
    }
  }
  answer.processes.forEach((one, at) => {
    const row = rows.get(one.name) ?? makeRow(one, answer.server);
    rows.set(one.name, row);
    row.show(one);
    const there = byId("processes-rows").children[at];
    if (there !== row.place) {
      byId("processes-rows").insertBefore(row.place, there ?? null);
    }
  });
}

function makeRow(one, here) {
  const state = cell("state");
  const added = cell("number added");
  const place = element("tr", {},
    cell("key", one.name === here ? `${one.name}, this demo` : one.name), cell("number wide", one.pid), state, added);
  place.setAttribute("role", "row");
  return {
    place,
    show(now) {
      place.dataset.state = now.state;
      state.textContent = stateOf(now);
      added.textContent = whole(now.added);
    },
  };
}

function cell(className, textContent = "") {
  const made = element("td", { className, textContent });
  made.setAttribute("role", "cell");
  return made;
}

function stateOf(one) {
  switch (one.state) {
    case "ALIVE": return "alive";
    case "SILENT": return `no beat for ${duration(one.silentMillis)}`;
    default: return "ended";
  }
}

let run; // since when this page sees them add, and from where; stays when they end, for the rate

function showRate(answer) {
  const adding = answer.addingMillis !== "0";
  const now = performance.now();
  if (adding && !run?.adding) {
    run = { adding: true, from: BigInt(answer.all), since: now };
    return;
  }
  if (!run?.adding) {
    return;
  }
  run.adding = adding;
  const millis = Math.max(1, Math.round(now - run.since));
  const rate = (Number(BigInt(answer.all) - run.from) * 1000) / millis;
  // A look after the end would count the time in which nobody added.
  if (adding) {
    byId("processes-rate").textContent = `${whole(Math.round(rate))}/s`;
  }
}

let seen = ""; // who is in the middle of the two adds when the time is over makes them unequal for a moment

function showVerdict(answer) {
  const before = seen;
  seen = `${answer.all} ${answer.sum}`;
  if (answer.error) {
    say(verdict, `${answer.error.message} ${answer.error.code}`, "error");
  } else if (answer.addingMillis !== "0") {
    say(verdict, `They add for another ${duration(answer.addingMillis)}.`);
  } else if (answer.equal) {
    say(verdict, `Equal: none of ${whole(answer.all)} got lost.`, "ok");
  } else if (seen === before) {
    const apart = BigInt(answer.all) - BigInt(answer.sum);
    const cut = BigInt(answer.processes.filter((one) => one.state !== "ENDED").length);
    say(verdict, apart > 0n && apart <= cut
      ? `${whole(apart)} apart: a process that is killed or stopped after it added to the row of all, and before it added to its own, leaves them one apart. Both rows are whole.`
      : `${whole(apart)} apart: more than processes that were cut off explain. Somebody else changed the rows.`, "warn");
  }
}
