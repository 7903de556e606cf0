// A list that opens over the composer when a sign is typed: what follows the sign narrows it, Enter, Tab
// or a press takes from it, Esc goes on writing.

import { body, kind } from "./drafts.js";

/** One list. `opens` finds the sign before the caret, `longest` ends a search that finds nothing. */
export class Picker {
  constructor({ id, sign, opens, kinds, longest, insert }) {
    Object.assign(this, { id, sign, opens, kinds, longest, insert, start: -1, loading: null });
    document.addEventListener("input", (event) => this.typed(event));
    document.addEventListener("keydown", (event) => this.pressed(event), { capture: true }); // before the composer's own keys
    document.addEventListener("mousedown", (event) => this.taken(event));
    document.addEventListener("click", (event) => { if (this.isOpen() && event.target !== body()) this.close(); });
  }

  get list() {
    return document.getElementById(`${this.id}-list`);
  }

  get none() {
    return document.getElementById(`${this.id}-none`);
  }

  isOpen() {
    return this.start >= 0 && Boolean(this.list) && !this.list.hidden;
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  shown() {
    return this.options().filter((one) => !one.hidden);
  }

  async load() {
    const answer = await fetch(this.list.dataset.url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.list.replaceChildren(...[...page.querySelectorAll("[role=option]")].map((one) => document.importNode(one, true)));
  }

  async open(at) {
    this.start = at;
    this.loading ??= this.load();
    try {
      await this.loading;
    } catch {
      this.loading = null; // the next sign tries again
      this.close();
      return;
    }
    if (this.start >= 0) this.filter();
  }

  close() {
    this.start = -1;
    if (this.list) this.list.hidden = true;
    if (this.none) this.none.hidden = true;
    body()?.removeAttribute("aria-activedescendant");
    body()?.removeAttribute("aria-controls");
  }

  choose(option) {
    for (const one of this.list.querySelectorAll("[aria-selected=true]")) one.setAttribute("aria-selected", "false");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    body().setAttribute("aria-controls", this.list.id);
    body().setAttribute("aria-activedescendant", option.id);
  }

  filter() {
    const caret = body().selectionStart;
    const typed = body().value.slice(this.start + 1, caret);
    if (caret <= this.start || body().value[this.start] !== this.sign || typed.includes("\n")) return this.close();
    const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of this.options()) one.hidden = !wanted.every((word) => one.dataset.find.includes(word));
    const found = this.shown();
    if (!found.length && (typed.length > this.longest || typed.endsWith(" "))) return this.close();
    this.list.hidden = !found.length;
    if (this.none) this.none.hidden = Boolean(found.length);
    this.choose(found[0]);
  }

  typed(event) {
    if (event.target !== body() || !this.kinds.includes(kind()) || !this.list) return;
    const before = body().value.slice(0, body().selectionStart);
    if (this.start >= 0) this.filter();
    else if (this.opens.test(before)) this.open(before.length - 1);
  }

  take(option) {
    const at = this.start;
    const { text } = option.dataset;
    body().setRangeText(text, at, body().selectionStart, "end");
    this.close();
    this.insert(option, at);
    body().focus();
  }

  pressed(event) {
    if (!this.isOpen() || event.target !== body() || event.isComposing || event.keyCode === 229) return;
    const found = this.shown();
    const at = found.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") this.choose(found[(at + 1) % found.length]);
    else if (event.key === "ArrowUp") this.choose(found[(at - 1 + found.length) % found.length]);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") this.take(found[Math.max(at, 0)]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  taken(event) {
    const option = event.target.closest?.(`#${this.id}-list [role=option]`);
    if (!option) return;
    event.preventDefault(); // the text keeps its focus and its caret
    this.take(option);
  }
}

/** Type a sign at the caret, as the button for it does. */
export function typeSign(picker) {
  body().focus();
  const isApart = !body().selectionStart || /\s$/.test(body().value.slice(0, body().selectionStart));
  body().setRangeText(isApart ? picker.sign : ` ${picker.sign}`, body().selectionStart, body().selectionEnd, "end");
  picker.open(body().selectionStart - 1);
}
