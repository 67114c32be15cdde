import { get, post } from "/net.js";
import { attempt, byId, duration, element, say, whole } from "/ui.js";

const KEPT = {
  MEMORY: "in memory only: a restart begins cold",
  FILES: "in memory and in files: a restart is warm",
  TABLE: "in the table, for all processes that share it",
  SERVER: "on the server, for everyone who shares it",
};
const CHANGED = { // told whether there was something fresh
  expire: [
    (day) => `${day} is expired: for an hour it may be served stale, if it cannot be loaded.`,
    (day) => `${day} has no fresh value.`,
  ],
  remove: [
    (day) => `${day} is removed.`,
    (day) => `${day} is removed; there was nothing fresh.`,
  ],
};
const notes = { value: byId("cache-note"), stampede: byId("stampede-note"), tags: byId("tags-note") };

export async function start() {
  byId("cache-form").addEventListener("submit", ask);
  byId("cache-key").addEventListener("change", () => {
    forget();
    byId("cache-explain").textContent = "";
  });
  byId("cache-expire").addEventListener("click", (event) => change(event, "expire"));
  byId("cache-remove").addEventListener("click", (event) => change(event, "remove"));
  byId("stampede-form").addEventListener("submit", stampede);
  byId("tags-fill").addEventListener("click", fill);
  await attempt(notes.value, null, async () => {
    const cache = await get("/demo/cache");
    byId("cache-key").replaceChildren(
      ...cache.reports.map(({ key }) => element("option", { value: key, textContent: title(key) })));
    byId("tags-remove").replaceChildren(...cache.tags.map(tagButton));
    show(cache);
  });
  setInterval(() => { if (!document.hidden) attempt(notes.value, null, poll); }, 5000);
}

let lost = false; // what the note says then is no answer to anybody, and goes when the backend is back

async function poll() {
  try {
    await refresh();
  } catch (error) {
    lost = true;
    throw error;
  }
  if (lost) {
    lost = false;
    say(notes.value, "");
  }
}

async function refresh() {
  show(await get("/demo/cache"));
}

const title = (key) => key.charAt(0).toUpperCase() + key.slice(1);

function show(cache) {
  const values = cache.warm === 1 ? "value was" : "values were";
  byId("cache-kept").textContent = `Kept ${KEPT[cache.keptIn]}`;
  const shared = cache.keptIn === "SERVER" || cache.keptIn === "TABLE";
  const by = cache.warm === 0 ? "" : `, loaded by ${shared ? "another process" : "an earlier one"}`;
  byId("cache-warm").textContent = `${cache.warm} ${values} here when this process began${by}`;
  byId("cache-warm").classList.toggle("warm", cache.warm > 0);
  showStats(cache.stats);
  byId("cache-days").replaceChildren(...cache.reports.map((one) => chip(title(one.key), one.there)));
  showTagged(cache.tagged);
}

function showStats(stats) {
  const sum = (...names) => whole(names.reduce((all, name) => all + BigInt(stats[name] ?? 0), 0n));
  byId("cache-hits").textContent = sum("hitsMemory", "hitsFile");
  byId("cache-loads").textContent = sum("loads");
  byId("cache-failed").textContent = sum("loadFailures");
  byId("cache-stale").textContent = sum("staleServed");
}

function chip(text, there) {
  const item = element("li", { className: there ? "has" : "lacks", textContent: text });
  item.append(element("span", { className: "visually-hidden", textContent: there ? ", is there" : ", is not there" }));
  return item;
}

function showTagged(tagged) {
  byId("tagged").replaceChildren(...tagged.map((one) => chip(one.tags.join(" "), one.there)));
}

// --- The slow loader ---

/** The explanation stays until there is another, so that the page does not jump. */
function forget() {
  byId("cache-value").textContent = "–";
  byId("cache-took").textContent = "–";
  byId("cache-tier").textContent = "–";
  say(notes.value, "");
}

function ask(event) {
  event.preventDefault();
  const key = byId("cache-key").value;
  attempt(notes.value, byId("cache-get"), async () => {
    forget();
    say(notes.value, "Asking.");
    try {
      showValue(await post("/demo/cache/get", { key, loaderFails: byId("cache-fails").checked }));
    } finally {
      await refresh();
    }
  });
}

function showValue(answer) {
  byId("cache-value").textContent = whole(answer.visitors);
  byId("cache-took").textContent = took(answer.micros);
  showExplain(answer.explain);
  const age = `${duration(answer.ageMillis)} ago`;
  const by = answer.loadedHere ? `loaded ${age}`
    : answer.loadedBefore ? `loaded ${age}, before this process began`
    : `loaded ${age} by another process`;
  const said = {
    LOADED: ["The loader was asked.", "ok"],
    JOINED: ["Another call was loading it: this one waited for the same load.", "ok"],
    CACHED: [`From the cache, ${by}. The loader was not asked.`, "ok"],
    STALE: [`Stale value served, ${by}: ${answer.tried ? "the loader failed" : "the loader failed a moment ago and was not asked again"}.`, "warn"],
  };
  say(notes.value, ...said[answer.source]);
}

/** Its first words are the tier, or that there is nothing. */
function showExplain(explain) {
  byId("cache-tier").textContent = explain.split(/,| \(/)[0];
  byId("cache-explain").textContent = explain;
}

function took(micros) {
  if (micros < 1000) {
    return `${micros} µs`;
  }
  return micros < 1e6 ? `${Number((micros / 1000).toFixed(1))} ms` : duration(micros / 1000);
}

function change(event, what) {
  const key = byId("cache-key").value;
  attempt(notes.value, event.currentTarget, async () => {
    const answer = await post(`/demo/cache/${what}`, { key });
    forget();
    showExplain(answer.explain);
    say(notes.value, CHANGED[what][answer.done ? 0 : 1](title(key)));
    await refresh();
  });
}

// --- Many callers at once ---

function stampede(event) {
  event.preventDefault();
  attempt(notes.stampede, byId("stampede-run"), async () => {
    const callers = Number(byId("stampede-callers").value);
    say(notes.stampede, "Running.");
    const answer = await post("/demo/cache/stampede", { callers });
    byId("stampede-served").textContent = whole(answer.served);
    byId("stampede-loads").textContent = whole(answer.loads);
    byId("stampede-took").textContent = duration(answer.millis);
    const loads = answer.loads === 1 ? "1 load" : `${whole(answer.loads)} loads`;
    say(notes.stampede, `${whole(answer.callers)} callers, ${loads}.`, answer.loads === 1 ? "ok" : "warn");
    await refresh();
  });
}

// --- Tags ---

function fill(event) {
  attempt(notes.tags, event.currentTarget, async () => {
    const { tagged } = await post("/demo/cache/tags/fill", {});
    showTagged(tagged);
    say(notes.tags, `${tagged.length} entries are cached, each with a colour and a shape as its tags.`);
    await refresh();
  });
}

function tagButton(tag) {
  const button = element("button", { type: "button", className: "button small", textContent: tag });
  button.setAttribute("aria-label", `Remove everything tagged ${tag}`);
  button.addEventListener("click", () => attempt(notes.tags, button, async () => {
    const { tagged } = await post("/demo/cache/tags/remove", { tag });
    showTagged(tagged);
    const left = tagged.filter((one) => one.there).length;
    say(notes.tags, `Nothing tagged ${tag} is left; ${left === 1 ? "1 entry remains" : `${left} entries remain`}.`, "ok");
    await refresh();
  }));
  return button;
}
