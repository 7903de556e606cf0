// The list: a cursor that moves by J and K, a selection that survives swaps, rows that follow the
// tickets live without moving under the reader.

import { openMenu } from "../ui/desk.js";
import { isField, onKey } from "../ui/keys.js";
import { fetchParts, refresher, replacePart } from "../ui/parts.js";
import { here, watchEnd } from "./endless.js";

const bulk = document.getElementById("bulk");
const arrivals = document.getElementById("arrivals");
let waiting = null;

function list() {
  return document.getElementById("list");
}

function rows() {
  return [...list().querySelectorAll("tr.tk")];
}

function linkOf(row) {
  return row.querySelector(".tk-s1 a");
}

// --- cursor ------------------------------------------------------------------------------------------------

function current() {
  return list().querySelector("tr.is-cursor");
}

function point(row, { focus = true } = {}) {
  for (const other of rows()) {
    other.classList.toggle("is-cursor", other === row && focus);
    linkOf(other).tabIndex = other === row ? 0 : -1;
  }
  if (!focus || !row) return;
  linkOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
  if (next) point(next);
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("tr.tk");
  if (row && event.target.matches(".tk-s1 a") && !row.classList.contains("is-cursor")) point(row);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.(".tk-s1 a")) event.target.closest("tr.tk")?.classList.remove("is-cursor");
});

for (const [key, step] of [["j", 1], ["ArrowDown", 1], ["k", -1], ["ArrowUp", -1]]) onKey(key, () => move(step));
onKey("Home", () => point(rows()[0]));
onKey("End", () => point(rows().at(-1)));

// --- selection ---------------------------------------------------------------------------------------------

function selected() {
  return [...list().querySelectorAll(".tk-sel:checked")];
}

function showSelection() {
  const count = selected().length;
  if (!bulk) return;
  if (count < rows().length) setEverything(false);
  bulk.hidden = count === 0;
  const said = bulk.querySelector(".bulk-n");
  const counted = count ? bulk.dataset.words.replace("{count}", count) : "";
  said.textContent = isEverything() ? said.dataset.allWords : counted;
  bulk.querySelector("[data-select-everything]").hidden = isEverything() || count === 0 || count < rows().length || !list().querySelector(".pager");
  const all = list().querySelector("[data-select-all]");
  if (!all) return;
  all.checked = count > 0 && count === rows().length;
  all.indeterminate = count > 0 && !all.checked;
}

function isEverything() {
  return bulk?.querySelector("[data-all]").value === "1";
}

// Everything that the view holds, beyond this page. What is done to it is work for later.
function setEverything(on) {
  const field = bulk?.querySelector("[data-all]");
  if (field) field.value = on ? "1" : "";
}

function selectAll() {
  const all = [...list().querySelectorAll(".tk-sel")];
  const wasAll = all.length > 0 && all.every((box) => box.checked);
  for (const box of all) box.checked = true;
  if (wasAll && list().querySelector(".pager")) setEverything(true);
  showSelection();
}

// The rows between the one selected last and this one; Shift+J and Shift+K take the next one along.
let anchor = null;

function selectRange(from, to) {
  const all = rows();
  const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (first < 0) return;
  for (const row of all.slice(first, last + 1)) row.querySelector(".tk-sel").checked = true;
  showSelection();
}

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("tr.tk");
  if (!row) return;
  const box = event.target.closest(".tk-c-sel")?.querySelector(".tk-sel");
  if (event.shiftKey && box && anchor?.isConnected) {
    event.preventDefault();
    getSelection()?.removeAllRanges();
    selectRange(anchor, row);
  } else if (event.target === box) {
    anchor = box.checked ? row : null;
  }
});

function extend(step) {
  const from = current() ?? rows()[0];
  if (!from) return;
  from.querySelector(".tk-sel").checked = true;
  if (!current()) point(from);
  else move(step);
  (current() ?? from).querySelector(".tk-sel").checked = true;
  anchor = current();
  showSelection();
}

document.addEventListener("keydown", (event) => {
  const isBusy = event.isComposing || document.querySelector("dialog[open]") || isField(event.target);
  if (isBusy || event.target.closest?.("details.drop-menu[open]")) return;
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && key === "a" && bulk && rows().length) {
    event.preventDefault();
    selectAll();
  } else if (event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && (key === "j" || key === "k")) {
    event.preventDefault(); // before the plain keys hear of it
    extend(key === "j" ? 1 : -1);
  }
}, { capture: true });

bulk?.querySelector("[data-select-everything]").addEventListener("click", () => {
  setEverything(true);
  showSelection();
});
// One press is one act, however often it is sent.
bulk?.addEventListener("htmx:configRequest", (event) => {
  event.detail.parameters.request_key = crypto.randomUUID?.() ?? "";
});

function clearSelection() {
  setEverything(false);
  for (const box of selected()) box.checked = false;
  showSelection();
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-select-all]")) {
    for (const box of list().querySelectorAll(".tk-sel")) box.checked = event.target.checked;
  }
  if (event.target.matches?.(".tk-sel, [data-select-all]")) showSelection();
});

