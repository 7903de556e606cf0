"""Parameters of fields such as Content-Type: by the standard, and as mailers really write them.

Source: RFC 2045, 5.1; RFC 2231 (pieces and character sets). Beside it: encoded words in names,
quotes not closed or inside each other, semicolons forgotten, percent signs without a character set.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from onque.modules.mail.rules import charsets, words

_SKIP = re.compile(r"[\s;,]*+")
_KEY = re.compile(r"([^\s=;,\"()<>/]{1,80})[ \t\r\n]*+=[ \t\r\n]*+")
_CLOSING = re.compile(r'"(?=[ \t\r\n]*(?:;|$|[\w*-]{1,30}[ \t]*=))')
_BARE_END = re.compile(
    r";|[ \t\r\n](?=(?:charset|boundary|name|filename|format|delsp|type|report-type|size|"
    r"creation-date|modification-date|method|start|reply-type)[*\d]{0,5}[ \t]*=)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(.+?)\*(\d{1,3})(\*?)$")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_LABELLED = re.compile(r"^[\"']?([A-Za-z0-9_.:-]{0,40})'[A-Za-z-]{0,20}'(.*)$", re.DOTALL)
_MAX_PARAMETERS: Final = 200
_MAX_LETTERS: Final = 65_536


def read(value: str) -> dict[str, str]:
    """Parameters by lower-case name, decoded; bytes beyond ASCII in it as surrogate escapes."""
    plain: dict[str, str] = {}
    extended: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for key, said in _pairs(value[:_MAX_LETTERS]):
        name = key.lower()
        numbered = _NUMBERED.match(name)
        if numbered:
            pieces.setdefault(numbered[1], {}).setdefault(
                int(numbered[2]), (said, bool(numbered[3]))
            )
        elif name.endswith("*"):
            extended.setdefault(name[:-1], _extended(said))
        else:
            plain.setdefault(name, _plain(name, said))
    found = {name: _joined(items) for name, items in pieces.items()}
    return {**plain, **found, **extended}


def raw_text(value: str) -> bytes:
    """A parameter as the bytes it stood for in the header."""
    return value.encode("utf-8", "surrogateescape")


def _pairs(value: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    at = _first_parameter(value)
    while len(pairs) < _MAX_PARAMETERS:
        at = _end_of(_SKIP, value, at)
        found = _KEY.match(value, at)
        if found is None:
            following = value.find(";", at)
            if following < 0:
                return pairs
            at = following + 1
            continue
        said, at = _value(value, found.end())
        pairs.append((found[1], said))
    return pairs


def _end_of(pattern: re.Pattern[str], value: str, at: int) -> int:
    found = pattern.match(value, at)
    return found.end() if found else at


def _first_parameter(value: str) -> int:
    """Behind the field's own value; at the start where it has none."""
    head = re.match(r"[\s\"']*+[^\s;=\"']*+[\"']?[ \t\r\n]*+(?=;|$|[\w*-]{1,30}[ \t]*=)", value)
    if head and head.end() < len(value) and "=" not in value[head.end() : head.end() + 1]:
        return head.end()
    return 0 if re.match(r"\s*[\w*-]{1,30}[ \t]*=", value) else max(value.find(";"), 0)


def _value(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] == '"':
        closing = _closing(text, at + 1)
        if closing is not None:
            return _unquoted(text[at + 1 : closing]), closing + 1
        at += 1
    end = _BARE_END.search(text, at)
    stop = end.start() if end else len(text)
    return text[at:stop].strip().strip('"'), stop


def _closing(text: str, at: int) -> int | None:
    position = at
    while found := _CLOSING.search(text, position):
        backslashes = 0
        while text[found.start() - 1 - backslashes : found.start() - backslashes] == "\\":
            backslashes += 1
        if backslashes % 2 == 0 or found.end() == len(text):
            return found.start()
        position = found.end()
    return None


def _unquoted(text: str) -> str:
    """Escapes undone, but for the backslashes of paths, which nobody escapes."""
    folded = re.sub(r"[ \t]*\r*\n[ \t]+", " ", text)
    return re.sub(r'\\(["\\])', r"\1", folded)


def _plain(name: str, said: str) -> str:
    if name == "boundary":
        return said
    if name not in {"name", "filename"}:
        return said if said.isascii() else _readable(said)
    labelled = _LABELLED.match(said)
    if labelled and "%" in said and charsets.codec_name(labelled[1]):
        return _extended(said)
    if _PERCENT.search(said) and said.isascii():
        return _percent_name(said)
    return words.decode(_readable(said), in_name=True)


def _percent_name(said: str) -> str:
    """A name escaped as in an address; only where that gives letters beyond ASCII."""
    raw = unquote_to_bytes(said)
    try:
        return said if raw.isascii() else raw.decode("utf-8")
    except UnicodeDecodeError:
        return words.decode(said, in_name=True)


def _extended(said: str) -> str:
    labelled = _LABELLED.match(said)
    label, encoded = (labelled[1], labelled[2]) if labelled else ("", said)
    return words.decode(charsets.decode(_percent_bytes(encoded), label)[0])


def _joined(items: dict[int, tuple[str, bool]]) -> str:
    """Numbered pieces in their order; one that is missing leaves no gap."""
    ordered = [items[number] for number in sorted(items)]
    first, first_encoded = ordered[0]
    labelled = _LABELLED.match(first) if first_encoded else None
    label, rest = (labelled[1], labelled[2]) if labelled else ("", first)
    if not any(encoded for _said, encoded in ordered):
        return words.decode(_readable("".join(said for said, _ in ordered)), in_name=True)
    raw = b"".join(
        _percent_bytes(said) if encoded else raw_text(said)
        for said, encoded in [(rest, first_encoded), *ordered[1:]]
    )
    return charsets.decode(raw, label)[0]


def _percent_bytes(value: str) -> bytes:
    return unquote_to_bytes(raw_text(value))


def _readable(value: str) -> str:
    return value if value.isascii() and "\x1b" not in value else charsets.decode(raw_text(value))[0]
