// Small helpers. Text reaches the page as text only, never as markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Whole numbers of any size, given as text or number, with separators. */
export const whole = (value) => BigInt(value).toLocaleString("en-US");

export function bytes(value) {
  let left = Number(value);
  for (const unit of ["B", "KiB", "MiB", "GiB"]) {
    if (Math.abs(left) < 1024 || unit === "GiB") {
      return `${unit === "B" ? left : left.toFixed(left < 10 ? 2 : 1)} ${unit}`;
    }
    left /= 1024;
  }
}

export function duration(milliseconds) {
  const seconds = Number(milliseconds) / 1000;
  if (seconds < 120) {
    return `${Number(seconds.toFixed(1))} s`;
  }
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** Words of a name such as memoryBytes or EXACT_COUNT. */
export const words = (name) =>
  name.includes("_") || name === name.toUpperCase()
    ? name.toLowerCase().replaceAll("_", " ")
    : name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();

export function say(note, text, kind = "") {
  note.dataset.kind = kind;
  note.textContent = text;
}

/** Runs an action with its button off; an error becomes the note's text. The button gets its focus back. */
export async function attempt(note, button, action) {
  const focused = button && document.activeElement === button;
  if (button) {
    button.disabled = true;
  }
  try {
    await action();
  } catch (error) {
    const code = error.code && !error.message.includes(error.code) ? ` ${error.code}` : "";
    say(note, error.message + code, "error");
  } finally {
    if (button) {
      button.disabled = false;
      if (focused && document.activeElement === document.body) {
        button.focus();
      }
    }
  }
}

/**
 * Looks again and again while the page is seen, one look after the other: a busy server makes them
 * fewer, never many at once. What the note says of one that failed goes with the next that does not.
 */
export async function watch(pace, note, look) {
  let lost = false;
  for (;;) {
    await new Promise((done) => { setTimeout(done, pace); });
    if (document.hidden) {
      continue;
    }
    await attempt(note, null, async () => {
      try {
        await look();
      } catch (error) {
        lost = true;
        throw error;
      }
      if (lost) {
        lost = false;
        say(note, "");
      }
    });
  }
}

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
}
