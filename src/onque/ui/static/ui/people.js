// Faces without pictures; the same rules as onque/ui/people.py.

export function hue(id) {
  return (parseInt(id.replaceAll("-", "").slice(-4) || "0", 16) % 8) + 1;
}

export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (!words.length) return "?";
  const first = words[0];
  const last = words[words.length - 1];
  if (words.length === 1 && /^[가-힣]{2,4}$/.test(first)) return first[Math.max(1, first.length - 2)];
  if (words.length > 1 && /^[A-Za-z]/.test(first) && /^[A-Za-z]/.test(last)) return (first[0] + last[0]).toUpperCase();
  return first[0].toUpperCase();
}

export function face(person) {
  const mark = document.createElement("span");
  mark.className = "av";
  mark.classList.toggle("is-typing", person.state === "writing");
  mark.classList.toggle("is-away", person.state === "away");
  mark.dataset.hue = hue(person.id);
  mark.title = person.name;
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = initials(person.name);
  return mark;
}
