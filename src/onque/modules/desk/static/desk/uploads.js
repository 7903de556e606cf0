// Files into the composer: chosen, dropped or pasted; each goes to the server at once and shows how far it is.

import { body, draftChanged, form, kind } from "./drafts.js";

function list() {
  return document.getElementById("uploads");
}

function line(file) {
  const item = document.createElement("li");
  item.className = "file upload is-going";
  const name = document.createElement("span");
  name.className = "file-n";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  item.append(name, bar, dropButton(file.name));
  list().append(item);
  return item;
}

function dropButton(name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--ghost btn--icon btn--sm";
  button.dataset.dropFile = "";
  button.textContent = "×";
  button.setAttribute("aria-label", list().dataset.remove.replace("{name}", name));
  return button;
}

function refuse(item, words) {
  item.classList.remove("is-going");
  item.classList.add("is-refused");
  if (words) item.querySelector(".file-n").remove(); // they name the file
  const why = document.createElement("span");
  why.setAttribute("role", "alert");
  why.textContent = words || list().dataset.lost;
  item.querySelector("progress").replaceWith(why);
}

function taken(item, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("li");
  item.replaceWith(document.importNode(fresh, true));
  draftChanged();
}

function send(file) {
  const item = line(file);
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form().querySelector("[name=csrfmiddlewaretoken]").value);
  data.set("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", list().dataset.url);
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) item.querySelector("progress").value = event.loaded / event.total; });
  request.addEventListener("load", () => {
    if (!item.isConnected) return;
    if (request.status === 201) taken(item, request.responseText);
    else refuse(item, request.status === 422 ? request.responseText : "");
  });
  request.addEventListener("error", () => refuse(item, ""));
  item.querySelector("button").addEventListener("click", () => request.abort());
  request.send(data);
}

function add(files) {
  if (!list() || kind() === "forward") return;
  for (const file of files) send(file);
}

function filesOf(transfer) {
  return [...(transfer?.files ?? [])];
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "add-files") return;
  add(event.target.files);
  event.target.value = "";
  body().focus();
});

document.addEventListener("paste", (event) => {
  // Office puts a picture of the copied cells beside their words: the words are meant
  const worded = ["text/plain", "text/html"].some((type) => event.clipboardData?.types.includes(type));
  const files = worded ? [] : filesOf(event.clipboardData);
  if (!files.length || !form()?.contains(event.target)) return;
  event.preventDefault();
  add(files);
});

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (!form() || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // else the browser would leave the page for the file
    form().classList.add("is-over");
  });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form()?.classList.remove("is-over"); });
document.addEventListener("drop", (event) => {
  if (!form() || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  form().classList.remove("is-over");
  add(filesOf(event.dataTransfer));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-drop-file]");
  if (!button) return;
  button.closest("li").remove();
  draftChanged();
  body().focus();
});

// What is still on its way would be left behind.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.target.closest?.("#composer") || kind() === "forward" || !list().querySelector(".is-going")) return;
  event.preventDefault();
  document.getElementById("saved").textContent = list().dataset.going;
});
