"""The parts of a report, and the fields in them, wherever and however they stand.

Source: RFC 3464, 2.1 (blocks of fields); RFC 6522 (multipart/report).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from onque.modules.mail.rules import headers
from onque.modules.mail.rules.headers import Headers

_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{2,40}):[ \t]*(.*)$")
_LAX_REPORT = re.compile(
    r"^(?:final-recipient|original-recipient|action):", re.IGNORECASE | re.MULTILINE
)
_DEEPEST = 20
_MAX_LOOSE = 100_000


def parts_of(message: Headers, *kinds: str) -> list[Headers]:
    """Parts of some types, not looking into enclosed messages."""
    return [part for part in _own_parts(message, depth=0) if part.get_content_type() in kinds]


def _own_parts(part: Headers, *, depth: int) -> Iterator[Headers]:
    yield part
    if part.get_content_maintype() == "multipart" and depth < _DEEPEST:
        for child in headers.children(part):
            yield from _own_parts(child, depth=depth + 1)


def report_fields(message: Headers) -> list[dict[str, str]]:
    """One mapping of lower-case fields for each recipient block of the delivery status."""
    blocks: list[dict[str, str]] = []
    for part in parts_of(message, "message/delivery-status", "message/global-delivery-status"):
        found = [
            {name.lower(): headers.clean(str(value)) for name, value in block.raw_items()}
            for block in headers.children(part)
        ]
        payload = part.get_payload()
        if not any("final-recipient" in block for block in found) and isinstance(payload, str):
            found = loose_fields(payload)
        blocks.extend(found)
    if not blocks:
        blocks = _untyped_fields(message)
    return [block for block in blocks if "final-recipient" in block or "action" in block]


def _untyped_fields(message: Headers) -> list[dict[str, str]]:
    """Delivery fields in a part that does not say so, in a report or below a report's own words."""
    blocks: list[dict[str, str]] = []
    for part in _own_parts(message, depth=0):
        if part.get_content_maintype() not in {"text", "message"} or part is message:
            continue
        payload = part.get_payload()
        if isinstance(payload, str) and len(_LAX_REPORT.findall(payload[:_MAX_LOOSE])) > 1:
            blocks.extend(loose_fields(payload))
    return blocks


def loose_fields(payload: str) -> list[dict[str, str]]:
    """Blocks of fields as they stand in a text, folded lines joined."""
    blocks: list[dict[str, str]] = []
    for chunk in re.split(r"\n[ \t\r]*\n", payload[:_MAX_LOOSE]):
        block: dict[str, str] = {}
        name = ""
        for line in chunk.splitlines():
            field = _FIELD.match(line.strip() if not name else line)
            if field:
                name = field[1].lower()
                block.setdefault(name, field[2].strip())
            elif name and line[:1] in " \t":
                block[name] = f"{block[name]} {line.strip()}"
        blocks.append(block)
    return blocks
