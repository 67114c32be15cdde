import { get, post } from "/net.js";
import { attempt, byId, say, whole } from "/ui.js";

const note = byId("counter-note");
let current = "requests";
let pending = 0; // answers under way are newer than what the stream says

export const name = () => current;

export async function start() {
  byId("counter-name-form").addEventListener("submit", choose);
  byId("counter-plus").addEventListener("click", () => add(1));
  byId("counter-minus").addEventListener("click", () => add(-1));
  byId("counter-cas").addEventListener("submit", compareAndSet);
  byId("counter-reset").addEventListener("click", () =>
    change("/demo/counter/reset", {}, () => ["The counter is untouched again.", "ok"]));
  byId("tile-counter-name").textContent = current;
  await attempt(note, null, async () => display((await get("/demo/counter", { name: current })).value));
}

export function show(value) {
  if (pending === 0) {
    display(value);
  }
}

function display(value) {
  const text = value === undefined ? "none" : whole(value);
  if (byId("counter-value").textContent !== text) {
    byId("counter-value").textContent = text;
    byId("counter-value").classList.toggle("long", text.length > 11);
    byId("tile-counter").textContent = text;
  }
}

function choose(event) {
  event.preventDefault();
  attempt(note, event.submitter, async () => {
    const wanted = byId("counter-name").value;
    const { value } = await get("/demo/counter", { name: wanted });
    current = wanted;
    byId("tile-counter-name").textContent = current;
    display(value);
    say(note, "");
    document.dispatchEvent(new Event("zeal:watch"));
  });
}

const add = (by) => change("/demo/counter/increment", { by }, () => ["", ""]);

function compareAndSet(event) {
  event.preventDefault();
  const expected = byId("cas-expected").value;
  const next = byId("cas-next").value;
  change("/demo/counter/compare-and-set", { expected, next }, (answer) =>
    answer.done
      ? [`It was ${whole(expected)} and is ${whole(next)} now.`, "ok"]
      : [`It is ${whole(answer.value)}, not ${whole(expected)}: unchanged.`, "warn"]);
}

async function change(path, body, told) {
  pending++;
  await attempt(note, null, async () => {
    const answer = await post(path, { name: current, ...body });
    display(answer.value);
    say(note, ...told(answer));
  });
  pending--;
}
