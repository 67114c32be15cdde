import { get } from "/net.js";

// What this page needs and its backend lacks, each with the reason. As long as it cannot be asked, nothing is switched
// off: then a refusal shows where it was met.
let unmet = new Map();

export async function start() {
  try {
    const { needs } = await get("/demo/needs");
    unmet = new Map(needs.filter((need) => need.error).map((need) => [need.need, need.error.message]));
  } catch {
    // The panels will tell.
  }
}

/** Whether the backend has what is needed. If not, the place says why, and the controls are off and refer to it. */
export function met(need, place, ...controls) {
  const why = unmet.get(need);
  if (why === undefined) {
    return true;
  }
  place.textContent = why;
  place.hidden = false;
  for (const control of controls) {
    control.disabled = true;
    control.setAttribute("aria-describedby", place.id);
  }
  return false;
}
