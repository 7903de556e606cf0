"""The raw source of a mail as text that can be read by people, whatever its bytes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from onque.modules.mail.rules import fields, words

SHOWN_BYTES: Final = 200_000
_SHOWN_FIELDS: Final = 100
_LONGEST_VALUE: Final = 2_000
_HEADER_BYTES: Final = 256_000
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BLANK: Final = frozenset("\t\n")


@dataclass(frozen=True)
class Source:
    """Field names with their values in words, and the source; `is_cut` when there is more."""

    headers: tuple[tuple[str, str], ...]
    text: str
    is_cut: bool


def show(raw: bytes, *, most: int = SHOWN_BYTES) -> Source:
    """Return the header fields and the first `most` bytes as text.

    Nothing is guessed: a byte that is no UTF-8, and a character that cannot be seen or turns the
    direction of the line, stands as its code.
    """
    block = fields.read_block(raw, 0, min(len(raw), _HEADER_BYTES), root=True)
    return Source(
        headers=tuple((name, _value(value)) for name, value in block.items[:_SHOWN_FIELDS]),
        text=visible(raw[:most].decode("utf-8", "backslashreplace").replace("\r\n", "\n")),
        is_cut=len(raw) > most,
    )


def visible(text: str) -> str:
    """Return a text in which every invisible character but blanks stands as its code."""
    return "".join(one if one in _BLANK or not _is_hidden(one) else _code(one) for one in text)


def _value(value: str) -> str:
    unfolded = re.sub(r"\r?\n[ \t]*", " ", value).strip()[:_LONGEST_VALUE]
    readable = unfolded.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return visible(words.decode(readable))


def _is_hidden(one: str) -> bool:
    return unicodedata.category(one) in _HIDDEN


def _code(one: str) -> str:
    return one.encode("unicode_escape").decode()
