// The palette: opens by Ctrl or Cmd with K and from the search box, asks the search page for its
// fragment after a short pause, and is used with the arrows alone. Without script the box is a form.

import { findActs } from "./page_acts.js";
import { parse } from "./parts.js";

const PAUSE_MS = 120;
const palette = document.getElementById("palette");

if (palette) {
  const input = palette.querySelector("input");
  const list = palette.querySelector("#pal-results");
  const said = palette.querySelector("[data-said]");
  let timer = 0;
  let asked = 0;
  let shown = null;

  const options = () => [...list.querySelectorAll('[role="option"]')];
  const chosen = () => list.querySelector('[aria-selected="true"]');

  function choose(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  // What the page itself can do stands before the last group, which searches for everything.
  function addActs(words) {
    const acts = findActs(words);
    if (!acts.length) return;
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", "pal-acts");
    const heading = document.createElement("div");
    heading.className = "pal-g";
    heading.id = "pal-acts";
    heading.textContent = palette.dataset.acts;
    group.append(heading, ...acts.map(asOption));
    const search = list.querySelector('[aria-labelledby="pal-search"]');
    if (search) search.before(group);
    else list.append(group);
  }

  function asOption({ label, press }, at) {
    const option = document.createElement("div");
    Object.assign(option, { className: "pal-i", id: `pal-a${at}`, tabIndex: -1, textContent: label });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.addEventListener("click", () => {
      palette.close();
      press();
    });
    return option;
  }

  async function load() {
    const words = input.value.trim();
    if (words === shown) return;
    const turn = (asked += 1);
    const address = new URL(palette.dataset.url, location.href);
    address.searchParams.set("q", words);
    address.searchParams.set("palette", "1");
    list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      const away = answer.headers.get("HX-Redirect");
      if (away) location.assign(away);
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = parse(await answer.text());
      if (turn !== asked) return; // a later question was asked meanwhile
      list.replaceChildren(...[...fresh.body.childNodes].map((node) => document.importNode(node, true)));
      addActs(words);
      shown = words;
      choose(options()[0]);
      said.textContent = said.dataset.words.replace("{count}", options().length);
    } catch {
      if (turn === asked) said.textContent = document.getElementById("toasts")?.dataset.lost ?? "";
    } finally {
      if (turn === asked) list.removeAttribute("aria-busy");
    }
  }

  function open(words = "") {
    if (palette.open) return;
    input.value = words;
    palette.showModal();
    input.focus();
    shown = null;
    load();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, PAUSE_MS);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && input.value.trim() === shown && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Enter") {
      event.preventDefault();
      palette.querySelector("form").requestSubmit();
    }
  });

  palette.querySelector("[data-close]").addEventListener("click", () => palette.close());
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
    if (event.target.closest?.("a")) palette.close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (event.isComposing || document.querySelector("dialog[open]:not(#palette)")) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  });

  // The box in the side pane opens the palette; what was typed goes along.
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("form[data-opens-palette]");
    if (!box) return;
    event.preventDefault();
    open(box.querySelector("input").value);
  });
}
