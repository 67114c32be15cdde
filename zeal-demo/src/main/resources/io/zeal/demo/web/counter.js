import { met } from "/needs.js";
import { get, post } from "/net.js";
import { attempt, byId, say, whole } from "/ui.js";

const note = byId("counter-note");
let current = "requests";
let negative = true; // whether a counter may be below zero
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
  negative = met("NEGATIVE", byId("counter-lack"));
  if (!negative) {
    endAtZero();
  }
  await attempt(note, null, async () => display((await get("/demo/counter", { name: current })).value));
}

function endAtZero() {
  for (const id of ["cas-expected", "cas-next"]) {
    byId(id).pattern = "[0-9]{1,19}";
    byId(id).title = "A whole number from 0";
  }
  for (const id of ["counter-minus", "cas-expected", "cas-next"]) {
    byId(id).setAttribute("aria-describedby", "counter-lack");
  }
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
    if (!negative) {
      offerMinus(value !== "0");
    }
  }
}

function offerMinus(offered) {
  const hadFocus = document.activeElement === byId("counter-minus");
  byId("counter-minus").disabled = !offered;
  if (hadFocus && !offered) {
    byId("counter-plus").focus();
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
