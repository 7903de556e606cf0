// What was just done stands among the toasts with its undo; Z presses it.

const SHOWN_MS = 12000;
let timer = 0;

function place() {
  return document.getElementById("toasts");
}

function shown() {
  return place()?.querySelector("#done");
}

function arm() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const toast = shown();
    if (toast?.matches(":hover, :focus-within")) arm();
    else toast?.remove();
  }, SHOWN_MS);
}

// The answer of an act: its toast takes the place of the one before.
export function showDone(answer) {
  const fresh = answer.getElementById("done");
  shown()?.remove();
  if (!fresh || !place()) return;
  const added = document.importNode(fresh, true);
  place().append(added);
  globalThis.htmx?.process(added);
  arm();
}

// Takes the last act back, unless a reply that can be taken back came after it.
export function undoAct() {
  const toast = shown();
  if (!toast || toast !== place().lastElementChild) return false;
  toast.querySelector("button").click();
  return true;
}

if (shown()) {
  arm();
  const address = new URL(location.href);
  address.searchParams.delete("did");
  address.searchParams.delete("merged");
  history.replaceState(history.state, "", address);
}
