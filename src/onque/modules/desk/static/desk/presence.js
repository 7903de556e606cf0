// Who else is here: faces above the conversation, a strip on the composer while somebody writes.

import { face } from "../ui/people.js";
import { follow, presence } from "../ui/live.js";

const ticket = document.getElementById("ticket").dataset.ticket;
const me = document.body.dataset.memberId;
const REST_MS = 8000;
let people = [];
let state = "viewing";
let timer = 0;

function say(next) {
  if (next === state) return;
  state = next;
  presence(ticket, state);
}

follow(`desk.ticket.${ticket}`);
presence(ticket, state);

document.addEventListener("onque:writing", () => {
  clearTimeout(timer);
  say("writing");
  timer = setTimeout(() => say("viewing"), REST_MS);
});
document.addEventListener("onque:wrote", () => {
  clearTimeout(timer);
  say("viewing");
});

function words(place, person) {
  const template = person.state === "writing" ? place.dataset.writing : place.dataset.viewing;
  return template.replace("{name}", person.name);
}

function showFaces() {
  const place = document.getElementById("presence");
  if (!place) return;
  place.replaceChildren();
  if (!people.length) return;
  const stack = document.createElement("span");
  stack.className = "av-stack";
  stack.append(...people.slice(0, 4).map(face));
  const count = document.createElement("span");
  count.className = "only-wide";
  count.setAttribute("aria-hidden", "true");
  count.textContent = people.length === 1 ? place.dataset.one : place.dataset.many.replace("{count}", people.length);
  const spoken = document.createElement("span");
  spoken.className = "sr-only";
  spoken.textContent = people.map((person) => words(place, person)).join(", ");
  place.append(stack, count, spoken);
}

function showCollision() {
  const strip = document.getElementById("collide");
  const writer = people.find((person) => person.state === "writing");
  if (!strip) return;
  strip.hidden = !writer;
  if (!writer) return;
  const [start, end] = strip.dataset.words.split("{name}");
  const mark = face(writer);
  mark.classList.add("av--20");
  const name = document.createElement("b");
  name.textContent = writer.name;
  strip.replaceChildren(mark, textOf(start, name, end), strip.querySelector(".dots"));
}

function textOf(start, name, end) {
  const line = document.createElement("span");
  line.append(start, name, end);
  return line;
}

document.addEventListener("onque:presence", (event) => {
  if (event.detail.ticket !== ticket) return;
  people = event.detail.people.filter((person) => person.id.replaceAll("-", "") !== me);
  showFaces();
  showCollision();
});
document.addEventListener("onque:head", showFaces);

presence(ticket, state);
