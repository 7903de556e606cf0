// Parts of a page that the server renders alone. Elements with data-part are replaced by those of
// the same id in an answer; focus, caret, scroll and open menus survive.

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

// A click counts only where it also began: nothing is replaced while a button is down on the page.
const LONGEST_PRESS_MS = 5000; // should its end ever be lost
let released = Promise.resolve();
document.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  released = new Promise((resolve) => {
    for (const end of ["pointerup", "pointercancel", "dragend"]) {
      addEventListener(end, () => setTimeout(resolve), { capture: true, once: true });
    }
    setTimeout(resolve, LONGEST_PRESS_MS);
  });
}, true);

function caretOf(element) {
  return element && "selectionStart" in element && element.type !== "checkbox" ? [element.selectionStart, element.selectionEnd] : null;
}

export function replacePart(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old || old.isEqualNode(fresh)) return null;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (focused && isBusy(focused)) return null;
  const caret = caretOf(focused);
  const scrolls = [...old.querySelectorAll("[id], .pane-l")].filter((one) => one.scrollTop).map((one) => [one.id, one.className, one.scrollTop]);
  const top = old.scrollTop;
  keepParts(old, fresh);
  const added = document.importNode(fresh, true);
  old.replaceWith(added);
  added.scrollTop = top;
  for (const [id, name, y] of scrolls) {
    const same = id ? document.getElementById(id) : added.getElementsByClassName(name)[0];
    if (same) same.scrollTop = y;
  }
  if (focused?.id) {
    const again = document.getElementById(focused.id);
    again?.focus({ preventScroll: true });
    if (caret && again?.setSelectionRange) again.setSelectionRange(...caret);
  }
  globalThis.htmx?.process(added);
  return added;
}

function isBusy(focused) {
  return Boolean(focused.closest("details[open].drop-menu")) || (focused.matches("input.input") && focused.value !== "");
}

function keepParts(old, fresh) {
  for (const kept of old.querySelectorAll("[data-part-keep]")) {
    const place = fresh.querySelector(`#${kept.id}`);
    if (place) place.innerHTML = kept.innerHTML;
  }
  for (const one of old.querySelectorAll("details[id]")) {
    const same = fresh.querySelector(`#${one.id}`);
    if (same) same.open = one.open;
  }
  const chosen = old.querySelector("#mv-info:checked");
  const again = chosen && fresh.querySelector("#mv-info");
  if (again) again.setAttribute("checked", "");
}

export async function fetchParts(url, lsn) {
  const address = new URL(url, location.href);
  address.searchParams.set("parts", "1");
  if (lsn) address.searchParams.set("min_lsn", lsn);
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  const away = answer.headers.get("HX-Redirect");
  if (away) location.assign(away);
  if (!answer.ok) throw new Error(String(answer.status));
  const page = parse(await answer.text());
  await released;
  return page;
}

// One refresh at a time; calls during it cause one more afterwards, with the newest position.
export function refresher(load, delayMs = 120) {
  let running = false;
  let wanted = null;
  let timer = 0;
  async function run() {
    if (running || wanted === null) return;
    const lsn = wanted;
    wanted = null;
    running = true;
    try {
      await load(lsn);
    } catch {
      document.dispatchEvent(new CustomEvent("onque:stale"));
    } finally {
      running = false;
      if (wanted !== null) schedule();
    }
  }
  function schedule() {
    clearTimeout(timer);
    timer = setTimeout(run, delayMs + Math.random() * delayMs);
  }
  return (lsn) => {
    wanted = lsn || wanted || "";
    schedule();
  };
}
