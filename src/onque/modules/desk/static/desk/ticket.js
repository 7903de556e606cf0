// The ticket page: keys, the conversation that grows without jumping, fresh properties.

import { openMenu, toast } from "../ui/desk.js";
import { onKey } from "../ui/keys.js";
import { fetchParts, parse, refresher, replacePart } from "../ui/parts.js";
import { afterDiscard, afterSend, focusBody, forward, giveBack, press, takeBack } from "./composer.js";
import { showDone } from "./acts.js";
import "./macros.js";
import "./mentions.js";
import "./earlier.js";
import "./schedule.js";
import "./uploads.js";
import { untouched } from "./letters.js";
import "./presence.js";
import { watchHeld } from "./undo.js";

const page = document.getElementById("ticket");
const mine = `desk.ticket.${page.dataset.ticket}`;
const NEAR_END = 24;

// --- the conversation --------------------------------------------------------------------------------------

// The thread runs from its end (column-reverse): scrollTop is 0 at the newest message.
function keepPlace(thread, change) {
  const atEnd = Math.abs(thread.scrollTop) < NEAR_END;
  const fromTop = thread.scrollHeight - thread.clientHeight + thread.scrollTop;
  change();
  thread.scrollTop = atEnd ? 0 : fromTop - (thread.scrollHeight - thread.clientHeight);
}

function isSelecting(element) {
  const chosen = getSelection();
  return chosen && !chosen.isCollapsed && element.contains(chosen.anchorNode);
}

// The line that leads to earlier messages is not one of them: it stands as long as there are some.
const KEPT = new Set(["earlier"]);

function mergeThread(fresh) {
  const old = document.getElementById("messages");
  if (!old || !fresh) return;
  keepPlace(document.getElementById("thread"), () => {
    for (const gone of missing(old, fresh)) gone.remove();
    let place = null;
    for (const part of [...fresh.children].filter((one) => !KEPT.has(one.id))) place = mergeEntry(old, part, place);
  });
  watchHeld(old);
}

// What left the ticket, or is sent now. Where the answer holds only the newest messages, older ones stay.
function missing(old, fresh) {
  const has = (entry) => Boolean(fresh.querySelector(`[id="${entry.id}"]`));
  const entries = [...old.children].filter((entry) => entry.id && !KEPT.has(entry.id));
  const from = "whole" in fresh.dataset ? 0 : entries.findIndex(has);
  return entries.filter((entry, at) => !has(entry) && (entry.dataset.held || (from >= 0 && at >= from)));
}

function put(old, part, after) {
  const added = document.importNode(part, true);
  const start = after ?? document.getElementById("earlier");
  if (start) start.after(added);
  else old.prepend(added);
  return added;
}

function sameBody(known, part) {
  const [old, fresh] = [known, part].map((one) => one.querySelector(".msg-c"));
  return !old || old.isEqualNode(fresh) || untouched(old).isEqualNode(fresh);
}

function headingAfter(old, after, words) {
  let one = after ? after.nextElementSibling : old.firstElementChild;
  while (one && (one.id || one.textContent !== words)) one = one.nextElementSibling;
  return one;
}

// Returns where the entry stands now; the next one comes after it.
function mergeEntry(old, part, after) {
  if (!part.id) {
    return headingAfter(old, after, part.textContent) ?? put(old, part, after);
  }
  const known = document.getElementById(part.id);
  if (!known) {
    const added = put(old, part, after);
    added.classList.add("is-new");
    globalThis.htmx?.process(added);
    return added;
  }
  if (known.dataset.held ? known.dataset.held !== part.dataset.held : !sameBody(known, part) && !isSelecting(known)) {
    const added = document.importNode(part, true);
    known.replaceWith(added);
    globalThis.htmx?.process(added);
    return added;
  }
  return known;
}

export function showParts(answer) {
  for (const id of ["pane", "head", "inspector"]) {
    const fresh = answer.getElementById(id);
    if (fresh) replacePart(fresh);
  }
  mergeThread(answer.getElementById("messages"));
  document.dispatchEvent(new CustomEvent("onque:head"));
}

// What a colleague changes while something is being written stands above it, in the log's words.
const WATCHED = { status: ["status", "reopened", "undone"], assignee: ["assignee", "undone"] };

