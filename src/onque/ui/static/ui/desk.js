// The shell: menus, preferences, shortcuts, toasts, the live mark.

import { onKey } from "./keys.js";
import { parse } from "./parts.js";

const root = document.documentElement;

// --- menus: one open at a time; Esc and a press outside close; arrows move --------------------------

function openMenus() {
  return [...document.querySelectorAll("details.drop-menu[open]")];
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.drop-menu") || !menu.open) return;
  for (const other of openMenus()) if (other !== menu) other.open = false;
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.drop-menu[open]");
  if (!menu || event.isComposing) return;
  if (event.key === "Escape") {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveIn(menu, event.key === "ArrowDown" ? 1 : -1);
  }
});

function moveIn(menu, step) {
  const items = [...menu.querySelectorAll(".menu :is(a, button)")];
  const at = items.indexOf(document.activeElement);
  items[at < 0 ? (step > 0 ? 0 : items.length - 1) : (at + step + items.length) % items.length]?.focus();
}

export function openMenu(name) {
  const menu = document.querySelector(`details.drop-menu[data-menu="${name}"]`);
  if (!menu || !menu.checkVisibility()) return false;
  menu.open = true;
  menu.querySelector(".menu :is(a, button)")?.focus();
  return true;
}

// --- preferences: shown at once, kept by the server --------------------------------------------------

function apply(name, value) {
  if (name === "density") root.dataset.density = value;
  else if (name !== "theme") return;
  else if (value === "system") delete root.dataset.theme;
  else root.dataset.theme = value;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const name = form.dataset?.preference;
  const pressed = event.submitter;
  if (!name || !pressed) return;
  event.preventDefault();
  apply(name, pressed.value);
  for (const one of form.elements) if (one.matches("button")) one.setAttribute("aria-pressed", String(one === pressed));
  const body = new FormData(form, pressed);
  fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).then((answer) => {
    if (!answer.ok) toast(lostWords());
  }, () => toast(lostWords()));
});

onKey("v", () => {
  document.querySelector('[data-preference="density"] button[aria-pressed="false"]')?.click();
});

// --- toasts --------------------------------------------------------------------------------------------

const TOAST_MS = 6000;

function lostWords() {
  return document.getElementById("toasts")?.dataset.lost ?? "";
}

export function toast(words) {
  const place = document.getElementById("toasts");
  if (!place || !words) return;
  const one = document.createElement("div");
  one.className = "toast";
  one.textContent = words;
  place.replaceChildren(one);
  setTimeout(() => one.remove(), TOAST_MS);
}

// A refusal that answers a form stands beside what still works.
document.addEventListener("htmx:responseError", (event) => {
  const banner = parse(event.detail.xhr.responseText).querySelector("[data-refusal]");
  const place = document.getElementById("notices");
  if (banner && place) place.replaceChildren(document.importNode(banner, true));
  else if (!event.detail.xhr.responseText.includes("data-part")) toast(lostWords());
});
document.addEventListener("htmx:sendError", () => toast(lostWords()));
document.addEventListener("htmx:beforeRequest", () => document.getElementById("notices")?.replaceChildren());

// --- shortcuts overlay -----------------------------------------------------------------------------------

function showShortcuts() {
  document.getElementById("shortcuts")?.showModal();
}

for (const button of document.querySelectorAll('[data-opens="shortcuts"]')) {
  if (!document.getElementById("shortcuts")) continue;
  button.hidden = false;
  button.addEventListener("click", showShortcuts);
}
onKey("?", showShortcuts);
onKey("c", () => {
  const link = document.querySelector('[data-key="c"]');
  link?.click();
  return Boolean(link);
});

// --- going places -----------------------------------------------------------------------------------------

for (const [key, view] of [["i", "mine"], ["u", "unassigned"], ["a", "all"], ["s", "at-risk"]]) {
  onKey(`g ${key}`, () => location.assign(`/desk/${document.body.dataset.tenant}/tickets/?view=${view}`));
}

// --- the live mark -----------------------------------------------------------------------------------------

const DOTS = { connected: "ok", polling: "warn", reconnecting: "warn", connecting: "off" };
const WORDS = { connected: "live", polling: "polling", reconnecting: "offline", connecting: "connecting" };

document.addEventListener("onque:live", (event) => {
  const mark = document.querySelector(".statusbar .live");
  const state = event.detail.state;
  if (!mark || !(state in DOTS)) return;
  mark.firstElementChild.className = `dot dot--${DOTS[state]}`;
  mark.querySelector("[data-live-word]").textContent = mark.dataset[WORDS[state]];
});

// A refused form names its trouble first.
document.querySelector("[data-focus]")?.focus();
