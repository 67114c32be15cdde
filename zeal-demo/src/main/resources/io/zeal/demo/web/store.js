import { met } from "/needs.js";
import { get, patch, post, put, remove } from "/net.js";
import { attempt, byId, duration, element, say, whole } from "/ui.js";

const LIMIT = 10;
const note = byId("store-note");

let stores = [];
let current = "";
let cursors = [""]; // where each page up to this one begins
let next;
let count;
let edited; // the row the dialog was opened with, undefined for a new one
let lists = true; // whether the backend lists rows; if not, those that were asked for or written here are shown
let bounds = true; // whether it bounds their number
let seen = []; // keys of the rows that are shown where none are listed, newest first

export const selected = () => current;

export async function start() {
  met("COUNTING", byId("count-lack"));
  bounds = met("BOUNDING", byId("new-lack"), byId("new-capacity"), byId("new-overflow"));
  lists = met("LISTING", byId("list-lack"), byId("page-first"), byId("page-back"), byId("page-next"));
  byId("find-form").hidden = lists;
  byId("find-form").addEventListener("submit", find);
  byId("store-select").addEventListener("change", (event) => select(event.target.value));
  byId("store-new").addEventListener("click", openStoreDialog);
  byId("store-form").addEventListener("submit", makeStore);
  byId("fill-form").addEventListener("submit", fill);
  byId("row-new").addEventListener("click", () => openRowDialog());
  byId("row-form").addEventListener("submit", saveRow);
  byId("store-clear").addEventListener("click", openClearDialog);
  byId("clear-form").addEventListener("submit", clear);
  byId("page-first").addEventListener("click", () => turn([""]));
  byId("page-back").addEventListener("click", () => turn(cursors.slice(0, -1)));
  byId("page-next").addEventListener("click", () => turn([...cursors, next]));
  await attempt(note, null, async () => {
    await list();
    if (stores.length > 0) {
      await select(stores[0].name);
    }
  });
}

export function showCount(rows) {
  if (rows !== undefined && rows !== count) {
    const emptied = rows === "0" || count === "0" || count === undefined;
    count = rows;
    if (emptied) {
      load(); // someone else, or time, made the page as it is shown wrong
    }
  }
}

async function list() {
  stores = (await get("/demo/stores")).stores;
  byId("store-select").replaceChildren(
    ...stores.map((store) => element("option", { value: store.name, textContent: store.name })),
  );
  byId("store-select").value = current;
}

async function select(name) {
  current = name;
  count = undefined;
  seen = [];
  byId("store-select").value = name;
  byId("tile-store").textContent = name;
  byId("tile-rows").textContent = "–";
  const store = stores.find((one) => one.name === name);
  const ttl = store.ttlMillis === "0" ? "rows never expire" : `rows expire after ${duration(store.ttlMillis)}`;
  const full = store.overflow === "EVICT" ? "removes a row when full" : "refuses rows when full";
  const room = bounds ? [`room for ${whole(store.capacity)} rows`, full] : ["any number of rows"];
  byId("store-facts").replaceChildren(...[ttl, ...room].map((fact) => element("span", { textContent: fact })));
  byId("tile-capacity").textContent = bounds ? `of ${whole(store.capacity)}` : "not bounded";
  say(note, "");
  document.dispatchEvent(new Event("zeal:watch"));
  await turn([""]);
}

async function turn(to) {
  cursors = to;
  await load();
}

const load = () => attempt(note, null, lists ? loadPage : loadSeen);

async function loadPage() {
  const asked = current;
  const page = await get("/demo/rows", { store: current, after: cursors.at(-1), limit: LIMIT });
  if (asked !== current) {
    return;
  }
  if (page.rows.length === 0 && cursors.length > 1) {
    await turn(cursors.slice(0, -1));
    return;
  }
  next = page.next;
  showRows(page.rows);
  byId("rows-empty").hidden = page.rows.length > 0;
  byId("page-first").disabled = byId("page-back").disabled = cursors.length === 1;
  byId("page-next").disabled = next === undefined;
  byId("page-text").textContent = `Page ${cursors.length}`;
}

// --- Rows where the backend lists none ---

async function loadSeen() {
  const keys = seen;
  const rows = await Promise.all(keys.map(read));
  if (keys !== seen) {
    return; // others are to be shown by now
  }
  const there = rows.filter((row) => row !== undefined);
  seen = there.map((row) => row.key);
  showRows(there);
  byId("rows-unseen").hidden = there.length > 0;
}

