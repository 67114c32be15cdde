import { get } from "/net.js";
import { attempt, byId, bytes, element, say, whole, words } from "/ui.js";

const SCOPES = {
  PROCESS: "shared within this process",
  HOST: "shared by processes on this host",
  CLUSTER: "shared by everyone on the servers",
};
const note = byId("backend-note");

export async function start() {
  byId("backend-refresh").addEventListener("click", (event) => refresh(event.currentTarget));
  byId("roundtrip").addEventListener("click", roundtrip);
  await refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, 5000);
}

export function refresh(button) {
  return attempt(note, button, async () => {
    const health = await get("/health/store");
    showBackend(health.backend);
    showFindings(health.findings);
    showMemory(health.stats);
    showStats(health.stats);
    if (note.dataset.kind === "error") {
      say(note, "");
    }
  });
}

function showBackend(backend) {
  byId("tile-backend").textContent = backend.name;
  byId("tile-scope").textContent = SCOPES[backend.scope];
  byId("backend-line").textContent = `${backend.name}: ${SCOPES[backend.scope]}.`;
  const chip = (className, said) => (name) => {
    const item = element("li", { className, textContent: words(name) });
    item.append(element("span", { className: "visually-hidden", textContent: said }));
    return item;
  };
  byId("capabilities").replaceChildren(
    ...backend.capabilities.map(chip("has", ", has it")),
    ...backend.missing.map(chip("lacks", ", does not have it")),
  );
  const limits = pairs(backend.limits);
  byId("limits").replaceChildren(...(limits.length > 0 ? limits : [element("dt", { textContent: "None stated." })]));
}

function pairs(numbers) {
  return Object.entries(numbers).flatMap(([name, value]) => [
    element("dt", { textContent: words(name) }),
    element("dd", { textContent: /Bytes$/.test(name) && Number(value) >= 1024 ? bytes(value) : whole(value) }),
  ]);
}

function showFindings(findings) {
  byId("findings").replaceChildren(
    ...(findings.length === 0
      ? [element("li", { textContent: "Nothing to report." })]
      : findings.map((finding) => {
          const item = element("li", {},
            element("span", { className: "code", textContent: `${finding.severity.toLowerCase()} ${finding.code}` }),
            element("p", { textContent: finding.found }),
            element("p", { className: "hint", textContent: finding.action }));
          item.dataset.severity = finding.severity;
          return item;
        })),
  );
}

/** What is said of memory anywhere in the tree: by formula beside what is committed. */
function memoryOf(stats, found = []) {
  if (stats.numbers.memoryBytes !== undefined) {
    found.push(stats);
  }
  stats.parts.forEach((part) => memoryOf(part, found));
  return found;
}

function showMemory(stats) {
  const found = memoryOf(stats);
  const parts = found.length > 1 ? found.filter((one) => one.parts.length === 0) : found;
  const sum = (name) => parts.reduce((all, one) => all + BigInt(one.numbers[name] ?? 0), 0n);
  const committed = parts.some((one) => one.numbers.committedBytes !== undefined);
  byId("tile-memory").textContent = found.length === 0 ? "–" : bytes(committed ? sum("committedBytes") : sum("memoryBytes"));
  byId("tile-memory-under").textContent =
    found.length === 0 ? "not told by this backend" : committed ? `committed of ${bytes(sum("memoryBytes"))} reserved` : "by formula";
  byId("memory-hint").textContent =
    found.length === 0
      ? "This backend reports no memory."
      : "The size of a store is known before its first row: a formula of rows and columns. Memory is committed as rows come.";
  byId("memory").replaceChildren(...parts.map(memoryLine));
}

function memoryLine(stats) {
  const all = stats.numbers.memoryBytes;
  const committed = stats.numbers.committedBytes;
  const bar = element("progress", { max: Math.max(1, Number(all)), value: Number(committed ?? all) });
  bar.setAttribute("aria-label", `Memory of ${stats.name}`);
  const text = committed === undefined ? bytes(all) : `${bytes(committed)} of ${bytes(all)}`;
  return element("div", { className: "line" },
    element("span", { textContent: stats.name }), bar, element("span", { textContent: text, title: `${whole(all)} bytes` }));
}

const folded = new Set(); // what the reader folded, kept over a refresh

function showStats(stats) {
  const inner = stats.parts.flatMap((part) => cards(part, ""));
  byId("stats").replaceChildren(...(Object.keys(stats.numbers).length > 0 ? [card(stats, stats.name)] : []), ...inner);
}

/** A card for every part of the tree that has numbers, outermost first. */
function cards(stats, within) {
  const path = within ? `${within} › ${stats.name}` : stats.name;
  const inner = stats.parts.flatMap((part) => cards(part, path));
  return Object.keys(stats.numbers).length === 0 ? inner : [card(stats, path), ...inner];
}

function card(stats, path) {
  const details = element("details", { open: !folded.has(path) },
    element("summary", { textContent: path }),
    element("dl", { className: "pairs" }, ...pairs(stats.numbers)));
  details.addEventListener("toggle", () => (details.open ? folded.delete(path) : folded.add(path)));
  return details;
}

function roundtrip(event) {
  attempt(note, event.currentTarget, async () => {
    const answer = await get("/demo/store-roundtrip");
    byId("steps").hidden = false;
    byId("steps").replaceChildren(
      ...answer.steps.map((step) =>
        element("li", { className: step.ok ? "good" : "bad" },
          element("span", { textContent: `${step.ok ? "✓" : "✗"} ${step.step}` }),
          element("small", { textContent: `${whole(step.micros)} µs` }))),
    );
    say(note, answer.ok ? "Every step did what it should." : "A step did not do what it should.", answer.ok ? "ok" : "error");
  });
}
