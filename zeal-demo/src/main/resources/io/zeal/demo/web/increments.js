import { get, post, put } from "/net.js";
import { attempt, byId, duration, say, whole } from "/ui.js";
import { reload, selected } from "/store.js";

const note = byId("inc-note");
let expected; // of the run that is going on
let watchedKey = "tally";

export const key = () => watchedKey;

export function start() {
  byId("inc-form").addEventListener("submit", run);
}

export function show(score) {
  if (expected !== undefined && score !== undefined) {
    progress(BigInt(score));
  }
}

function progress(total) {
  byId("inc-total").textContent = whole(total);
  byId("inc-progress").value = expected > 0n ? Number((total * 1000n) / expected) / 1000 : 0;
}

function run(event) {
  event.preventDefault();
  const clients = Number(byId("inc-clients").value);
  const each = Number(byId("inc-each").value);
  const server = document.querySelector("input[name=inc-where]:checked").value === "server";
  watchedKey = byId("inc-key").value;
  document.dispatchEvent(new Event("zeal:watch"));
  attempt(note, byId("inc-run"), async () => {
    expected = BigInt(clients) * BigInt(each);
    byId("inc-expected").textContent = whole(expected);
    byId("inc-rate").textContent = "–";
    progress(0n);
    say(note, "Running.");
    try {
      finish(await (server ? onServer(clients, each) : here(clients, each)));
    } finally {
      expected = undefined;
    }
    await reload(watchedKey);
  });
}

const onServer = (clients, each) =>
  post("/demo/increments", { store: selected(), key: watchedKey, clients, each });

/** The same from this page: one request an increment. A browser runs about six of them at a time. */
async function here(clients, each) {
  if (clients * each > 20000) {
    throw new Error("From the browser every increment is a request: ask for at most 20,000 in all.");
  }
  const row = { store: selected(), key: watchedKey };
  await put("/demo/row", row, { name: "", score: 0, level: 1, rating: 0, online: false });
  const start = performance.now();
  const client = async () => {
    for (let made = 0; made < each; made++) {
      await post("/demo/row/increment", { ...row, column: "score", by: 1 });
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const millis = Math.round(performance.now() - start);
  const total = (await get("/demo/row", row)).score;
  const made = String(clients * each);
  return { made, expected: made, total, exact: made === total, complete: true, millis };
}

function finish(answer) {
  expected = BigInt(answer.expected);
  progress(BigInt(answer.total));
  byId("inc-expected").textContent = whole(answer.expected);
  const rate = answer.millis > 0 ? (Number(answer.made) * 1000) / answer.millis : Number(answer.made) * 1000;
  byId("inc-rate").textContent = `${whole(Math.round(rate))}/s`;
  const cut = answer.complete ? "" : " The time for a run was over before all were made.";
  if (answer.exact) {
    say(note, `Exact: ${whole(answer.total)} of ${whole(answer.expected)} in ${duration(answer.millis)}.${cut}`, "ok");
  } else {
    say(note, `Not equal: someone else changed, removed or outlived the row meanwhile.${cut}`, "warn");
  }
}
