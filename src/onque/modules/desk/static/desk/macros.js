// Macros: "/" in the composer offers prepared words. What one changes goes along with the sending.

import { body, draftChanged, form } from "./drafts.js";
import { Picker, typeSign } from "./picker.js";

const macros = new Picker({ id: "macro", sign: "/", opens: /(^|\s)\/$/, kinds: ["reply", "note"], longest: 20, insert: inserted });

function inserted(option, at) {
  carry(option.dataset);
  const end = at + option.dataset.text.length;
  const gap = body().value.indexOf("{{", at);
  if (gap >= 0 && gap < end) body().setSelectionRange(gap, body().value.indexOf("}}", gap) + 2);
  draftChanged();
}

// What goes along with the sending stands above the buttons, and can be left out.
function carry({ macro, does, status }) {
  document.getElementById("macro").value = macro;
  const line = document.getElementById("macro-does");
  line.hidden = !does;
  line.dataset.status = status;
  document.getElementById("macro-words").textContent = does;
  showStatus(status);
}

function showStatus(status) {
  const send = document.getElementById("send");
  if (!send) return;
  send.value = status || "solved";
  const words = document.getElementById("send-words");
  const chosen = document.querySelector(`.composer .menu button[name=status][value="${status}"]`);
  words.textContent = status && status !== "solved" && chosen ? words.dataset.with.replace("{status}", chosen.dataset.words) : words.dataset.plain;
}

function showCarried() {
  showStatus(document.getElementById("macro-does")?.dataset.status ?? "");
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#macro-open")) {
    typeSign(macros);
  } else if (event.target.closest?.("#macro-drop")) {
    carry({ macro: "", does: "", status: "" });
    draftChanged();
    body().focus();
  }
});

document.addEventListener("onque:composer", showCarried);
if (form()) showCarried();
