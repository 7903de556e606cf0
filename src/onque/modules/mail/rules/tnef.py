"""What is inside Outlook's ``winmail.dat``: files, the text, messages inside the message.

Source: [MS-OXTNEF] (attributes, properties); [MS-OXPROPS] (property numbers). A stretch that makes
no sense ends the reading there; what was read until then counts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final

from onque.modules.mail.rules import charsets, names, rtf
from onque.modules.mail.rules.parsed import Attachment

CONTENT_TYPES: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})

_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_HEADER_BYTES: Final = 6
_BODY, _SUBJECT = 0x800C, 0x8004
_FILE_TITLE, _FILE_DATA, _FILE_BEGINS, _FILE_PROPERTIES = 0x8010, 0x800F, 0x9002, 0x9005
_PROPERTIES, _CODE_PAGE = 0x9003, 0x9007
_P_SUBJECT, _P_BODY, _P_RTF, _P_HTML = 0x0037, 0x1000, 0x1009, 0x1013
_P_DATA, _P_SHORT_NAME, _P_LONG_NAME, _P_SHOWN_NAME = 0x3701, 0x3704, 0x3707, 0x3001
_P_TYPE, _P_CONTENT_ID, _P_CODE_PAGE = 0x370E, 0x3712, 0x3FDE
_MESSAGE_ID: Final = bytes.fromhex("0703020000000000c000000000000046")
_FIXED: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_TEXT_8BIT, _TEXT_UTF16, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_SIZED: Final = frozenset({_TEXT_8BIT, _TEXT_UTF16, _BINARY, _OBJECT})
_SEVERAL: Final = 0x1000
_NAMED: Final = 0x8000
_DEEPEST: Final = 5
_MAX_FILES: Final = 500
_MAX_PROPERTIES: Final = 2_000

Value = str | bytes | int


@dataclass
class _File:
    title: str = ""
    data: bytes = b""
    known: dict[int, Value] = field(default_factory=dict)


@dataclass
class Container:
    """What a container held."""

    subject: str = ""
    text: str = ""
    html: str = ""
    files: list[Attachment] = field(default_factory=list)


def unpack(content: bytes, *, depth: int = 0) -> Container | None:
    """What is inside, or None when nothing can be read: keep the container then."""
    if not content.startswith(_SIGNATURE) or depth > _DEEPEST:
        return None
    found = Container()
    files: list[_File] = []
    known: dict[int, Value] = {}
    page = "cp1252"
    for number, data in _attributes(content):
        if number == _CODE_PAGE:
            page = _page(int.from_bytes(data[:4], "little"), page)
        elif number == _BODY:
            known.setdefault(_P_BODY, _text(data, page))
        elif number == _SUBJECT:
            known.setdefault(_P_SUBJECT, _text(data, page))
        elif number == _PROPERTIES:
            known |= dict(_properties(data, page))
        elif number == _FILE_BEGINS and len(files) < _MAX_FILES:
            files.append(_File())
        elif files:
            _add_to_file(files[-1], number, data, page)
    _read_body(found, known, page)
    found.files = [item for file in files if (item := _attachment(file, depth)) is not None]
    return found if found.files or found.text or found.html else None


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbers and data of the attributes, up to the first that does not fit."""
    at = _HEADER_BYTES
    while at + 9 <= len(content):
        level, number, _kind, size = struct.unpack_from("<BHHI", content, at)
        start = at + 9
        if level not in {1, 2} or start + size > len(content) + 2:
            return
        yield number, content[start : start + size]
        at = start + size + 2


def _add_to_file(file: _File, number: int, data: bytes, page: str) -> None:
    if number == _FILE_TITLE:
        file.title = _text(data, page)
    elif number == _FILE_DATA:
        file.data = data
    elif number == _FILE_PROPERTIES:
        file.known |= dict(_properties(data, page))


