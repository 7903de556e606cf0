// A new ticket: customers are offered while their name is typed, and what is typed stays on this
// device until it is sent, so that a closed tab loses nothing.

const SOON_MS = 250;
const KEPT = ["to", "subject", "body"];
const form = document.getElementById("new-ticket");
const key = `onque:new:${document.body.dataset.tenant}`;
let timer = 0;

function fieldOf(name) {
  return form.elements.namedItem(name);
}

// --- whom it goes to -----------------------------------------------------------------------------------------

async function offer() {
  const address = new URL(form.dataset.people, location.href);
  address.searchParams.set("to", fieldOf("to").value);
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("people").replaceChildren(...[...page.querySelectorAll("option")].map((one) => document.importNode(one, true)));
  } catch {
    // the field takes any address without offers
  }
}

form.addEventListener("input", (event) => {
  keep();
  if (event.target !== fieldOf("to")) return;
  clearTimeout(timer);
  if (!event.target.value.includes("<")) timer = setTimeout(offer, SOON_MS); // else it was taken from the offers
});

// --- kept ------------------------------------------------------------------------------------------------------

function keep() {
  try {
    const typed = Object.fromEntries(KEPT.map((name) => [name, fieldOf(name).value]));
    if (KEPT.some((name) => typed[name].trim())) localStorage.setItem(key, JSON.stringify(typed));
    else localStorage.removeItem(key);
  } catch {
    // without storage the page alone keeps it
  }
}

function giveBack() {
  if (fieldOf("subject").value || fieldOf("body").value) return; // a refusal gave it back
  try {
    const typed = JSON.parse(localStorage.getItem(key) ?? "{}");
    for (const name of KEPT) if (typed[name] && !fieldOf(name).value) fieldOf(name).value = typed[name];
  } catch {
    // there is none
  }
}

form.addEventListener("submit", () => {
  try {
    localStorage.removeItem(key); // what is refused comes back with the page
  } catch {
    // there is none
  }
});

form.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector('[name=act][value=send]') ?? undefined);
  } else if (event.target.matches("input:not([type=checkbox])")) {
    event.preventDefault(); // one line more is meant, not the sending
    const fields = [...form.querySelectorAll("select, input:not([type=hidden]), textarea")];
    fields[fields.indexOf(event.target) + 1]?.focus();
  }
});

giveBack();
