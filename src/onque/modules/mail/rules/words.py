"""Encoded words in header fields, as they come.

Source: RFC 2047; RFC 2231, 5 (language). Read although forbidden: blanks inside, no padding,
letters cut in two between neighbours, words without an end, words inside quotes or glued to others.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from typing import Final

from onque.modules.mail.rules import charsets

_START = re.compile(r"=\?[ \t]*([^?\s=]{1,60})[ \t]*\?[ \t]*([bBqQ])[ \t]*\?")
_WORD_LETTERS: Final = 8_192
_MAX_WORDS: Final = 5_000
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{8,}={0,2}")
_ROUNDS: Final = 2
_NOTHING_LEFT = 1


def decode(value: str, *, in_name: bool = False) -> str:
    """Encoded words as text; neighbours of one character set are joined as bytes first.

    `in_name`: the value is a file name, in which words may have been folded into others.
    """
    if "=?" not in value:
        return value
    text = value
    for _round in range(_ROUNDS):
        decoded = _decode(text, glued=in_name)
        if decoded == text or not _START.match(decoded.strip()):
            return decoded
        text = decoded
    return text


def _decode(value: str, *, glued: bool) -> str:
    pieces: list[str] = []
    pending: list[bytes] = []
    label = ""
    position = count = 0
    while count < _MAX_WORDS and (start := _START.search(value, position)):
        found = _end(value, start)
        if found is None:
            break
        data, after = found
        count += 1
        between = value[position : start.start()]
        adjacent = bool(pending) and not between.strip(' \t\r\n"' if glued else None)
        said = start[1].partition("*")[0].lower()
        if pending and not (adjacent and said == label):
            pieces.append(charsets.decode(b"".join(pending), label)[0])
            pending = []
        if not adjacent:
            pieces.append(between)
        pending.append(_bytes(start[2], data))
        label, position = said, after
    if pending:
        pieces.append(charsets.decode(b"".join(pending), label)[0])
    pieces.append(value[position:])
    return "".join(pieces)


def _end(value: str, start: re.Match[str]) -> tuple[str, int] | None:
    """The word's data and where it ends; words that break off end with the text."""
    stop = value.find("?=", start.end(), start.end() + _WORD_LETTERS)
    following = value.find("=?", start.end(), stop if stop >= 0 else None)
    if stop >= 0 and (following < 0 or not _START.match(value, following)):
        return value[start.end() : stop], stop + 2
    rest = value[start.end() : following if following >= 0 and stop >= 0 else None]
    if len(rest) > _WORD_LETTERS:
        return None
    if start[2] in "bB":
        cut = rest.rstrip("? ")
        return (cut, start.end() + len(rest)) if _BASE64.fullmatch(cut) else None
    cut = re.match(r"[^\s?]*", rest)[0]  # type: ignore[index]  # it matches anything
    return cut, start.end() + len(cut)


def _bytes(encoding: str, data: str) -> bytes:
    if encoding in "qQ":
        spaced = data.replace("_", " ").replace("\r", "").replace("\n", "")
        return quopri.decodestring(spaced.encode("utf-8", "surrogateescape"), header=True)
    packed = re.sub(r"[^A-Za-z0-9+/=]", "", data)
    out = []
    for run in re.split(r"=+", packed):
        usable = run[:-1] if len(run) % 4 == _NOTHING_LEFT else run
        try:
            out.append(base64.b64decode(usable + "=" * (-len(usable) % 4)))
        except (binascii.Error, ValueError):
            return data.encode("utf-8", "surrogateescape")
    return b"".join(out)
