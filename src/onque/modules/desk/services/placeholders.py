"""Words in prepared answers that stand for something of the ticket: {{customer.name}}."""

import re
from collections.abc import Mapping

KOREAN: Mapping[str, str] = {
    "고객.이름": "customer.name",
    "고객.이메일": "customer.email",
    "상담원.이름": "agent.name",
    "브랜드.이름": "brand.name",
    "문의.번호": "ticket.number",
    "문의.제목": "ticket.subject",
}
"""Korean names of the placeholders, which mean the same."""

NAMES = tuple(KOREAN.values())
_PLACE = re.compile(r"\{\{\s*([^{}|]{1,60}?)\s*(?:\|([^{}]{0,200}))?\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the places of their names.

    What stands behind "|" is taken where there is no value. A place with neither stays as it is,
    so that its reader sees what is missing.
    """

    def put(found: re.Match[str]) -> str:
        name = found[1].lower()
        value = values.get(KOREAN.get(name, name), "")
        return value or (found[2] or "").strip() or found[0]

    return _PLACE.sub(put, text)


def unknown(text: str) -> list[str]:
    """Return the names in a text that stand for nothing."""
    names = [found[1].lower() for found in _PLACE.finditer(text)]
    return [name for name in names if KOREAN.get(name, name) not in NAMES]
