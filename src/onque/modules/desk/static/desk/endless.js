// A list that goes on by itself where its end comes into sight. Up to MOST rows; after that, and without
// script, "Next page" is a page of its own. Coming back to the page gives back what it had grown to.

import { fetchParts } from "../ui/parts.js";

const PAGE = 30;
const MOST = 300;
const AHEAD = "400px"; // begin before the reader is there

let loading = false;

function list() {
  return document.getElementById("list");
}

function count() {
  return list().querySelectorAll("tr.tk").length;
}

function extent() {
  return Math.min(MOST, Math.ceil(count() / PAGE) * PAGE);
}

// The list as far as it has grown, to be read anew as one.
export function here(rows = extent()) {
  const address = new URL(location.href);
  if (rows > PAGE) address.searchParams.set("rows", rows);
  return address.href;
}

function next() {
  return list().querySelector('.pager a[rel="next"]');
}

export function watchEnd({ refresh, grown }) {
  let sight = null;
  const watch = () => {
    sight?.disconnect();
    if (!next() || count() >= MOST) return;
    sight = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) more(grown);
    }, { root: list(), rootMargin: `0px 0px ${AHEAD}` });
    sight.observe(next());
  };
  // The list is replaced by live updates, and its end moves when it grows.
  new MutationObserver(watch).observe(list().parentElement, { childList: true, subtree: true });
  watch();
  giveBack(refresh);
}

async function more(grown) {
  const link = next();
  if (loading || !link) return;
  loading = true;
  list().setAttribute("aria-busy", "true");
  try {
    const page = await fetchParts(link.href);
    const fresh = page.getElementById("list");
    if (fresh && link.isConnected) append(fresh, grown);
  } catch {
    // the link is still there to be pressed
  } finally {
    list().removeAttribute("aria-busy");
    loading = false;
  }
}

function append(fresh, grown) {
  const old = list();
  const table = old.querySelector("table.tickets");
  for (const row of fresh.querySelectorAll("tr.tk")) {
    if (document.getElementById(row.id)) row.remove(); // it moved down while the list was read
    else row.querySelector(".tk-s1 a").tabIndex = -1;
  }
  for (const body of fresh.querySelectorAll("table.tickets > tbody")) {
    const last = table.tBodies[table.tBodies.length - 1];
    if (last?.dataset.group === body.dataset.group) last.append(...importRows(body));
    else if (body.querySelector("tr.tk")) table.append(document.importNode(body, true));
  }
  const further = fresh.querySelector('.pager a[rel="next"]');
  if (further) next()?.replaceWith(document.importNode(further, true));
  else endPager(old);
  grown();
  const said = document.getElementById("grown");
  if (said) said.textContent = said.dataset.words.replace("{count}", count());
}

function importRows(body) {
  return [...body.querySelectorAll("tr.tk")].map((row) => document.importNode(row, true));
}

function endPager(old) {
  next()?.remove();
  const pager = old.querySelector(".pager");
  if (pager && !pager.querySelector("a")) pager.remove();
}

// --- coming back ---------------------------------------------------------------------------------------------

addEventListener("pagehide", () => {
  history.replaceState({ ...history.state, rows: extent(), top: list().scrollTop }, "");
});

async function giveBack(refresh) {
  const { rows, top } = history.state ?? {};
  if (!top) return;
  if (rows > count()) await refresh(rows);
  list().scrollTop = top;
}