def _properties(data: bytes, page: str) -> Iterator[tuple[int, Value]]:
    """Numbers and values of the properties, up to the first that does not fit."""
    try:
        (count,) = struct.unpack_from("<I", data, 0)
        at = 4
        for _index in range(min(count, _MAX_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if number >= _NAMED else at + 4
            values, at = _values(data, at, kind)
            if values:
                yield number, _as_value(values[0], kind & ~_SEVERAL, page)
    except struct.error:
        return


def _after_name(data: bytes, at: int) -> int:
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    size = int(struct.unpack_from("<I", data, at + 20)[0])
    return at + 24 + size + -size % 4


def _values(data: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    base = kind & ~_SEVERAL
    count = 1
    if kind & _SEVERAL or base in _SIZED:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    values = []
    for _index in range(count):
        if base in _SIZED:
            (size,) = struct.unpack_from("<I", data, at)
            at += 4
            step = size + -size % 4
        elif base in _FIXED:
            size = step = _FIXED[base]
        else:
            raise struct.error
        if at + size > len(data):
            raise struct.error
        values.append(data[at : at + size])
        at += step
    return values, at


def _as_value(raw: bytes, kind: int, page: str) -> Value:
    if kind == _TEXT_UTF16:
        return raw.decode("utf-16-le", "backslashreplace").rstrip("\x00")
    if kind == _TEXT_8BIT:
        return _text(raw, page)
    return raw if kind in _SIZED else int.from_bytes(raw[:4], "little")


def _text(raw: bytes, page: str) -> str:
    return charsets.decode(raw.partition(b"\x00")[0], page)[0]


def _page(number: int, usual: str) -> str:
    label = {65001: "utf-8", 20127: "ascii", 20866: "koi8-r", 28591: "cp1252", 51949: "cp949"}
    return charsets.codec_name(label.get(number, f"cp{number}")) or usual


def _read_body(found: Container, known: dict[int, Value], page: str) -> None:
    found.subject = str(known.get(_P_SUBJECT, ""))
    text = known.get(_P_BODY, "")
    found.text = text if isinstance(text, str) else _text(bytes(text) if text else b"", page)
    html = known.get(_P_HTML, b"")
    number = known.get(_P_CODE_PAGE)
    if isinstance(html, bytes):
        label = _page(number, page) if isinstance(number, int) else page
        html = charsets.decode(html.rstrip(b"\x00"), label)[0]
    found.html = str(html)
    packed = known.get(_P_RTF)
    if not found.html.strip() and isinstance(packed, bytes):
        text, markup = rtf.read(rtf.unpacked(packed))
        found.html = markup
        found.text = found.text or text


def _attachment(file: _File, depth: int) -> Attachment | None:
    data = file.known.get(_P_DATA, file.data)
    content = data if isinstance(data, bytes) and data else file.data
    said = (file.known.get(number) for number in (_P_LONG_NAME, _P_SHORT_NAME))
    label = next(
        (str(name) for name in (*said, file.title, file.known.get(_P_SHOWN_NAME)) if name), ""
    )
    if content.startswith(_MESSAGE_ID):
        return _message(content[len(_MESSAGE_ID) :], label, depth)
    kind = str(file.known.get(_P_TYPE, ""))
    name = names.safe(label)
    if not content and not name:
        return None
    return Attachment(
        name=name or names.made(kind or "application/octet-stream"),
        content_type=kind.lower() if "/" in kind else names.type_of(name),
        content=content,
        content_id=str(file.known.get(_P_CONTENT_ID, "")).strip("<>"),
    )


def _message(content: bytes, label: str, depth: int) -> Attachment:
    """A message inside, written as a mail that other programs open."""
    inner = unpack(content, depth=depth + 1)
    if inner is None:
        name = names.safe(label) or "message.dat"
        return Attachment(name, "application/ms-tnef", content)
    mail = EmailMessage()
    mail["Subject"] = " ".join((inner.subject or label).split())
    mail.set_content(inner.text or "")
    if inner.html:
        mail.add_alternative(inner.html, subtype="html")
    for item in inner.files:
        main, _, sub = item.content_type.partition("/")
        mail.add_attachment(
            item.content,
            maintype="application" if main in {"message", "multipart"} else main,
            subtype=sub or "octet-stream",
            filename=item.name,
        )
    name = names.safe(names.made("message/rfc822", inner.subject or label))
    return Attachment(name, "message/rfc822", mail.as_bytes())
