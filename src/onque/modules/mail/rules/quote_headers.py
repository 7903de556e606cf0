"""Blocks of header names above a quoted mail: "From: ... Sent: ... To: ... Subject: ...".

A form that a customer filled in looks alike ("From: Seoul, To: Busan, Date: ..."), so that names
alone are not enough: an address, a sending time or the full set must be there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from onque.modules.mail.rules import quote_words as words
from onque.modules.mail.rules.quoting import is_delimiter, is_rule, plain

_MAX_LINES = 24
_MAX_BETWEEN = 4
_MAX_VALUE = 1200
_FULL_SET = 3
_ALL = "|".join(words.HEADER_NAMES.values())
_HEADER = re.compile(
    rf"^[*_|>\s]{{0,6}}({_ALL})[*_\s|]{{0,4}}[:：|][*_\s|]{{0,4}}(.*)$", re.IGNORECASE
)
_KINDS = {
    kind: re.compile(rf"(?:{names})", re.IGNORECASE) for kind, names in words.HEADER_NAMES.items()
}
_SENT = re.compile(rf"(?:{words.SENT_NAMES})", re.IGNORECASE)
_ADDRESS = re.compile(r"\S@\S|mailto:", re.IGNORECASE)
_TIME = re.compile(
    r"(?<!\d)\d{1,2}\s?[:.h時时시]\s?\d{2}|\d\s?[ap]\.?m\b|\d\s*시(?:\s|$)", re.IGNORECASE
)
_DAY = re.compile(r"\d{1,4}\s?[./년年-]\s?\d{1,2}|(?:19|20)\d\d|=2C")
_REPLY_VALUE = re.compile(
    r"^(?:re|aw|sv|fw|fwd|antw|odp|rif|res|回复|答复|답장)\s*[:：]", re.IGNORECASE
)
_ONE_LINE = re.compile(
    rf"^[*_\s]*(?:{words.HEADER_NAMES['from']})\s*[:：].{{1,200}}?\s[*_]*(?:{words.HEADER_NAMES['date']})\s*[:：]"
    rf".{{1,120}}?\s[*_]*(?:{words.HEADER_NAMES['to']})\s*[:：].{{1,400}}?\s[*_]*"
    rf"(?:{words.HEADER_NAMES['subject']})\s*[:：]",
    re.IGNORECASE,
)


def begins(lines: Sequence[str], at: int) -> bool:
    """Whether a header block begins at a line."""
    first = _read(lines[at])
    if first is None:
        return False
    if _ONE_LINE.match(plain(lines[at])[:_MAX_VALUE]):
        return True
    fields = _fields(lines, at)
    return _is_mail_header(fields, ruled=_ruled(lines, at))


def is_header_line(line: str) -> bool:
    """Whether a line is a header name with its value."""
    return _read(line) is not None


def _read(line: str) -> tuple[str, str, str] | None:
    """Kind, name and value of a header line; the kind may be one of several by the same word."""
    found = _HEADER.match(plain(line[:_MAX_VALUE]))
    if found is None:
        return None
    name = " ".join(found[1].split())
    kind = next((kind for kind, names in _KINDS.items() if names.fullmatch(name)), "")
    return (kind, name, found[2].strip()) if kind else None


def _fields(lines: Sequence[str], at: int) -> dict[str, list[tuple[str, str]]]:
    """Fields by kind with name and value, over blank lines and wrapped values."""
    fields: dict[str, list[tuple[str, str]]] = {}
    between = 0
    last: list[tuple[str, str]] | None = None
    for line in lines[at : at + _MAX_LINES]:
        if not line.strip():
            between += 1
        elif (read := _read(line)) is not None:
            kind, name, value = read
            last = fields.setdefault(kind, [])
            last.append((name, value))
            between = 0
            continue
        else:
            between += 1
            if last and between <= 2:  # noqa: PLR2004  a value wrapped over two lines at most
                name, value = last[-1]
                last[-1] = (name, f"{value} {plain(line[:300])}")
        if between > _MAX_BETWEEN or (
            fields and between > 1 and not line.strip() and _enough(fields)
        ):
            break
    return fields


def _enough(fields: dict[str, list[tuple[str, str]]]) -> bool:
    return len(fields) >= _FULL_SET + 1


def _is_mail_header(fields: dict[str, list[tuple[str, str]]], *, ruled: bool) -> bool:
    kinds = set(fields) - {"other", "cc"}
    others = kinds - {"from"}
    people = " ".join(value for kind in ("from", "to", "cc") for _, value in fields.get(kind, []))
    date = " ".join(value for _, value in fields.get("date", []))
    sent = any(_SENT.fullmatch(name) for name, _ in fields.get("date", []))
    addressed = bool(_ADDRESS.search(people))
    timed = bool(_TIME.search(date) and _DAY.search(date))
    if "from" not in kinds:
        return addressed and timed and bool(kinds & {"to"})
    if len(others) >= _FULL_SET - 1:
        named = "subject" in kinds and "date" in kinds and "to" in kinds
        return ruled or addressed or sent or (named and (timed or _replies(fields)))
    if "date" in others:
        return (addressed and (timed or sent)) or (ruled and (timed or sent))
    return bool(others) and addressed and (ruled or _replies(fields))


def _replies(fields: dict[str, list[tuple[str, str]]]) -> bool:
    return any(_REPLY_VALUE.match(value) for _, value in fields.get("subject", []))


def _ruled(lines: Sequence[str], at: int) -> bool:
    above = next((line for line in reversed(lines[max(0, at - 3) : at]) if line.strip()), "")
    return is_rule(above) or is_delimiter(above)