/** The row, unless it expired or somebody removed it. */
async function read(key) {
  try {
    return await get("/demo/row", { store: current, key });
  } catch (error) {
    if (error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

/** Lets the row be among those that are shown. */
function see(key) {
  seen = [key, ...seen.filter((one) => one !== key)].slice(0, LIMIT);
}

function find(event) {
  event.preventDefault();
  attempt(note, event.submitter, async () => {
    const key = byId("find-key").value;
    await get("/demo/row", { store: current, key });
    see(key);
    say(note, "");
    await load();
  });
}

/** Lines that stay are kept as they are, so that neither a click nor the focus gets lost under a refresh. */
function showRows(rows) {
  const body = byId("rows");
  const kept = new Map([...body.children].map((one) => [one.dataset.key, one]));
  const lines = rows.map((row) => fillLine(kept.get(row.key) ?? newLine(row.key), row));
  if (lines.length !== body.children.length || lines.some((one, at) => one !== body.children[at])) {
    body.replaceChildren(...lines);
  }
}

function newLine(key) {
  const act = (text, label, danger, action) => {
    const button = element("button", {
      type: "button", textContent: text, className: danger ? "action danger" : "action", title: label,
    });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => attempt(note, button, () => action(key)));
    return button;
  };
  // The roles are said aloud because the narrow layout takes them away from a table's elements.
  const cell = (className, ...content) => element("td", { className, role: "cell" }, ...content);
  const line = element("tr", { role: "row" },
    cell("key", key), cell("name"), cell("number score"), cell("number wide"), cell("number wide"),
    cell("wide", element("span")),
    cell("actions",
      act("+1", `Add 1 to the score of ${key}`, false, addOne),
      act("Edit", `Edit ${key}`, false, openRowDialog),
      act("Delete", `Delete ${key}`, true, deleteRow)));
  line.dataset.key = key;
  return line;
}

function fillLine(line, row) {
  [row.name, whole(row.score), row.level, row.rating].forEach((text, at) => {
    line.children[at + 1].textContent = text;
  });
  const online = line.children[5].firstChild;
  online.className = row.online ? "yes" : "no";
  online.textContent = row.online ? "yes" : "no";
  return line;
}

async function addOne(key) {
  const { value } = await post("/demo/row/increment", { store: current, key, column: "score", by: 1 });
  say(note, `${key}: the score is ${whole(value)}.`, "ok");
  await load();
}

async function deleteRow(key) {
  await remove("/demo/row", { store: current, key });
  seen = seen.filter((one) => one !== key);
  say(note, `${key} is removed.`, "ok");
  await load();
  byId("row-new").focus();
}

function fill(event) {
  event.preventDefault();
  attempt(note, event.submitter, async () => {
    const answer = await post("/demo/stores/fill", { store: current, rows: byId("fill-rows").value });
    const written = `${whole(answer.written)} rows written in ${duration(answer.millis)}.`;
    if (answer.key) {
      see(answer.key);
    }
    say(note, answer.refusal ? `${written} ${answer.refusal.message}` : written, answer.refusal ? "warn" : "ok");
    await load();
    changed();
  });
}

function openStoreDialog() {
  say(byId("new-note"), "");
  byId("store-dialog").showModal();
}

function makeStore(event) {
  event.preventDefault();
  attempt(byId("new-note"), event.submitter, async () => {
    const name = byId("new-name").value;
    const bound = bounds ? { capacity: byId("new-capacity").value, overflow: byId("new-overflow").value } : {};
    await post("/demo/stores", { name, ttlMillis: byId("new-ttl").value, ...bound });
    await list();
    await select(name);
    byId("store-dialog").close();
    byId("new-name").value = "";
    say(note, `The store ${name} is there.`, "ok");
    changed();
  });
}

async function openRowDialog(key) {
  edited = key === undefined ? undefined : await get("/demo/row", { store: current, key });
  const row = edited ?? { key: "", name: "", score: "0", level: 1, rating: 0, online: false };
  byId("row-dialog-title").textContent = edited ? "Edit a row" : "Add a row";
  byId("row-key").value = row.key;
  byId("row-key").disabled = edited !== undefined;
  byId("row-name").value = row.name;
  byId("row-score").value = row.score;
  byId("row-level").value = row.level;
  byId("row-rating").value = row.rating;
  byId("row-online").checked = row.online;
  byId("row-ttl").textContent = row.ttlMillis === undefined ? "" : `Expires in ${duration(row.ttlMillis)}.`;
  byId("row-patch").hidden = edited === undefined;
  say(byId("row-note"), "");
  byId("row-dialog").showModal();
}

function saveRow(event) {
  event.preventDefault();
  const patches = event.submitter?.value === "patch";
  attempt(byId("row-note"), event.submitter, async () => {
    const key = byId("row-key").value;
    const row = {
      name: byId("row-name").value,
      score: byId("row-score").value,
      level: byId("row-level").value,
      rating: Number(byId("row-rating").value),
      online: byId("row-online").checked,
    };
    if (patches) {
      const changes = Object.fromEntries(Object.entries(row).filter(([name, value]) => String(value) !== String(edited[name])));
      if (Object.keys(changes).length === 0) {
        say(byId("row-note"), "Nothing was changed.", "warn");
        return;
      }
      await patch("/demo/row", { store: current, key }, changes);
      say(note, `${key}: changed ${Object.keys(changes).join(", ")}.`, "ok");
    } else {
      await put("/demo/row", { store: current, key }, row);
      see(key);
      say(note, `${key} is stored.`, "ok");
    }
    byId("row-dialog").close();
    await load();
  });
}

function openClearDialog() {
  byId("clear-name").textContent = current;
  say(byId("clear-note"), "");
  byId("clear-dialog").showModal();
}

function clear(event) {
  event.preventDefault();
  attempt(byId("clear-note"), event.submitter, async () => {
    await post("/demo/stores/clear", { store: current });
    byId("clear-dialog").close();
    seen = [];
    say(note, "Every row is removed.", "ok");
    await turn([""]);
  });
}

function changed() {
  document.dispatchEvent(new Event("zeal:changed"));
}

/** Shows the rows anew, and the one under the key if it is for this page to choose. */
export function reload(key) {
  see(key);
  return load();
}
