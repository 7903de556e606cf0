// The progress of an act on many tickets: a strip that follows it live until it has ended.

import { follow } from "../ui/live.js";
import { fetchParts } from "../ui/parts.js";

const KEY = "onque-bulk";
const POLL_MS = 2000;
const place = document.getElementById("bulk-place");
const mine = `desk.bulk.${document.body.dataset.memberId}`;
let shown = place?.querySelector("#bulk-run") ? location.pathname : sessionStorage.getItem(KEY);
let running = false;
let again = false;

async function show() {
  if (!shown || !place) return;
  again = true;
  if (running) return;
  running = true;
  while (again) {
    again = false;
    await fetchStrip(shown);
  }
  running = false;
}

async function fetchStrip(path) {
  try {
    const page = await fetchParts(path);
    // Another act was begun while this answer was under way: it must not be covered by the older one.
    if (path !== shown) return;
    const fresh = page.getElementById("bulk-run");
    place.replaceChildren(...(fresh ? [document.importNode(fresh, true)] : []));
    globalThis.htmx?.process(place);
    if (fresh?.dataset.ended) end();
  } catch {
    if (path === shown) sessionStorage.removeItem(KEY);
  }
}

function end() {
  sessionStorage.removeItem(KEY);
  if (shown === location.pathname && wasRunning) location.reload();
  wasRunning = false;
}

let wasRunning = place?.querySelector("#bulk-run") ? !place.querySelector("#bulk-run").dataset.ended : true;

document.addEventListener("onque:bulk", (event) => {
  shown = event.detail.value;
  wasRunning = true;
  sessionStorage.setItem(KEY, shown);
  if (location.pathname.includes("/bulk/") && location.pathname !== shown) location.assign(shown);
  else show();
});
document.addEventListener("onque:hint", (event) => {
  if (event.detail.topic === mine) show();
});
document.addEventListener("onque:resync", show);
setInterval(() => { if (shown && wasRunning && !document.hidden) show(); }, POLL_MS);

follow(mine);
if (sessionStorage.getItem(KEY)) show();