// Enter in a form presses its first button; on a check box it opens the ticket instead.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.(".tk-sel, [data-select-all]")) return;
  event.preventDefault();
  const row = event.target.closest("tr.tk");
  if (row) linkOf(row).click();
});

onKey("x", () => {
  const row = current() ?? rows()[0];
  if (!row) return;
  if (!current()) point(row);
  row.querySelector(".tk-sel").click();
});
onKey("Escape", () => {
  if (location.hash === "#views") location.hash = "#main";
  else if (selected().length) clearSelection();
  else return false;
});
bulk?.querySelector("[data-deselect]").addEventListener("click", clearSelection);

// An act on the selection, or on the cursor row alone when nothing is selected.
function withSelection(act) {
  if (!selected().length) {
    const row = current();
    if (!row) return false;
    row.querySelector(".tk-sel").checked = true;
    showSelection();
  }
  return act();
}

for (const [key, name] of [["a", "assignee"], ["s", "status"], ["p", "priority"], ["t", "tag"]]) {
  onKey(key, () => withSelection(() => openMenu(name)));
}
// Enter in a field of a menu presses the button that belongs to it, not the form's first one.
document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && !event.isComposing && event.target.dataset?.presses;
  if (!button) return;
  event.preventDefault();
  document.getElementById(button)?.click();
});
onKey("e", () => withSelection(() => { bulk?.querySelector('button.btn[value="solved"]')?.click(); }));

bulk?.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || event.detail.requestConfig.verb === "get") return; // a menu was filled
  clearSelection();
  show(true)("");
});

onKey("f", () => { document.getElementById("add-filter")?.click(); });

// --- live --------------------------------------------------------------------------------------------------

// A row never moves away under a pointer that rests on it.
function isPointedAt() {
  return matchMedia("(hover: hover)").matches && list().querySelector("table.tickets")?.matches(":hover");
}

function isReading() {
  return list().scrollTop > 8 || isPointedAt() || selected().length > 0 || Boolean(document.querySelector("details.drop-menu[open]"));
}

function replaceRows(fresh) {
  const place = list().contains(document.activeElement) ? document.activeElement.closest("tr.tk")?.id : null;
  const marked = new Set(selected().map((box) => box.value));
  replacePart(fresh);
  for (const box of list().querySelectorAll(".tk-sel")) box.checked = marked.has(box.value);
  const row = place && document.getElementById(place);
  point(row || rows()[0], { focus: Boolean(row) });
  waiting = null;
  if (arrivals) arrivals.hidden = true;
  showSelection();
}

// Rows that stand on the page change in place; what is new waits behind the chip.
function mergeRows(fresh) {
  let count = 0;
  for (const row of fresh.querySelectorAll("tr.tk")) {
    const old = document.getElementById(row.id);
    if (!old) count += 1;
    else if (old.dataset.version !== row.dataset.version) swapRow(old, row);
  }
  waiting = fresh;
  if (!arrivals) return;
  arrivals.hidden = count === 0;
  arrivals.querySelector("span").textContent = arrivals.dataset.words.replace("{count}", count);
}

function swapRow(old, row) {
  const added = document.importNode(row, true);
  const hadFocus = linkOf(old) === document.activeElement;
  added.querySelector(".tk-sel").checked = old.querySelector(".tk-sel").checked;
  linkOf(added).tabIndex = linkOf(old).tabIndex;
  old.replaceWith(added);
  if (hadFocus) point(added);
}

function show(atOnce, extent) {
  return async (lsn) => {
    const page = await fetchParts(here(extent), lsn);
    for (const id of ["views", "list-count"]) {
      const part = page.getElementById(id);
      if (part) replacePart(part);
    }
    const fresh = page.getElementById("list");
    if (atOnce || !isReading() || !rows().length) replaceRows(fresh);
    else mergeRows(fresh);
  };
}

const refresh = refresher(show(false), 250);

function showArrivals() {
  if (!waiting) return;
  replaceRows(waiting);
  list().scrollTop = 0;
}

arrivals?.addEventListener("click", showArrivals);
onKey(".", showArrivals);

document.addEventListener("onque:hint", (event) => {
  if (event.detail.topic === "desk.list") refresh(event.detail.lsn);
});
document.addEventListener("onque:resync", () => refresh(""));
document.addEventListener("onque:stale", () => list().classList.add("is-stale"));

const MINUTE_MS = 60_000;
setInterval(() => { if (!document.hidden) refresh(""); }, MINUTE_MS);

const ended = document.getElementById("ended");
if (ended) {
  const address = new URL(location.href);
  address.searchParams.delete("ended");
  history.replaceState(history.state, "", address);
  setTimeout(() => ended.remove(), 8000);
}

if (rows().length) point(rows()[0], { focus: false });
showSelection();
watchEnd({ refresh: (extent) => show(true, extent)(""), grown: showSelection });
