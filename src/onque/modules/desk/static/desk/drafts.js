// The composer's words on their way to the server: saved as they are typed, every two seconds at most.
//
// What the server has not confirmed lies on this device too, so that neither a lost line nor a killed
// browser loses it. What lies here at the next visit is therefore newer than what the server gave.

const SOON_MS = 600;
const SAVE_MS = 1500;
const EXPIRES_MS = 30 * 24 * 3600 * 1000;
const BESIDE = ["cc", "bcc", "forward-to", "forward-id"]; // what is typed beside the text

let soon = 0;
let later = 0;
let saved = ""; // what the server has, as it was sent
let isSaving = false;

export function form() {
  return document.getElementById("composer");
}

export function body() {
  return document.getElementById("body");
}

export function kind() {
  return form()?.querySelector("input[name=kind]:checked")?.value ?? "reply";
}

export function isBeside(element) {
  return BESIDE.includes(element.id);
}

function say(words) {
  const place = document.getElementById("saved");
  if (place && place.textContent !== words) place.textContent = words;
}

// --- on this device ------------------------------------------------------------------------------------------

function draftKey() {
  return `onque:draft:${form().dataset.draft}`;
}

function keepHere() {
  clearTimeout(soon);
  if (!form()) return;
  const text = body().value;
  const beside = Object.fromEntries(BESIDE.map((id) => [id, document.getElementById(id)?.value]));
  const seen = document.getElementById("seen").value;
  try {
    if (text.trim()) localStorage.setItem(draftKey(), JSON.stringify({ text, kind: kind(), beside, seen, at: Date.now() }));
    else localStorage.removeItem(draftKey());
  } catch {
    // without storage the server keeps it alone
  }
}

function forgetHere() {
  try {
    localStorage.removeItem(draftKey());
  } catch {
    // there is none
  }
}

// --- on the server ---------------------------------------------------------------------------------------------

function written() {
  const data = new FormData(form());
  data.delete("status");
  data.set("kind", kind());
  return data;
}

function told(data) {
  const { csrfmiddlewaretoken: _token, request_key: _key, ...words } = Object.fromEntries(data);
  return JSON.stringify(words);
}

async function saveThere({ isLast = false } = {}) {
  clearTimeout(later);
  later = 0;
  if (!form() || (isSaving && !isLast)) return;
  const [place, data] = [form(), written()];
  const words = told(data);
  if (words === saved) return;
  isSaving = true;
  try {
    const answer = await fetch(place.dataset.save, { method: "POST", body: data, credentials: "same-origin", keepalive: isLast, headers: { "HX-Request": "true" } });
    if (place !== form()) return; // it was sent meanwhile
    if (!answer.ok) throw new Error(String(answer.status));
    confirmed(words);
  } catch {
    if (place === form()) say(body().value.trim() ? place.dataset.kept : "");
  } finally {
    isSaving = false;
    if (place === form() && told(written()) !== words) planSaving();
  }
}

function confirmed(words) {
  saved = words;
  const hasText = Boolean(body().value.trim());
  document.getElementById("discard").hidden = !hasText;
  if (told(written()) !== words) return;
  forgetHere();
  say(hasText ? form().dataset.saved : "");
}

function planSaving() {
  later ||= setTimeout(saveThere, SAVE_MS);
}

// --- what the composer calls -----------------------------------------------------------------------------------

/** The text, or what stands beside it, is not what it was. */
export function draftChanged() {
  clearTimeout(soon);
  soon = setTimeout(keepHere, SOON_MS);
  planSaving();
}

/** Keep it now: the reader may be leaving. */
export function keepDraft() {
  if (!form() || (!body().value.trim() && !saved)) return;
  if (told(written()) === saved) return;
  keepHere();
  saveThere({ isLast: true });
}

/** It was sent or thrown away. */
export function forgetDraft() {
  clearTimeout(soon);
  clearTimeout(later);
  later = 0;
  saved = "";
  forgetHere();
}

/** Bring back what this device has and the server has not. */
export function restoreDraft() {
  if (!form()) return;
  if (body().value) saved = told(written());
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(draftKey()) ?? "null");
  } catch {
    return;
  }
  if (!kept?.text || Date.now() - kept.at > EXPIRES_MS || body().value === kept.text) return;
  const there = body().value.trim();
  const isOlder = there && (kept.text.startsWith(there) || there.startsWith(kept.text.trim()));
  body().value = there && !isOlder ? `${there}\n\n${kept.text}` : [there, kept.text].sort((one, other) => other.length - one.length)[0];
  for (const [id, value] of Object.entries(kept.beside ?? {})) {
    const field = document.getElementById(id);
    if (field && value) field.value = value;
  }
  const copies = document.getElementById("copies");
  if (copies && (kept.beside?.cc || kept.beside?.bcc)) copies.open = true;
  if (kept.seen) document.getElementById("seen").value = kept.seen;
  const choice = document.getElementById(`c-${kept.kind}`);
  if (choice) choice.checked = true;
  draftChanged();
  say(form().dataset.kept);
}
