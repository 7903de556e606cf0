// Single-letter keys: they work when no field has focus, never during Hangul composition, never
// with a modifier, never in an open menu or under a dialog. "g i" is a sequence.

const acts = new Map();
const WAIT_MS = 900;
let prefix = "";
let timer = 0;

export function onKey(name, act) {
  acts.set(name, act);
}

export function isField(element) {
  return Boolean(element?.closest?.("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable=true]"));
}

function hasAct(start) {
  for (const name of acts.keys()) if (name.startsWith(`${start} `)) return true;
  return false;
}

function dispatch(event, name) {
  const act = acts.get(name);
  if (act && act(event) !== false) event.preventDefault();
  return Boolean(act);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (isField(event.target) || event.target.closest?.("details.drop-menu[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const name = prefix ? `${prefix} ${key}` : key;
  clearTimeout(timer);
  prefix = "";
  if (dispatch(event, name)) return;
  if (hasAct(key)) {
    prefix = key;
    timer = setTimeout(() => { prefix = ""; }, WAIT_MS);
  }
});
