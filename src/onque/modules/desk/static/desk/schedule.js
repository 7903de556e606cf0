// Send later: what is chosen stands above the buttons, and can be left out.

import { body } from "./drafts.js";

const LOCALES = { ko: "ko-KR", en: "en-GB" };

function field() {
  return document.getElementById("send-at");
}

function show() {
  const line = document.getElementById("sends-at");
  if (!line || !field()) return;
  line.hidden = !field().value;
  const when = field().value && new Date(field().value);
  if (when) line.querySelector("b").textContent = line.dataset.words.replace("{time}", spoken(when));
}

function spoken(when) {
  return when.toLocaleString(LOCALES[document.documentElement.lang] ?? "en-GB", { month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function choose(value) {
  field().value = value;
  const menu = field().closest("details");
  menu.open = false;
  show();
  body().focus();
}

document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("[data-send-at]");
  if (chosen) choose(chosen.dataset.sendAt);
  else if (event.target.closest?.("#sends-drop")) choose("");
});
document.addEventListener("change", (event) => { if (event.target === field()) show(); });
document.addEventListener("onque:composer", show);
show();
