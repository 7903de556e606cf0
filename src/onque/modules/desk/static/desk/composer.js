// The composer: kind, keys, a draft that survives a closed tab.

const KEEP_MS = 600;
const EXPIRES_MS = 30 * 24 * 3600 * 1000;
let timer = 0;

function form() {
  return document.getElementById("composer");
}

function body() {
  return document.getElementById("body");
}

function kind() {
  return form()?.querySelector("input[name=kind]:checked")?.value ?? "reply";
}

export function focusBody(name) {
  const choice = document.getElementById(`c-${name}`);
  if (choice) choice.checked = true;
  body()?.focus();
}

// --- draft: kept on this device for this member and ticket ----------------------------------------------------

function draftKey() {
  return `onque:draft:${form().dataset.draft}`;
}

// What is typed beside the text.
const BESIDE = ["cc", "bcc", "forward-to", "forward-id"];

function beside() {
  return Object.fromEntries(BESIDE.map((id) => [id, document.getElementById(id)?.value]));
}

function keepDraft() {
  const text = body().value;
  try {
    if (text.trim()) localStorage.setItem(draftKey(), JSON.stringify({ text, kind: kind(), beside: beside(), seen: document.getElementById("seen").value, at: Date.now() }));
    else localStorage.removeItem(draftKey());
    document.getElementById("saved").textContent = text.trim() ? form().dataset.saved : "";
  } catch {
    document.getElementById("saved").textContent = "";
  }
}

function restoreDraft() {
  if (!form() || body().value) return;
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(draftKey()) ?? "null");
  } catch {
    return;
  }
  if (!kept?.text || Date.now() - kept.at > EXPIRES_MS) return;
  body().value = kept.text;
  for (const [id, value] of Object.entries(kept.beside ?? {})) {
    const field = document.getElementById(id);
    if (field && value) field.value = value;
  }
  const copies = document.getElementById("copies");
  if (copies && (kept.beside?.cc || kept.beside?.bcc)) copies.open = true;
  if (kept.seen) document.getElementById("seen").value = kept.seen;
  const choice = document.getElementById(`c-${kept.kind}`);
  if (choice) choice.checked = true;
  document.getElementById("saved").textContent = form().dataset.saved;
}

// --- answers ---------------------------------------------------------------------------------------------------

function replaceComposer(answer) {
  const fresh = answer.getElementById("composer");
  if (!fresh || !form()) return;
  const added = document.importNode(fresh, true);
  form().replaceWith(added);
  globalThis.htmx?.process(added);
}

export function afterSend(answer) {
  clearTimeout(timer);
  localStorage.removeItem(draftKey());
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
  replaceComposer(answer);
  if (typed && typed !== body().value.trim()) body().value += `\n\n${typed}`;
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
  if (event.target !== body() && !BESIDE.includes(event.target.id)) return;
  clearTimeout(timer);
  timer = setTimeout(keepDraft, KEEP_MS);
  document.dispatchEvent(new CustomEvent("onque:writing"));
});

document.addEventListener("change", (event) => {
  if (event.target.name === "kind" && body()?.value.trim()) keepDraft();
});

addEventListener("pagehide", () => {
  if (body()?.value.trim()) keepDraft();
});

// An empty message never leaves; the server would refuse it too.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.target.closest?.("#composer") || event.target.id === "discard" || body().value.trim()) return;
  event.preventDefault();
  document.getElementById("saved").textContent = form().dataset.empty;
  body().focus();
});

restoreDraft();
