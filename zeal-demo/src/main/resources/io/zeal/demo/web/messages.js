import { met } from "/needs.js";
import { get, post } from "/net.js";
import { attempt, byId, duration, element, say, watch, whole } from "/ui.js";

const notes = { chat: byId("chat-note"), order: byId("order-note"), dead: byId("dead-note") };
const MOST_LINES = 100; // in the page; the demo keeps some more
const LETTERS = 20;

export async function start() {
  byId("chat-form").addEventListener("submit", speak);
  byId("order-form").addEventListener("submit", order);
  const room = met("ROOM", byId("room-lack"), ...byId("chat-form").elements);
  const queue = met("QUEUE", byId("queue-lack"), ...byId("order-form").elements);
  byId("chat").hidden = !room;
  byId("orders").hidden = byId("queue-numbers").hidden = !queue;
  await attempt(notes.chat, null, read); // it says who this demo is
  if (room || queue) {
    watch(1000, notes.chat, read);
  }
  if (queue) {
    await attempt(notes.dead, null, refresh);
    watch(2000, notes.dead, refresh);
  }
}

// --- What this demo received ---

let server = "";
let last = "0";
let refusal; // why there is no queue
let reading; // the read under way: a second one at the same time would show lines twice

function read() {
  reading ??= readOnce().finally(() => { reading = undefined; });
  return reading;
}

async function readOnce() {
  let answer = await get("/demo/pubsub/log", { after: last, limit: MOST_LINES });
  if (answer.server !== server) { // the first look, or the demo began anew and counts from 1 again
    if (server !== "") {
      answer = await get("/demo/pubsub/log", { after: "0", limit: MOST_LINES });
    }
    server = answer.server;
    byId("messages-server").textContent = `This demo is ${server}`;
    byId("chat").replaceChildren();
    byId("orders").replaceChildren();
  }
  last = answer.last;
  refusal = answer.orders.error;
  answer.lines.forEach(showLine);
  showState(byId("room-state"), "Room", answer.room, ["received", "dropped", "failed", "gaps"]);
  showState(byId("orders-state"), "Queue", answer.orders, ["received", "failed", "gaps", "lost"], `${answer.atWork} at work here`);
}

function showState(place, name, state, numbers, more) {
  const shown = numbers.filter((number) => number === "received" || (state.numbers[number] ?? "0") !== "0")
    .map((number) => `${whole(state.numbers[number] ?? 0)} ${number}`);
  const words = state.error ? [`not there: ${state.error.code}`] : [state.active ? "subscribed" : "not connected", ...(more ? [more] : []), ...shown];
  place.textContent = `${name}: ${words.join(", ")}`;
  place.title = state.error?.message ?? "";
  place.dataset.state = state.active ? "on" : "off";
}

const who = (name) => name === server ? "this demo" : name;
const clock = (millis) => new Date(Number(millis)).toLocaleTimeString("en-GB");

function showLine(line) {
  if (line.kind === "SAID") {
    append("chat", "", `${line.said.name}: ${line.said.text}`, `${clock(line.atMillis)}, said at ${who(line.said.server)}, heard here`);
  } else if (line.kind === "GAP") {
    append("chat", "warn", "Something may have been missed here.", clock(line.atMillis));
  } else {
    showHandled(line.handled, line.atMillis);
  }
}

const DID = {
  DONE: ["done", "ok"],
  FAILED: ["failed", "error"],
  RETRIED: ["to be delivered again", "warn"],
  REJECTED: ["rejected", "error"],
  CUT_OFF: ["cut off", "warn"],
  UNREADABLE: ["is no order", "error"],
};

function showHandled(order, atMillis) {
  const [did, kind] = DID[order.did];
  const facts = [clock(atMillis), `delivery ${whole(order.deliveryCount)}`];
  if (order.before) {
    facts.push(`delivered before to ${who(order.before)}`);
  }
  if (order.takenBy) {
    facts.push(`taken by ${who(order.takenBy)}`);
  }
  if (!order.claimed) {
    facts.push("the claim was lost: this counts for nothing");
  }
  append("orders", kind, `${order.item ?? "A message"}: ${did}`, `${facts.join(", ")}, id ${order.id}`);
}

