// The inquiry form with script: questions appear as they are needed, a draft stays on the device,
// files that cannot be taken are named before they travel. Without script the form works as it is.

const form = document.querySelector("form[data-draft]");

function valuesOf(name) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((one) => !one.matches("[type=checkbox], [type=radio]") || one.checked)
    .map((one) => one.value);
}

function showAsked() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const asked = valuesOf(part.dataset.when).includes(part.dataset.is);
    part.hidden = !asked;
    for (const one of part.querySelectorAll("input, select, textarea")) one.disabled = !asked;
  }
}

function checkFiles() {
  const input = form.querySelector("#files");
  if (!input) return true;
  const files = [...input.files];
  const large = files.some((file) => file.size > form.dataset.megabytes * 1024 * 1024);
  const words = files.length > form.dataset.most ? form.dataset.tooMany : large ? form.dataset.tooLarge : "";
  const place = form.querySelector("#files-error");
  place.hidden = !words;
  place.querySelector("[data-words]").textContent = words;
  input.setAttribute("aria-invalid", String(Boolean(words)));
  return !words;
}

if (form) {
  const key = `onque:inquiry:${form.dataset.draft}`;
  const kept = ["email", "name", "subject", "body"];
  const wasRefused = Boolean(form.querySelector(".errsum"));

  const choose = form.querySelector("[data-choose]");
  if (choose) choose.hidden = true;
  for (const radio of form.querySelectorAll('[name="type"]')) {
    radio.addEventListener("change", () => form.requestSubmit(choose));
  }

  try {
    const draft = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    for (const name of kept) {
      const field = form.elements[name];
      if (field && draft[name] && !wasRefused && (!field.value || name === "body")) field.value = draft[name];
    }
  } catch {
    sessionStorage.removeItem(key);
  }

  form.addEventListener("input", () => {
    showAsked();
    checkFiles();
    const draft = Object.fromEntries(kept.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]));
    if (!Object.keys(draft).length) return;
    sessionStorage.setItem(key, JSON.stringify(draft));
    form.querySelector("[data-kept]")?.removeAttribute("hidden");
  });

  form.addEventListener("submit", (event) => {
    if (event.submitter === choose) return;
    if (!checkFiles()) {
      event.preventDefault();
      form.querySelector("#files").focus();
      return;
    }
    const send = form.querySelector("[data-send]");
    if (send) {
      send.setAttribute("aria-busy", "true");
      send.textContent = send.dataset.busy;
    }
  });

  showAsked();
  document.querySelector("[data-focus]")?.focus();
}

if (location.pathname.endsWith("/sent")) {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("onque:inquiry:")) sessionStorage.removeItem(key);
}
