// The screen of a view: conditions are drawn anew as fields change, and what they find is counted
// while one chooses. Without this, the form's own buttons do the same by a new page.

import { parse, replacePart } from "../ui/parts.js";

const WAIT_MS = 250;
const form = document.getElementById("view-form");
let timer = 0;
let asked = 0;

function preview() {
  return document.getElementById("view-preview");
}

async function count() {
  const turn = ++asked;
  const query = new URLSearchParams(new FormData(form));
  query.delete("csrfmiddlewaretoken");
  preview().classList.add("is-counting");
  try {
    const answer = await fetch(`${preview().dataset.url}?${query}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (turn !== asked || !answer.ok) return;
    const fresh = parse(await answer.text()).getElementById("view-preview");
    if (fresh) replacePart(fresh);
  } finally {
    if (turn === asked) preview().classList.remove("is-counting");
  }
}

function countSoon() {
  clearTimeout(timer);
  timer = setTimeout(count, WAIT_MS);
}

async function redraw(act) {
  const body = new FormData(form);
  body.set("act", act);
  const answer = await fetch(form.dataset.url, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = parse(await answer.text());
  const fresh = page.getElementById("view-tests");
  if (!fresh) return;
  const held = document.activeElement?.id;
  document.getElementById("view-tests").replaceWith(document.importNode(fresh, true));
  hideFallbacks();
  const target = act.startsWith("add-") ? [...document.querySelectorAll(`select[name^="f-${act.slice(4)}"]`)].at(-1) : document.getElementById(held);
  (target ?? document.querySelector("#view-tests .chip--add"))?.focus();
  countSoon();
}

function hideFallbacks() {
  for (const button of document.querySelectorAll(".vf-redraw")) button.hidden = true;
}

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select[data-redraws]")) redraw("redraw");
    else countSoon();
  });
  form.addEventListener("input", countSoon);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-redraws]");
    if (!button) return;
    event.preventDefault();
    redraw(button.value);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(document.querySelector('button[form="view-form"]') ?? undefined);
  });
  hideFallbacks();
}
