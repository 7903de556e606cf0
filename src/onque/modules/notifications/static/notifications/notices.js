// The notifications centre: the list grows while it is looked at.

import { fetchParts, refresher, replacePart } from "../ui/parts.js";

const mine = `desk.member.${document.body.dataset.memberId}`;

const refresh = refresher(async (lsn) => {
  const fresh = (await fetchParts(location.href, lsn)).getElementById("notices-list");
  if (fresh) replacePart(fresh);
});

document.addEventListener("onque:hint", ({ detail }) => { if (detail.topic === mine) refresh(detail.lsn); });
document.addEventListener("onque:resync", () => refresh(""));
