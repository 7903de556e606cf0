"""Reading header fields as they really come: encoded words, raw bytes, broken ids and dates.

Source: RFC 5322; RFC 2047 (encoded words); RFC 2231 (parameters); RFC 6532 (UTF-8 headers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, TypeAlias

from onque.modules.mail.rules import charsets, dates, mailboxes, words
from onque.modules.mail.rules.mailboxes import clean
from onque.modules.mail.rules.mime import Part
from onque.modules.mail.rules.parsed import MailAddress

__all__ = [
    "Headers",
    "addresses",
    "bare_id",
    "children",
    "clean",
    "decode_words",
    "first",
    "message_ids",
    "parameter",
    "raw_values",
    "sent_at",
    "text",
]

_ID = re.compile(r"<([^<>]{1,2000})>")
_MAX_IDS: Final = 200
_LONGEST_ID: Final = 900

Headers: TypeAlias = Part


def children(part: Headers) -> Iterator[Headers]:
    """The parts directly inside a part: of a multipart, an enclosed message, a report."""
    yield from part.children


def raw_values(message: Headers, name: str) -> list[str]:
    """All values of one field, unfolded, undeclared bytes read as text, encoded words kept."""
    return [_readable(value, message) for value in message.raw_values(name)]


def first(message: Headers, name: str) -> str:
    """The first value of a field, or an empty string."""
    values = message.raw_values(name)
    return _readable(values[0], message) if values else ""


def text(message: Headers, name: str) -> str:
    """The first filled value of a field with its encoded words read."""
    if name not in message.texts:
        read = (clean(decode_words(value)) for value in raw_values(message, name))
        message.texts[name] = next(filter(None, read), "")
    return message.texts[name]


def decode_words(value: str) -> str:
    """Encoded words as text."""
    return words.decode(value)


def addresses(message: Headers, name: str) -> tuple[MailAddress, ...]:
    """The mailboxes of a field, in order; groups are opened, what is no address is left out."""
    if name not in message.mailboxes:
        found: list[MailAddress] = []
        for value in raw_values(message, name):
            found.extend(mailboxes.read(value))
            if len(found) >= mailboxes.MAX_MAILBOXES:
                break
        message.mailboxes[name] = tuple(found[: mailboxes.MAX_MAILBOXES])
    return message.mailboxes[name]


def message_ids(message: Headers, name: str) -> tuple[str, ...]:
    """Ids of a field in order, each once; blanks that folding put inside an id are taken out."""
    found: dict[str, None] = {}
    for raw in raw_values(message, name):
        value = decode_words(raw)
        ids = _ID.findall(value) or [word for word in re.split(r"[\s,;]+", value) if "@" in word]
        found.update(dict.fromkeys(bare_id(item) for item in ids))
    found.pop("", None)
    ordered = list(found)
    return tuple(ordered[:1] + ordered[1:][-_MAX_IDS:])


def bare_id(value: str) -> str:
    """A message id without brackets, blanks and control characters."""
    return clean("".join(value.split())).strip("<>")[:_LONGEST_ID]


def sent_at(message: Headers) -> datetime | None:
    """The Date header as an aware time in UTC, or None when it cannot be read."""
    return next(filter(None, map(dates.read, raw_values(message, "Date"))), None)


def parameter(part: Headers, header: str, name: str) -> str:
    """A parameter such as a file name, read by RFC 2231 or, as many write it, RFC 2047."""
    value = part.parameters(header).get(name, "")
    return clean(value if value.isascii() else _readable(value, part))


def _readable(value: str, message: Headers) -> str:
    unfolded = value
    if "\n" in value:
        unfolded = " ".join(line.strip(" \t\r") for line in value.split("\n"))
    if unfolded.isascii() and "\x1b" not in unfolded:
        return unfolded
    return charsets.decode(
        unfolded.encode("utf-8", "surrogateescape"), hint=message.likely_charset
    )[0]