function noteChanges(answer) {
  const [old, fresh] = [document, answer].map((page) => page.getElementById("head"));
  const strip = document.getElementById("changed");
  if (!strip || !old || !fresh || !document.getElementById("body")?.value.trim()) return;
  const changed = Object.keys(WATCHED).filter((name) => old.dataset[name] !== fresh.dataset[name]);
  if (!changed.length) return;
  const acts = changed.flatMap((name) => WATCHED[name]).map((name) => `#inspector .log [data-act="ticket.${name}"]`);
  const line = answer.querySelector(acts.join(", "));
  strip.querySelector("span").textContent = line?.querySelector("[data-words]").textContent ?? "";
  strip.hidden = !line;
}

function forgetChanges(answer) {
  const strip = document.getElementById("changed");
  if (strip) strip.hidden = true;
  follow("shown-status", answer);
}

// What the reader has seen is what the page showed when it was written against, so `seen` follows
// the conversation only while nothing is being written.
function followSeen(answer) {
  if (document.getElementById("body")?.value.trim()) return;
  follow("seen", answer);
  follow("shown-status", answer);
}

function follow(id, answer) {
  const [field, fresh] = [document, answer].map((page) => page.getElementById(id));
  if (field && fresh) field.value = fresh.value;
}

const refresh = refresher(async (lsn) => {
  const answer = await fetchParts(page.dataset.partsUrl, lsn);
  noteChanges(answer);
  showParts(answer);
  followSeen(answer);
});

document.addEventListener("onque:hint", (event) => {
  const { topic, lsn } = event.detail;
  if (topic === mine || topic === "desk.list") refresh(lsn);
});
document.addEventListener("onque:resync", () => refresh(""));

// --- answers of forms ----------------------------------------------------------------------------------------

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  event.detail.shouldSwap = false;
  if (!xhr.responseText.includes("data-part")) return;
  const answer = parse(xhr.responseText);
  if (event.target.closest?.(".drop-menu, .tag-add, #tags")) closeMenus();
  showParts(answer);
  showDone(answer);
  if (xhr.status < 400) forgetChanges(answer);
  if (event.target.closest?.("#composer")) {
    if (xhr.status < 400) {
      afterSend(answer);
      goOn(answer);
    }
    else giveBack(answer);
  } else if (event.target.id === "discard-form") {
    afterDiscard(answer);
  } else if (event.target.closest?.("[data-held]")) {
    takeBack(answer);
  }
});

// After a send to where the member likes to go; the toast that takes it back follows there.
function goOn(answer) {
  const onward = answer.getElementById("onward");
  if (onward) location.assign(onward.getAttribute("href"));
}

// Too late, or a colleague was faster: the page shows what became of it.
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 409 && !xhr.responseText.includes("data-part")) closeMenus();
  if (xhr.status === 409 || event.target.closest?.("[data-held]")) refresh("");
});
document.addEventListener("onque:release", () => refresh(""));

function closeMenus() {
  for (const menu of document.querySelectorAll("details.drop-menu[open]")) menu.open = false;
  for (const id of ["add-tag", "add-link"]) {
    const field = document.getElementById(id);
    if (field) field.value = "";
  }
}

// --- keys ------------------------------------------------------------------------------------------------------

onKey("r", () => focusBody("reply"));
onKey("n", () => focusBody("note"));
onKey("s", () => openMenu("status"));
onKey("p", () => openMenu("priority"));
onKey("a", () => openMenu("assignee"));
onKey("t", () => { document.getElementById("add-tag")?.focus(); });
onKey("e", () => press('[data-menu="status"] button[value="solved"]'));
onKey("h", () => openMenu("later"));
onKey("m", () => go("merge"));
onKey("j", () => go("next") || toast(page.dataset.last));
onKey("k", () => go("previous") || toast(page.dataset.first));
onKey("Escape", () => { location.assign(page.dataset.listUrl); });

// --- the link, and paper ------------------------------------------------------------------------------------------

document.addEventListener("click", async (event) => {
  if (event.target.closest?.("#print")) {
    closeMenus();
    print();
  }
  const link = event.target.closest?.("#copy-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    toast(link.dataset.copied);
  } catch {
    prompt("", link.href); // where the browser forbids it, a person can
  }
  closeMenus();
});

function go(id) {
  const link = document.getElementById(id);
  link?.click();
  return Boolean(link);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-forward]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (forward(link.dataset)) event.preventDefault();
});

watchHeld(document);
document.querySelector('.pi[aria-current="true"]')?.scrollIntoView({ block: "center" });
