// Numbers beside the places of the rail: asked for once the page stands, and whenever the reader is told
// of something. A question that fails leaves the number as it was.

import { follow } from "./live.js";
import { refresher } from "./parts.js";

const MOST = 99;
const pips = [...document.querySelectorAll("[data-count]")];
const mine = `desk.member.${document.body.dataset.memberId}`;

async function ask(pip, lsn) {
  const url = new URL(pip.dataset.count, location.href);
  if (lsn) url.searchParams.set("min_lsn", lsn);
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const count = Number(await answer.text());
  pip.textContent = count > MOST ? `${MOST}+` : String(count);
  pip.hidden = !count;
}

const refresh = refresher((lsn) => Promise.all(pips.map((pip) => ask(pip, lsn))));

if (pips.length) {
  follow(mine);
  refresh("");
  document.addEventListener("onque:hint", ({ detail }) => { if (detail.topic === mine) refresh(detail.lsn); });
  document.addEventListener("onque:resync", () => refresh(""));
}
