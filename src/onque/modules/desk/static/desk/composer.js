// The composer: kind, keys, what becomes of it after an answer of the server.

import { body, form, isBeside, keepDraft, kind, draftChanged, forgetDraft, restoreDraft } from "./drafts.js";

export function focusBody(name) {
  const choice = document.getElementById(`c-${name}`);
  if (choice) choice.checked = true;
  body()?.focus();
}

// --- answers ---------------------------------------------------------------------------------------------------

function replaceComposer(answer) {
  const fresh = answer.getElementById("composer");
  if (!fresh || !form()) return;
  const added = document.importNode(fresh, true);
  form().replaceWith(added);
  globalThis.htmx?.process(added);
  document.dispatchEvent(new CustomEvent("onque:composer"));
}

export function afterSend(answer) {
  forgetDraft();
  const hadFocus = form().contains(document.activeElement);
  replaceComposer(answer);
  document.getElementById("thread").scrollTop = 0;
  document.dispatchEvent(new CustomEvent("onque:wrote"));
  if (hadFocus) document.getElementById("thread").focus({ preventScroll: true });
}

// After an undo the text comes back in front of what was typed meanwhile.
export function takeBack(answer) {
  const typed = body()?.value.trim() ?? "";
  const fresh = answer.getElementById("body");
  if (!fresh?.value.trim()) return;
  forgetDraft();
  replaceComposer(answer);
  if (typed && !body().value.includes(typed)) body().value += `\n\n${typed}`;
  keepDraft();
  body().focus();
}

export function forward({ forward: id, to, words }) {
  const choice = document.getElementById("c-forward");
  if (!choice) return false;
  choice.checked = true;
  document.getElementById("forward-id").value = id;
  document.getElementById("forwarded").textContent = words;
  const address = document.getElementById("forward-to");
  if (to) address.value = to;
  (address.value ? body() : address).focus();
  return true;
}

export function giveBack(answer) {
  replaceComposer(answer);
  keepDraft();
  body()?.focus();
}

export function afterDiscard(answer) {
  forgetDraft();
  replaceComposer(answer);
  body()?.focus();
}

export function press(selector) {
  const button = document.querySelector(selector);
  button?.click();
  return Boolean(button);
}

// --- keys --------------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#composer") || event.isComposing || event.keyCode === 229) return;
  if (event.defaultPrevented) return; // a menu has closed and has the focus
  if (event.key === "Enter" && event.target.name === "kind") {
    event.preventDefault();
    body().focus();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (kind() === "note") press("#add-note");
    else if (kind() === "forward") press("#send-forward");
    else press(event.shiftKey ? "#send-pending" : "#send");
  } else if (event.key === "Escape" && !event.target.closest("details[open]")) {
    event.preventDefault();
    keepDraft();
    document.getElementById("thread").focus({ preventScroll: true });
  }
});

document.addEventListener("input", (event) => {
  if (event.target !== body() && !isBeside(event.target)) return;
  draftChanged();
  document.dispatchEvent(new CustomEvent("onque:writing"));
});

document.addEventListener("change", (event) => {
  if (event.target.name === "kind" && body()?.value.trim()) draftChanged();
});

addEventListener("pagehide", keepDraft);

// An empty message never leaves; the server would refuse it too.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.target.closest?.("#composer") || body().value.trim()) return;
  event.preventDefault();
  document.getElementById("saved").textContent = form().dataset.empty;
  body().focus();
});

restoreDraft();
