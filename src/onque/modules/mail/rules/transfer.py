"""Undoing transfer encodings, as far as the bytes allow.

Source: RFC 2045, 6. Read although broken: blanks and signs inside base64, padding missing or in the
middle, text appended below it; soft line breaks with blanks behind; encodings that name another.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

_BASE64_SIGNS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_SIGNS: Final = bytes(set(range(256)) - set(_BASE64_SIGNS) - set(b"="))
_URL_SIGNS = bytes.maketrans(b"-_", b"+/")
_SOFT_BREAK = re.compile(rb"=[ \t]{1,100}(?=\r*\n)")
_ESCAPES = re.compile(rb"=(?:[0-9A-Fa-f]{2}|[ \t]*\r*\n|[ \t]*\Z)")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/_-]+={0,2}")
_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{0,250})\r*\n", re.MULTILINE)
_MAGIC: Final = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "application/pdf": b"%PDF",
    "application/zip": b"PK\x03\x04",
}
_SAMPLE: Final = 4_096
_LINES_TOLD: Final = 20
_ESCAPES_TOLD: Final = 3
_JUNK_SHARE: Final = 10
_WORD_LETTERS: Final = 10


def name_of(said: str) -> str:
    """`base64`, `quoted-printable`, `uuencode`, or nothing for what needs no undoing."""
    word = said.strip(" \t\r\n\"'<>;").lower().replace("_", "-")
    if word.startswith(("base64", "base-64", "x-base64", "b64")) or word == "b":
        return "base64"
    if word.startswith(("quoted", "qp", "printable")) or word == "q":
        return "quoted-printable"
    return "uuencode" if re.match(r"x-?uue?n?c?|uue|uuencode", word) else ""


def undo(body: bytes, encoding: str, *, kind: str, declared: bool) -> bytes:
    """The bytes of a body. Never raises; what is not in the encoding stays as it stands."""
    if encoding == "base64":
        return _from_base64(body, is_text=kind.startswith("text/"))
    if encoding == "quoted-printable":
        return from_quoted_printable(body)
    if encoding == "uuencode":
        return uudecoded(body) if _BEGIN.search(body) else body
    return body if declared and not _suspicious(body, kind) else _undeclared(body, kind)


def from_quoted_printable(body: bytes) -> bytes:
    """Quoted-printable undone. What follows a `=` and is no code stays."""
    try:
        return binascii.a2b_qp(_SOFT_BREAK.sub(b"=", body))
    except (binascii.Error, ValueError):
        return body


def uu_files(body: bytes, *, limit: int) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The files written into a text by uuencode, with their names, and the text without them."""
    found: list[tuple[bytes, bytes]] = []
    rest: list[bytes] = []
    at = 0
    while len(found) < limit and (begin := _BEGIN.search(body, at)):
        end = body.find(b"\nend", begin.end() - 1)
        content = None if end < 0 else _uu_lines(body[begin.end() : end + 1])
        if content is None or end < 0:
            rest.append(body[at : begin.end()])
            at = begin.end()
            if end < 0:
                break
            continue
        rest.append(body[at : begin.start()])
        found.append((begin[1].strip(), content))
        following = body.find(b"\n", end + 1)
        at = len(body) if following < 0 else following + 1
    rest.append(body[at:])
    return found, b"".join(rest)


def uudecoded(body: bytes) -> bytes:
    """The first file of a uuencoded body, or the body where there is none."""
    files, _rest = uu_files(body, limit=1)
    return files[0][1] if files else body


def _uu_lines(block: bytes) -> bytes | None:
    out = []
    for raw_line in block.split(b"\n"):
        line = raw_line.rstrip(b"\r")
        if not line.strip():
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except (binascii.Error, ValueError):
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:count]))
            except (binascii.Error, ValueError):
                return None
    return b"".join(out)


