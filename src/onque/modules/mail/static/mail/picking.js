/** Choosing rows of mail: all at once, by range, by keyboard; the acts say how many are chosen. */

const form = document.getElementById("bulk");
const boxes = [...document.querySelectorAll('input[name="mail"]')];
const all = document.querySelector("[data-pick-all]");
const word = document.querySelector("[data-picked]");
const everything = document.querySelector("[data-everything]");
let last = null;

function tell() {
  const picked = boxes.filter((box) => box.checked).length;
  all.checked = picked > 0 && picked === boxes.length;
  all.indeterminate = picked > 0 && picked < boxes.length;
  word.textContent = picked ? word.dataset.picked.replace("{n}", picked) : "";
  if (everything) {
    everything.hidden = !all.checked;
    if (!all.checked) everything.querySelector("input").checked = false;
  }
  for (const box of boxes) box.closest("tr").classList.toggle("is-sel", box.checked);
  for (const button of form.querySelectorAll("button[data-act]")) button.disabled = !picked;
}

function pick(event) {
  const at = boxes.indexOf(event.target);
  if (event.shiftKey && last !== null) {
    const [from, to] = [Math.min(at, last), Math.max(at, last)];
    for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
  }
  last = at;
  tell();
}

function step(event) {
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...document.querySelectorAll("a[data-row]")];
  const at = links.indexOf(document.activeElement.closest("tr")?.querySelector("a[data-row]"));
  if (event.key === "j") links[Math.min(at + 1, links.length - 1)]?.focus();
  else if (event.key === "k") links[Math.max(at - 1, 0)]?.focus();
  else if (event.key === "x" && at >= 0) {
    boxes[at].checked = !boxes[at].checked;
    tell();
  } else return;
  event.preventDefault();
}

if (form && boxes.length) {
  for (const box of boxes) box.addEventListener("click", pick);
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  document.addEventListener("keydown", step);
  tell();
}
