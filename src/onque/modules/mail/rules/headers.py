"""Reading header fields as they really come: encoded words, raw bytes, broken ids and dates.

Source: RFC 5322; RFC 2047 (encoded words); RFC 2231 (parameters); RFC 6532 (UTF-8 headers).
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypeAlias

from onque.modules.mail.rules import charsets
from onque.modules.mail.rules.parsed import MailAddress

_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?\r\n]*)\?=")
_FOLD = re.compile(r"[ \t]*\r?\n[ \t]*")
_ID = re.compile(r"<([^<>]+)>")
_BARE_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]+")
_BREAK = re.compile(r"[\t\n\r\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MAX_IDS = 200
_MAX_ADDRESSES = 500
_MAX_NAME = 200

Headers: TypeAlias = "Message[str, str]"


def children(part: Headers) -> Iterator[Headers]:
    """The parts directly inside a part."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (child for child in payload if isinstance(child, Message))


def raw_values(message: Headers, name: str) -> list[str]:
    """All values of one field, unfolded, undeclared bytes read as text, encoded words kept."""
    wanted = name.lower()
    return [_readable(value) for key, value in message.raw_items() if key.lower() == wanted]


def first(message: Headers, name: str) -> str:
    """The first value of a field, or an empty string."""
    values = raw_values(message, name)
    return values[0] if values else ""


def text(message: Headers, name: str) -> str:
    """The first value of a field with its encoded words read."""
    return clean(decode_words(first(message, name)))


def clean(value: str) -> str:
    """One line without control or direction-changing characters."""
    return _CONTROL.sub("", _BREAK.sub(" ", value)).strip()


def decode_words(value: str) -> str:
    """Encoded words as text; neighbours of one character set are joined as bytes first.

    Mailers cut letters in two between words, which the standard forbids.
    """
    pieces: list[str] = []
    pending: list[bytes] = []
    pending_label = ""
    position = 0
    for found in _WORD.finditer(value):
        between = value[position : found.start()]
        label = found[1].partition("*")[0].lower()
        adjacent = bool(pending) and not between.strip()
        if pending and not (adjacent and label == pending_label):
            pieces.append(charsets.decode(b"".join(pending), pending_label)[0])
            pending = []
        if not adjacent:
            pieces.append(between)
        pending.append(_word_bytes(found[2], found[3]))
        pending_label = label
        position = found.end()
    if pending:
        pieces.append(charsets.decode(b"".join(pending), pending_label)[0])
    pieces.append(value[position:])
    return "".join(pieces)


def addresses(message: Headers, name: str) -> tuple[MailAddress, ...]:
    """The mailboxes of a field, in order; groups are opened, what is no address is left out."""
    found: list[MailAddress] = []
    for value in raw_values(message, name):
        found.extend(_mailboxes(value))
    return tuple(found[:_MAX_ADDRESSES])


def message_ids(message: Headers, name: str) -> tuple[str, ...]:
    """Ids of a field in order, each once; blanks that folding put inside an id are taken out."""
    found: dict[str, None] = {}
    for value in raw_values(message, name):
        ids = _ID.findall(value) or [word for word in value.split() if "@" in word]
        found.update(dict.fromkeys(bare_id(item) for item in ids))
    found.pop("", None)
    ordered = list(found)
    return tuple(ordered[:1] + ordered[1:][-_MAX_IDS:])


def bare_id(value: str) -> str:
    """A message id without brackets, blanks and control characters."""
    return clean("".join(value.split())).strip("<>")[:900]


def sent_at(message: Headers) -> datetime | None:
    """The Date header as an aware time in UTC, or None when it cannot be read."""
    try:
        moment = parsedate_to_datetime(first(message, "Date"))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def parameter(part: Headers, header: str, name: str) -> str:
    """A parameter such as a file name, read by RFC 2231 or, as many write it, RFC 2047."""
    try:
        value = part.get_param(name, header=header)
    except (ValueError, IndexError, TypeError, UnicodeError):
        return ""
    if isinstance(value, tuple):
        label, _language, encoded = value
        return clean(charsets.decode(_percent_bytes(encoded), label or "")[0])
    return clean(decode_words(_readable(value))) if isinstance(value, str) else ""


def make_parameters_readable(part: Headers) -> None:
    """Replace undeclared bytes where parameters are, which the library would mangle."""
    for name in ("Content-Type", "Content-Disposition", "Content-ID"):
        for key, value in part.raw_items():
            if key.lower() == name.lower() and not str(value).isascii():
                part.replace_header(name, _readable(value))
                break


def _readable(value: object) -> str:
    unfolded = _FOLD.sub(" ", str(value)) if isinstance(value, str) else str(value)
    if unfolded.isascii():
        return unfolded
    raw = unfolded.encode("utf-8", "surrogateescape")
    return charsets.decode(raw)[0]


def _word_bytes(encoding: str, data: str) -> bytes:
    if encoding in "qQ":
        return quopri.decodestring(data.replace("_", " ").encode("utf-8", "replace"), header=True)
    packed = "".join(data.split()).rstrip("=")
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4))
    except (binascii.Error, ValueError):
        return data.encode("utf-8", "replace")


def _percent_bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape")


def _mailboxes(value: str) -> list[MailAddress]:
    try:
        pairs = getaddresses([value])
    except (ValueError, IndexError, TypeError):
        pairs = []
    found = [
        MailAddress(clean(decode_words(name))[:_MAX_NAME], clean(address))
        for name, address in pairs
        if _BARE_ADDRESS.fullmatch(address)
    ]
    if found:
        return found
    return [MailAddress("", clean(item)) for item in _BARE_ADDRESS.findall(decode_words(value))]