/** Newest last; the list follows, unless its reader looks at something older. */
function append(id, kind, text, small) {
  const list = byId(id);
  const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const said = element("span", { textContent: text });
  said.dataset.kind = kind;
  list.append(element("li", {}, said, element("small", { textContent: small })));
  while (list.children.length > MOST_LINES) {
    list.firstChild.remove();
  }
  if (follows) {
    list.scrollTop = list.scrollHeight;
  }
}

// --- The room ---

function speak(event) {
  event.preventDefault();
  attempt(notes.chat, byId("chat-say"), async () => {
    const answer = await post("/demo/pubsub/publish", { name: byId("chat-name").value, text: byId("chat-text").value });
    const receivers = answer.receivers === "1" ? "1 receiver" : `${whole(answer.receivers)} receivers`;
    byId("chat-text").value = "";
    say(notes.chat, answer.exact ? `${receivers}.` : `${receivers}, as far as the server knows.`, "ok");
    await read();
  });
}

// --- The orders ---

function order(event) {
  event.preventDefault();
  const button = event.submitter ?? byId("order-done");
  attempt(notes.order, button, async () => {
    const { id, ids } = await post("/demo/pubsub/publish-reliable", {
      item: byId("order-item").value,
      answer: button.value,
      times: byId("order-times").value,
      workMillis: byId("order-work").value,
      orders: byId("order-count").value,
    });
    say(notes.order, ids.length === 1 ? `Taken: id ${id}.` : `${whole(ids.length)} taken, the first as id ${id}.`, "ok");
    await Promise.all([read(), refresh()]);
  });
}

// --- Lag and dead letters ---

async function refresh() {
  if (refusal) {
    throw Object.assign(new Error(refusal.message), { code: refusal.code });
  }
  const numbers = await get("/demo/pubsub/orders");
  byId("orders-lag").textContent = whole(numbers.lag);
  byId("orders-oldest").textContent = duration(numbers.oldestMillis);
  byId("orders-pending").textContent = whole(numbers.pending);
  byId("orders-retries").textContent = whole(numbers.retries);
  byId("orders-dead").textContent = whole(numbers.deadLetters);
  const { deadLetters } = numbers.deadLetters === "0"
    ? { deadLetters: [] } : await get("/demo/pubsub/dead-letters", { limit: LETTERS });
  byId("dead-table").hidden = deadLetters.length === 0;
  showLetters(deadLetters);
  byId("dead-more").textContent = BigInt(numbers.deadLetters) > LETTERS ? `The oldest ${LETTERS} dead letters:` : "";
}

/** What is there stays, and with it the focus; newer ones come behind it. */
function showLetters(letters) {
  const rows = new Map([...byId("dead").children].map((row) => [row.dataset.id, row]));
  for (const letter of letters) {
    if (!rows.delete(letter.id)) {
      byId("dead").append(letterRow(letter));
    }
  }
  rows.forEach((row) => row.remove());
}

function letterRow(letter) {
  const item = letter.item ?? "A message that is no order";
  const taken = letter.takenBy ? `, taken by ${who(letter.takenBy)}` : "";
  const actions = element("td", { className: "actions" });
  if (letter.item) {
    actions.append(action(letter, "Publish anew", "publish", `Publish ${item} anew`,
      (answer) => `${item} is published anew, as id ${answer.id}, and will be done.`));
  }
  actions.append(action(letter, "Remove", "remove", `Remove the dead letter ${item}`, () => `${item} is removed.`));
  const row = element("tr", {},
    element("td", {}, item, element("small", { textContent: `id ${letter.messageId}${taken}` })),
    element("td", {}, letter.reason, element("small", { textContent: letter.stackHash ? `stack ${letter.stackHash}` : "" })),
    element("td", {}, clock(letter.buriedAtMillis), element("small", { textContent: `delivery ${whole(letter.deliveryCount)}` })),
    actions);
  row.dataset.id = letter.id;
  return row;
}

function action(letter, text, path, label, told) {
  const button = element("button", { type: "button", className: path === "remove" ? "action danger" : "action", textContent: text });
  button.setAttribute("aria-label", label);
  button.addEventListener("click", () => attempt(notes.dead, button, async () => {
    const answer = await post(`/demo/pubsub/dead-letters/${path}`, { id: letter.id });
    say(notes.dead, told(answer), "ok");
    await Promise.all([read(), refresh()]);
  }));
  return button;
}
