// Macros: "/" in the composer offers prepared words. What one changes goes along with the sending.

import { body, draftChanged, form, kind } from "./drafts.js";

const OPENS = /(^|\s)\/$/;
let start = -1;
let loading = null;

function list() {
  return document.getElementById("macro-list");
}

function isOpen() {
  return start >= 0 && list() && !list().hidden;
}

function shown() {
  return [...list().querySelectorAll("[role=option]:not([hidden])")];
}

async function load() {
  const answer = await fetch(list().dataset.url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  list().replaceChildren(...[...page.querySelectorAll("[role=option]")].map((one) => document.importNode(one, true)));
}

function close() {
  start = -1;
  if (list()) list().hidden = true;
  document.getElementById("macro-none").hidden = true;
  body()?.removeAttribute("aria-activedescendant");
}

function choose(option) {
  for (const one of list().querySelectorAll("[aria-selected=true]")) one.setAttribute("aria-selected", "false");
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  body().setAttribute("aria-activedescendant", option.id);
}

function filter() {
  const typed = body().value.slice(start + 1, body().selectionStart);
  if (body().selectionStart <= start || body().value[start] !== "/" || typed.includes("\n")) return close();
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  for (const one of list().querySelectorAll("[role=option]")) one.hidden = !wanted.every((word) => one.dataset.find.includes(word));
  const found = shown();
  if (!found.length && (typed.length > 20 || typed.endsWith(" "))) return close();
  list().hidden = !found.length;
  document.getElementById("macro-none").hidden = Boolean(found.length);
  choose(found[0]);
}

async function open(at) {
  start = at;
  loading ??= load();
  try {
    await loading;
  } catch {
    loading = null; // the next "/" tries again
    close();
    return;
  }
  if (start >= 0) filter();
}

function insert(option) {
  const { text, macro, does, status } = option.dataset;
  const at = start;
  body().setRangeText(text, at, body().selectionStart, "end");
  close();
  carry({ macro, does, status });
  const gap = body().value.indexOf("{{", at);
  if (gap >= 0 && gap < at + text.length) body().setSelectionRange(gap, body().value.indexOf("}}", gap) + 2);
  body().focus();
  draftChanged();
}

// What goes along with the sending stands above the buttons, and can be left out.
function carry({ macro, does, status }) {
  document.getElementById("macro").value = macro;
  const line = document.getElementById("macro-does");
  line.hidden = !does;
  line.dataset.status = status;
  document.getElementById("macro-words").textContent = does;
  showStatus(status);
}

function showStatus(status) {
  const send = document.getElementById("send");
  if (!send) return;
  send.value = status || "solved";
  const words = document.getElementById("send-words");
  const chosen = document.querySelector(`.composer .menu button[name=status][value="${status}"]`);
  words.textContent = status && status !== "solved" && chosen ? words.dataset.with.replace("{status}", chosen.dataset.words) : words.dataset.plain;
}

function showCarried() {
  showStatus(document.getElementById("macro-does")?.dataset.status ?? "");
}

document.addEventListener("input", (event) => {
  if (event.target !== body() || kind() === "forward" || !list()) return;
  const before = body().value.slice(0, body().selectionStart);
  if (isOpen() || start >= 0) filter();
  else if (OPENS.test(before)) open(before.length - 1);
});

// Before the composer's own keys: while the list is open they are the list's.
document.addEventListener("keydown", (event) => {
  if (!isOpen() || event.target !== body() || event.isComposing || event.keyCode === 229) return;
  const found = shown();
  const at = found.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(found[(at + 1) % found.length]);
  else if (event.key === "ArrowUp") choose(found[(at - 1 + found.length) % found.length]);
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") insert(found[Math.max(at, 0)]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("#macro-list [role=option]");
  if (!option) return;
  event.preventDefault(); // the text keeps its focus and its cursor
  insert(option);
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#macro-open")) {
    body().focus();
    const gap = body().selectionStart && !/\s$/.test(body().value.slice(0, body().selectionStart)) ? " /" : "/";
    body().setRangeText(gap, body().selectionStart, body().selectionEnd, "end");
    open(body().selectionStart - 1);
  } else if (event.target.closest?.("#macro-drop")) {
    carry({ macro: "", does: "", status: "" });
    draftChanged();
    body().focus();
  } else if (isOpen() && event.target !== body()) close();
});

document.addEventListener("onque:composer", showCarried);
if (form()) showCarried();
