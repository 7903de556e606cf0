"""Where the parts of a multipart begin and end.

Source: RFC 2046, 5.1.1. Read leniently: blanks after a boundary, parts after the closing line, a
closing line that is missing; a boundary that is the beginning of another is no match.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from onque.modules.mail.rules import limits

_MARK = re.compile(rb"^--(?P<label>[^\r\n]{0,200}?)[ \t]{0,80}\r{0,3}$", re.MULTILINE)
_FIELD = re.compile(rb"\r*\n[ \t\r\n]{0,4}content-[a-z-]{1,40}[ \t]*:", re.IGNORECASE)
_SCANNED_BYTES = 1_000_000
_MARKS = 2_000
_LINE_BYTES = 1_000
_BARE = b"--"
"""The line of an empty boundary; with a blank behind it, it is a signature's."""


class Span(NamedTuple):
    """A stretch of the raw bytes: from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass
class Found:
    """The stretches of one multipart."""

    preamble: Span
    epilogue: Span
    parts: list[Span] = field(default_factory=list)


def split(raw: bytes, start: int, end: int, boundary: bytes) -> Found | None:
    """The parts between the lines of a boundary; None where no such line stands."""
    for label, loose in ((boundary, False), (_without_comment(boundary), False), (boundary, True)):
        marks = list(_marks(raw, Span(start, end), b"--" + label.rstrip(), loose=loose))
        if marks:
            return _between(raw, start, end, marks)
    return None


def guess_boundary(raw: bytes, start: int, end: int) -> bytes | None:
    """The boundary a multipart uses although it names another, or none; None when it has no parts.

    A line of two hyphens counts when it stands right above a Content field, or when the closing
    line of the same name stands too.
    """
    region = raw[start : min(end, start + _SCANNED_BYTES)]
    above: Counter[bytes] = Counter()
    labels: Counter[bytes] = Counter()
    for count, found in enumerate(_MARK.finditer(region)):
        if count > _MARKS:
            break
        label = found["label"]
        labels[label] += 1
        if _FIELD.match(region, found.end()):
            above[label] += 1
    for label, _times in above.most_common(1):
        return label
    closed = [item for item in labels if item and item + b"--" in labels]
    return closed[0] if closed else None


def _without_comment(boundary: bytes) -> bytes:
    return re.sub(rb"[ \t]*\([^()]{0,200}\)[ \t]*$|[ \t][^\r\n]*$", b"", boundary)


class _Mark(NamedTuple):
    at: int
    after: int
    closing: bool


def _marks(raw: bytes, span: Span, needle: bytes, *, loose: bool) -> list[_Mark]:
    found: list[_Mark] = []
    at = raw.find(needle, span.start, span.end)
    while at >= 0 and len(found) <= limits.MAX_PARTS:
        after = at + len(needle)
        if at == span.start or raw[at - 1] in b"\r\n":
            stop = raw.find(b"\n", after, min(span.end, after + _LINE_BYTES))
            ended = stop >= 0 or span.end <= after + _LINE_BYTES
            tail = raw[after : stop if stop >= 0 else span.end] if ended else b"x"
            kind = tail.strip(b" \t\r" if needle != _BARE else b"\r")
            if kind in {b"", b"--"} or (loose and not tail[:1].isalnum()):
                following = stop + 1 if stop >= 0 else span.end
                found.append(_Mark(at, following, kind.startswith(b"--")))
        at = raw.find(needle, after, span.end)
    return found


def _between(raw: bytes, start: int, end: int, marks: list[_Mark]) -> Found:
    result = Found(preamble=Span(start, _before(raw, start, marks[0].at)), epilogue=Span(end, end))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        until = _before(raw, mark.after, following.at) if following else end
        span = Span(mark.after, max(mark.after, until))
        if not mark.closing:
            result.parts.append(span)
        elif following is None:
            result.epilogue = span
        elif raw[span.start : span.start + _LINE_BYTES].strip():
            result.parts.append(span)
    return result


def _before(raw: bytes, start: int, at: int) -> int:
    """The end of what stands before a boundary: its line end belongs to the boundary."""
    if at > start and raw[at - 1 : at] == b"\n":
        at -= 1
    if at > start and raw[at - 1 : at] == b"\r":
        at -= 1
    return at