def _from_base64(body: bytes, *, is_text: bool) -> bytes:
    if _is_no_base64(body):
        return body
    tail = b""
    if is_text:
        body, tail = _text_below(body)
    clean = body.translate(None, _NO_SIGNS) if b"-" not in body[:_SAMPLE] else _url_safe(body)
    if b"=" not in clean.rstrip(b"="):
        return _decoded_run(clean.rstrip(b"=")) + tail
    return b"".join(map(_decoded_run, re.split(rb"=+", clean))) + tail


def _url_safe(body: bytes) -> bytes:
    signs = body.translate(_URL_SIGNS) if b"+" not in body and b"/" not in body else body
    return signs.translate(None, _NO_SIGNS)


def _decoded_run(run: bytes) -> bytes:
    """One stretch between paddings; a sign that is alone at its end carries nothing."""
    if len(run) % 4 == 1:
        run = run[:-1]
    try:
        return binascii.a2b_base64(run + b"=" * (-len(run) % 4))
    except (binascii.Error, ValueError):
        return run


def _is_no_base64(body: bytes) -> bool:
    """Whether the text says base64 and is not: most of its first lines hold words."""
    lines = [line.strip() for line in body[:_SAMPLE].split(b"\n")[:_LINES_TOLD] if line.strip()]
    sample = b"".join(b"".join(lines).split())
    junk = len(sample.translate(None, _BASE64_SIGNS + b"=-_"))
    return junk * _JUNK_SHARE > len(sample) or _is_prose(lines)


def _is_prose(lines: list[bytes]) -> bool:
    """Whether most lines are words with blanks between them."""
    spaced = [line.split() for line in lines if b" " in line]
    words = [word for line in spaced for word in line]
    short = bool(words) and sum(map(len, words)) < len(words) * _WORD_LETTERS
    return short and len(spaced) * 2 > len(lines)


def _text_below(body: bytes) -> tuple[bytes, bytes]:
    """Base64, and the plain words that a list or a scanner appended below it."""
    end = body.find(b"=\n") if b"\r\n" not in body else body.find(b"=\r\n")
    if end < 0:
        return body, b""
    below = body[end + 1 :].strip()
    first = below.split(b"\n", 1)[0].strip()
    if not below or _BASE64_LINE.fullmatch(first):
        return body, b""
    return body[: end + 1], b"\n" + below


def _suspicious(body: bytes, kind: str) -> bool:
    """Whether a body said to be plain cannot be what its type says."""
    magic = _MAGIC.get(kind)
    return magic is not None and not body[:64].lstrip().startswith(magic)


def _undeclared(body: bytes, kind: str) -> bytes:
    """An encoding that nobody declared, undone only where nothing else makes sense."""
    magic = _MAGIC.get(kind)
    if magic is not None:
        head = body[:_SAMPLE].strip()
        if head.startswith(magic) or not head or _is_no_base64(head):
            return body
        decoded = _from_base64(body, is_text=False)
        return decoded if decoded.startswith(magic) else body
    if not kind.startswith("text/") or not body.isascii():
        return body
    return _undeclared_text(body)


def _undeclared_text(body: bytes) -> bytes:
    lines = body.split()
    if lines and len(lines[0]) >= 60 and len(body) < 2_000_000:  # noqa: PLR2004 as encoders write
        even = len({len(line) for line in lines[:-1]} | {len(lines[0])}) == 1
        if even and all(map(_BASE64_LINE.fullmatch, lines)) and sum(map(len, lines)) % 4 == 0:
            decoded = _from_base64(body, is_text=False)
            return decoded if _is_text(decoded) else body
    escapes = len(_ESCAPES.findall(body, 0, 65_536))
    if escapes >= _ESCAPES_TOLD and escapes == body.count(b"=", 0, 65_536):
        decoded = from_quoted_printable(body)
        return decoded if not decoded.isascii() and _is_text(decoded) else body
    return body


def _is_text(raw: bytes) -> bool:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)
