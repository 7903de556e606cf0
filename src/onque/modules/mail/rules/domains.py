"""Whether a domain's DNS records let mail come and go well, and what to paste where they do not.

Source: RFC 5321, 5 (MX), RFC 7208 (SPF), RFC 6376, 3.6 (DKIM keys), RFC 7489, 6 (DMARC).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ALL = re.compile(r"\s[?~+-]?all\b", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """What a check of one kind found: good, or a code and the record to paste."""

    good: bool
    detail: str
    code: str = ""


def judge_mx(records: Sequence[str]) -> Finding:
    """Whether anybody takes the domain's mail."""
    if not records:
        return Finding(good=False, detail="", code="mx_none")
    return Finding(good=True, detail=", ".join(sorted(records)[:3]))


def judge_spf(domain: str, texts: Sequence[str], wanted: str) -> Finding:
    """Whether we may send for the domain; `wanted` is the term that says so."""
    found = [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return Finding(good=False, detail=f'{domain}  TXT  "v=spf1 {wanted} ~all"', code="spf_none")
    if len(found) > 1:
        return Finding(good=False, detail="\n".join(found), code="spf_many")
    if wanted.lower() in found[0].lower().split():
        return Finding(good=True, detail=found[0])
    match = _ALL.search(found[0])
    at = match.start() if match else len(found[0])
    return Finding(
        good=False,
        detail=f'{domain}  TXT  "{found[0][:at]} {wanted}{found[0][at:]}"',
        code="spf_lacks",
    )


def judge_dkim(domain: str, selector: str, public: str, texts: Sequence[str]) -> Finding:
    """Whether the key we sign with is published. `public` is its Base64."""
    name = f"{selector}._domainkey.{domain}"
    compact = ["".join(text.split()) for text in texts]
    if any(f"p={''.join(public.split())}" in text for text in compact):
        return Finding(good=True, detail=name)
    code = "dkim_other" if texts else "dkim_none"
    return Finding(good=False, detail=f'{name}  TXT  "v=DKIM1; k=rsa; p={public}"', code=code)


def judge_dmarc(domain: str, texts: Sequence[str], report_to: str) -> Finding:
    """Whether the domain says what happens to mail that proves nothing."""
    found = [text for text in texts if text.lower().replace(" ", "").startswith("v=dmarc1")]
    if found:
        return Finding(good=True, detail=found[0])
    record = f'_dmarc.{domain}  TXT  "v=DMARC1; p=none; rua=mailto:{report_to}"'
    return Finding(good=False, detail=record, code="dmarc_none")
