/** Buttons that copy what stands beside them; shown only where the browser can copy. */

const canCopy = Boolean(navigator.clipboard);

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = !canCopy;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copies).textContent;
    const word = button.querySelector("span");
    const label = word.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return; // the text can be selected by one press
    }
    word.textContent = button.dataset.done;
    setTimeout(() => { word.textContent = label; }, 2000);
  });
}
