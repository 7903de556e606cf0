// What can be done on the page right now, for the palette: its buttons with a key, and what its menus
// hold. A press on a found one presses the page's own, with all that it asks and shows.

const MOST = 8;
const WITH_KEY = "main :is(a, button)[aria-keyshortcuts]";
const IN_MENU = "main details.drop-menu :is(a, button).menu-i";

function isThere(element) {
  const menu = element.closest("details.drop-menu");
  const seen = menu?.querySelector("summary") ?? element;
  return !element.disabled && !element.hidden && seen.checkVisibility();
}

function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd, .keys, svg, .num")) key.remove();
  return (element.getAttribute("aria-label") || copy.textContent).trim().replace(/\s+/g, " ");
}

function labelOf(element) {
  const menu = element.closest("[aria-label].menu")?.getAttribute("aria-label") ?? element.closest(".menu")?.querySelector(".menu-h")?.textContent.trim();
  const own = wordsOf(element);
  return menu && menu !== own ? `${menu}: ${own}` : own;
}

/** The acts whose words hold everything that was typed: {label, press}. */
export function findActs(typed) {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  const found = new Map();
  for (const element of document.querySelectorAll(`${WITH_KEY}, ${IN_MENU}`)) {
    if (found.size === MOST) break;
    if (!isThere(element)) continue;
    const label = labelOf(element);
    const plain = label.toLowerCase();
    if (label && !found.has(label) && wanted.every((word) => plain.includes(word))) found.set(label, element);
  }
  return [...found].map(([label, element]) => ({ label, press: () => element.click() }));
}
