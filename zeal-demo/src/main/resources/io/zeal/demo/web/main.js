import { byId } from "/ui.js";
import { whole } from "/ui.js";
import * as backend from "/backend.js";
import * as cache from "/cache.js";
import * as counter from "/counter.js";
import * as increments from "/increments.js";
import * as messages from "/messages.js";
import * as needs from "/needs.js";
import * as processes from "/processes.js";
import * as store from "/store.js";
import * as tiered from "/tiered.js";

// One stream for everything that is live. It is closed while the page is hidden: a browser allows few per host.
let stream;
let watched = "";

function state(name, text) {
  byId("live").dataset.state = name;
  byId("live-text").textContent = text;
}

function watch() {
  const wanted = new URLSearchParams({
    store: store.selected(),
    key: increments.key(),
    counter: counter.name(),
  }).toString();
  if (stream && stream.readyState !== EventSource.CLOSED && wanted === watched) {
    return;
  }
  stream?.close();
  watched = wanted;
  state("waiting", "connecting");
  stream = new EventSource(`/demo/live?${wanted}`);
  stream.addEventListener("message", (message) => {
    const event = JSON.parse(message.data);
    state("live", "live");
    byId("tile-rows").textContent = event.rows === undefined ? "not counted" : whole(event.rows);
    store.showCount(event.rows);
    counter.show(event.counter);
    increments.show(event.score);
  });
  stream.addEventListener("problem", () => state("lost", "backend not answering"));
  stream.addEventListener("error", () => {
    state("lost", "reconnecting");
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(() => { if (!document.hidden) watch(); }, 2000);
    }
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    state("waiting", "paused");
  } else if (store.selected()) {
    watch();
  }
});

document.addEventListener("zeal:watch", watch);
document.addEventListener("zeal:changed", () => backend.refresh());

await needs.start(); // before anything is offered
await Promise.all([store.start(), counter.start(), cache.start(), messages.start(), processes.start(), tiered.start(), backend.start()]);
increments.start();
if (store.selected()) {
  watch();
}
document.documentElement.dataset.ready = "true";
