"""The address that a brand's own mail server forwards to, and what providers ask before they do.

The address is `<brand>-<token>@<mail domain>`; 80 random bits in it keep strangers from writing to
it straight away. Source: Google Workspace help, "Automatically forward Gmail messages".
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from onque.modules.mail.rules.parsed import ParsedMail

TOKEN_BYTES = 10
_LONGEST_SLUG = 40
_GOOGLE = "forwarding-noreply@google.com"
_CODE = re.compile(r"\(#\s?(\d{6,12})\)|(?:code|코드)[^0-9]{0,20}(\d{6,12})", re.IGNORECASE)
_LINK = re.compile(r"https://(?:mail|mail-settings|isolated\.mail)\.google\.com/mail/[!-~]{5,1500}")
_FROM = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}\.\w+")


@dataclass(frozen=True)
class Confirmation:
    """What a provider wants confirmed: a code, a link, and the address that will forward."""

    code: str
    link: str
    asks: str


def forward_address(slug: str, token: bytes, domain: str) -> str:
    """The address of a brand; `token` is `TOKEN_BYTES` random bytes."""
    name = re.sub(r"[^a-z0-9-]", "", slug.lower())[:_LONGEST_SLUG].strip("-") or "brand"
    return f"{name}-{base64.b32encode(token).decode().lower()}@{domain}"


def read_confirmation(mail: ParsedMail) -> Confirmation | None:
    """What Google asks in its confirmation mail, None for any other mail."""
    if mail.sender is None or mail.sender.address.lower() != _GOOGLE:
        return None
    text = f"{mail.subject}\n{mail.text}"
    code, link = _CODE.search(text), _LINK.search(text)
    if code is None and link is None:
        return None
    asking = [found for found in _FROM.findall(text) if not found.lower().endswith("google.com")]
    return Confirmation(
        code=(code[1] or code[2]) if code else "",
        link=link[0] if link else "",
        asks=asking[0] if asking else "",
    )
