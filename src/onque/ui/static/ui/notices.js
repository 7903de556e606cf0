// What is wrong, told on every page: asked for once the page stands and once a minute while it is seen.
// A question that fails says nothing: the live mark tells when the server is gone.

import { parse } from "./parts.js";

const EVERY = 60_000;

async function ask(place) {
  if (document.visibilityState === "hidden") return;
  let text;
  try {
    const answer = await fetch(place.dataset.notices, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    text = await answer.text();
  } catch {
    return;
  }
  if (text === place.told || place.contains(document.activeElement)) return;
  place.told = text;
  place.replaceChildren(...parse(text).body.children);
}

for (const place of document.querySelectorAll("[data-notices]")) {
  place.told = "";
  ask(place);
  setInterval(() => ask(place), EVERY);
  document.addEventListener("visibilitychange", () => ask(place));
}
