// Earlier messages of a long conversation: fetched when asked for and put above, so that what is read
// stays where it is. Without script the link opens them as a page of its own.

import { toast } from "../ui/desk.js";
import { fetchParts } from "../ui/parts.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("#earlier a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  try {
    put((await fetchParts(link.href)).getElementById("messages"), link === document.activeElement);
  } catch {
    toast(link.dataset.lost);
  } finally {
    link.removeAttribute("aria-busy");
  }
});

// The thread runs from its end, so what is put on top moves nothing.
function put(fresh, wasFocused) {
  const thread = document.getElementById("thread");
  const old = document.getElementById("messages");
  thread.setAttribute("aria-live", "off"); // nobody wants a hundred messages read out
  document.getElementById("earlier").remove();
  const added = document.createDocumentFragment();
  for (const part of fresh.children) {
    if (part.id !== "newest" && !(part.id && document.getElementById(part.id))) added.append(document.importNode(part, true));
  }
  dropSameDay(added, old);
  const first = added.querySelector("#earlier a, .msg-at");
  old.prepend(added);
  globalThis.htmx?.process(old);
  if (wasFocused) first?.focus({ preventScroll: true });
  requestAnimationFrame(() => thread.removeAttribute("aria-live"));
}

// The day that goes on below has its heading above now.
function dropSameDay(added, old) {
  const headings = added.querySelectorAll(".day");
  const below = old.querySelector(".day");
  if (headings.length && below && below.textContent === headings[headings.length - 1].textContent) below.remove();
}
