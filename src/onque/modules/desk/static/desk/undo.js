// Undo send: a reply waits some seconds. The toast with its ring follows from page to page, and Z
// takes the reply back; the text then stands in the composer of its ticket.

import { onKey } from "../ui/keys.js";
import { undoAct } from "./acts.js";

const KEY = "onque:held";
const place = document.getElementById("toasts");
let ticking = 0;

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return kept.filter((one) => one.at > Date.now());
  } catch {
    return [];
  }
}

function write(kept) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // without storage the toast stays on this page only
  }
}

function secondsLeft(one) {
  return Math.max(0, Math.ceil((one.at - Date.now()) / 1000));
}

// --- on the ticket page: count down, and know of the reply elsewhere ------------------------------------

export function watchHeld(root) {
  const kept = read();
  for (const article of root.querySelectorAll("[data-held=held][data-undo]")) {
    if (article.dataset.at) continue;
    article.dataset.at = String(Date.now() + Number(article.dataset.left) * 1000);
    const ring = article.querySelector(".ring-v");
    if (ring) ring.style.animationDuration = `${article.dataset.left}s`;
    if (!kept.some((one) => one.id === article.id)) {
      kept.push({ id: article.id, undo: article.dataset.undo, number: article.dataset.number, at: Number(article.dataset.at) });
    }
  }
  write(kept.filter((one) => document.getElementById(one.id)?.dataset.held !== "stopped"));
  start();
}

function countDown() {
  for (const article of document.querySelectorAll("[data-held=held][data-at]")) {
    const words = article.querySelector("[data-countdown]");
    const left = secondsLeft({ at: Number(article.dataset.at) });
    words.textContent = left ? words.dataset.words.replace("{seconds}", String(left)) : words.dataset.end;
    if (!left && !article.dataset.over) {
      article.dataset.over = "1";
      // the hint tells of the release; this is for when it does not come
      setTimeout(() => document.dispatchEvent(new CustomEvent("onque:release")), 3000);
    }
  }
}

// --- the toast ---------------------------------------------------------------------------------------------

function ring() {
  const template = document.getElementById("undo-toast");
  return template.content.cloneNode(true);
}

function draw() {
  const kept = read();
  const newest = kept.at(-1);
  const shown = place.querySelector("[data-undo-toast]");
  const here = newest && document.getElementById(newest.id);
  if (!newest || (here && here.dataset.held !== "held")) {
    shown?.remove();
    return Boolean(newest);
  }
  if (shown?.dataset.undoToast !== newest.id) {
    shown?.remove();
    const one = ring();
    const toast = one.firstElementChild;
    toast.dataset.undoToast = newest.id;
    toast.querySelector(".ring-v").style.animationDuration = `${secondsLeft(newest)}s`;
    toast.querySelector("[data-number]").textContent = `#${newest.number}`;
    toast.querySelector("button").addEventListener("click", () => undo());
    place.append(one);
  }
  const words = place.querySelector("[data-undo-toast] [data-seconds]");
  words.textContent = words.dataset.words.replace("{seconds}", String(secondsLeft(newest)));
  return true;
}

function start() {
  clearInterval(ticking);
  if (!place || !document.getElementById("undo-toast")) return;
  const tick = () => {
    countDown();
    if (!draw() && !document.querySelector("[data-held=held][data-at]")) clearInterval(ticking);
  };
  ticking = setInterval(tick, 250);
  tick();
}

async function undo() {
  const newest = read().at(-1);
  if (!newest) return false;
  write(read().filter((one) => one.id !== newest.id));
  place.querySelector("[data-undo-toast]")?.remove();
  const here = document.getElementById(newest.id);
  const button = here?.querySelector("form.msg-wait button");
  if (button) {
    button.click();
    return true;
  }
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  await fetch(newest.undo, { method: "POST", headers: { "X-CSRFToken": token, "HX-Request": "true" }, credentials: "same-origin" });
  location.assign(newest.undo.replace(/replies\/.*$/, ""));
  return true;
}

onKey("z", () => {
  const restore = document.getElementById("restore-view");
  if (undoAct()) return true;
  if (read().length) undo();
  else if (restore) restore.click();
  else return false;
  return true;
});

start();
