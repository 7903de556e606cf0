// Messages as they were sent: in a sandboxed frame, loaded when somebody asks for it.

const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

// Nothing runs inside the frame, so the page around it measures how tall it is.
function fit(frame) {
  const inside = frame.contentDocument?.documentElement;
  if (!inside || !frame.contentDocument.body) return;
  const measure = () => { frame.style.blockSize = `${Math.ceil(frame.contentDocument.body.getBoundingClientRect().height) + 2}px`; };
  measure();
  new ResizeObserver(measure).observe(frame.contentDocument.body);
}

function open(link) {
  const box = link.closest(".msg-b");
  const frame = document.createElement("iframe");
  frame.className = "letter";
  frame.title = link.dataset.letter;
  frame.setAttribute("sandbox", SANDBOX);
  frame.referrerPolicy = "no-referrer";
  frame.dataset.opened = "";
  frame.src = link.href;
  const plain = box.querySelector(".msg-html");
  plain.hidden = true;
  link.hidden = true;
  const held = link.previousElementSibling;
  if (held?.hasAttribute("data-held")) held.hidden = true;
  plain.before(frame);
  frame.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-letter]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});

document.addEventListener("load", (event) => {
  if (event.target.matches?.("iframe.letter")) fit(event.target);
}, true);

for (const frame of document.querySelectorAll("iframe.letter")) fit(frame);

/** A copy of a message without what its reader opened in it, to compare with a fresh one. */
export function untouched(message) {
  const copy = message.cloneNode(true);
  for (const frame of copy.querySelectorAll("iframe[data-opened]")) frame.remove();
  for (const frame of copy.querySelectorAll("iframe.letter")) frame.removeAttribute("style");
  for (const one of copy.querySelectorAll(".msg-html[hidden], .msg-n [hidden]")) one.hidden = false;
  for (const one of copy.querySelectorAll("details[open]")) one.open = false;
  return copy;
}
