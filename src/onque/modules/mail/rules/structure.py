"""Taking a mail apart into its texts, its HTML and everything else; no part is ever lost.

Source: RFC 2045 and 2046; RFC 3676 (format=flowed). What breaks the rules is read the way the
sender must have meant it, and a note says so.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from onque.modules.mail.rules import charsets, headers, tnef
from onque.modules.mail.rules.headers import Headers
from onque.modules.mail.rules.parsed import Attachment

MAX_PARTS = 2_000
_EXTENSIONS = {
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
}
_BOUNDARY_LINE = re.compile(
    r"^--(?P<boundary>[^\s-][^\r\n]{0,69}|-[^\r\n]{1,69})[ \t]*\r?$", re.MULTILINE
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BOILERPLATE = re.compile(r"multi-?part|mime", re.IGNORECASE)


@dataclass
class Pieces:
    """What the parts of one mail come to, collected in the order of the mail."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    """Text found where none belongs: before the first part of a multipart."""
    count: int = 0

    def note(self, words: str) -> None:
        """Remember something that was broken, once."""
        if words not in self.notes:
            self.notes.append(words)


def take_apart(message: Headers) -> Pieces:
    """All pieces of a mail; the body texts first, everything that is not a body an attachment."""
    pieces = Pieces()
    _visit(message, pieces, parent="", depth=0)
    if not pieces.texts and not pieces.htmls:
        pieces.texts.extend(pieces.leftovers)
    return pieces


def open_message(raw: bytes) -> Headers:
    """The part tree of raw bytes. Source: the library's lenient parser, about ten times faster
    than its modern policy; fields are read by ``rules.headers``.
    """
    message: Headers = message_from_bytes(raw, policy=policy.compat32)
    return message


def _visit(part: Headers, pieces: Pieces, *, parent: str, depth: int) -> None:
    pieces.count += 1
    headers.make_parameters_readable(part)
    if pieces.count > MAX_PARTS:
        pieces.note(f"more than {MAX_PARTS} parts: the rest is only in the raw mail")
        return
    kind = part.get_content_type()
    if kind.startswith("multipart/"):
        _visit_multipart(part, pieces, depth=depth)
    elif part.is_multipart():
        _visit_enclosed(part, pieces, kind, is_root=depth == 0)
    else:
        _visit_leaf(part, pieces, kind, parent=parent)


def _visit_multipart(part: Headers, pieces: Pieces, *, depth: int) -> None:
    if not part.is_multipart():
        repaired = _with_found_boundary(part)
        if repaired is None:
            pieces.note("a multipart without parts, read as text")
            pieces.texts.append(_text(part, "text/plain", pieces))
            return
        pieces.note("a multipart with a wrong boundary, read by the one it uses")
        part = repaired
    _keep_preamble(part, pieces)
    kind = part.get_content_type()
    for child in headers.children(part):
        _visit(child, pieces, parent=kind, depth=depth + 1)


def _keep_preamble(part: Headers, pieces: Pieces) -> None:
    """Text before the first part: a body whose boundary was forgotten, or mere courtesy."""
    preamble = _decoded_string(part.preamble or "")
    if not preamble.strip():
        return
    fields = [value for key, value in part.raw_items() if key.lower() == "content-type"]
    if len(fields) > 1 and "text/plain" in str(fields[1]).lower():
        pieces.note("a boundary is missing: the text before the first part is the body")
        pieces.texts.append(preamble.strip("\r\n"))
    elif not _BOILERPLATE.search(preamble):
        pieces.leftovers.append(preamble)


def _visit_enclosed(part: Headers, pieces: Pieces, kind: str, *, is_root: bool) -> None:
    """A message inside the message, or the fields of a delivery report."""
    inner = list(headers.children(part))
    if kind == "message/rfc822" and inner and _encoding(part) in {"base64", "quoted-printable"}:
        inner = [open_message(_undo_encoding(part, inner[0]))]
        pieces.note("an enclosed message in an encoding the standard forbids")
    content = b"\n".join(_bytes_of(child) for child in inner)
    pieces.attachments.append(
        Attachment(
            name=_name(part, kind, _subject_name(inner) if kind == "message/rfc822" else ""),
            content_type=kind,
            content=content,
        )
    )
    if is_root and inner and kind == "message/rfc822":
        below = take_apart(inner[0])
        pieces.texts.extend(below.texts)
        pieces.htmls.extend(below.htmls)


def _visit_leaf(part: Headers, pieces: Pieces, kind: str, *, parent: str) -> None:
    named = bool(_file_name(part))
    attached = part.get_content_disposition() == "attachment"
    if kind in {"text/plain", "text/html"} and not attached and not named:
        target = pieces.texts if kind == "text/plain" else pieces.htmls
        body = _text(part, kind, pieces)
        if body.strip() or not target:
            target.append(body)
        return
    content = _content(part)
    if kind in tnef.CONTENT_TYPES or _file_name(part).lower() == "winmail.dat":
        files = tnef.unpack(content)
        if files is not None:
            pieces.attachments.extend(files)
            return
    content_id = headers.bare_id(headers.first(part, "Content-ID"))
    inline = bool(content_id) and not attached and kind.startswith("image/")
    inline = inline or (bool(content_id) and parent == "multipart/related")
    pieces.attachments.append(Attachment(_name(part, kind), kind, content, content_id, inline))


def _text(part: Headers, kind: str, pieces: Pieces) -> str:
    raw = _content(part)
    label = headers.parameter(part, "Content-Type", "charset")
    if kind == "text/html" and charsets.codec_name(label) is None:
        found = _META_CHARSET.search(raw[:4096])
        label = found[1].decode("ascii", "replace") if found else label
    text, note = charsets.decode(raw, label)
    if note:
        pieces.note(note)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").lstrip("\ufeff")
    if (
        kind == "text/plain"
        and headers.parameter(part, "Content-Type", "format").lower() == "flowed"
    ):
        join = headers.parameter(part, "Content-Type", "delsp").lower() == "yes"
        text = unflow(text, delete_space=join)
    return text


def unflow(text: str, *, delete_space: bool) -> str:
    """Paragraphs of format=flowed text on one line each, quote depth kept. Source: RFC 3676, 4."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:].removeprefix(" ")
        signature = rest == "-- "
        if open_depth == depth and not signature:
            lines[-1] += rest
        else:
            lines.append(">" * depth + " " * bool(depth) + rest)
        flowing = rest.endswith(" ") and not signature
        open_depth = depth if flowing else -1
        if flowing and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _content(part: Headers) -> bytes:
    """The bytes of a part with its transfer encoding undone as far as it goes."""
    try:
        decoded = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, binascii.Error):
        decoded = None
    if isinstance(decoded, bytes):
        return decoded
    payload = part.get_payload()
    return _string_bytes(payload) if isinstance(payload, str) else b""


def _bytes_of(message: Headers) -> bytes:
    try:
        return message.as_bytes(policy=policy.compat32.clone(max_line_length=0))
    except (ValueError, LookupError, TypeError, AttributeError, KeyError):
        head = "".join(f"{key}: {value}\n" for key, value in message.raw_items())
        return _string_bytes(head) + b"\n" + _content(message)


def _undo_encoding(part: Headers, inner: Headers) -> bytes:
    packed = _bytes_of(inner).strip()
    if _encoding(part) == "base64":
        try:
            return base64.b64decode(packed)
        except (binascii.Error, ValueError):
            return packed
    return binascii.a2b_qp(packed)


def _with_found_boundary(part: Headers) -> Headers | None:
    payload = part.get_payload()
    found = _BOUNDARY_LINE.search(payload) if isinstance(payload, str) else None
    if found is None or not isinstance(payload, str):
        return None
    head = f'Content-Type: {part.get_content_type()}; boundary="{found["boundary"].rstrip()}"\n\n'
    repaired = open_message(head.encode("utf-8", "surrogateescape") + _string_bytes(payload))
    return repaired if repaired.is_multipart() else None


def _encoding(part: Headers) -> str:
    return headers.first(part, "Content-Transfer-Encoding").strip().lower()


def _subject_name(inner: list[Headers]) -> str:
    subject = headers.text(inner[0], "Subject") if inner else ""
    return re.sub(r"[\\/:*?\"<>|]", " ", subject).strip()[:80]


def _file_name(part: Headers) -> str:
    name = headers.parameter(part, "Content-Disposition", "filename")
    return (name or headers.parameter(part, "Content-Type", "name"))[:255]


def _name(part: Headers, kind: str, stem: str = "") -> str:
    given = _file_name(part).replace("\\", "/").rpartition("/")[2]
    if given:
        return given
    default = {"text/calendar": "invite", "message/rfc822": "message", "text/plain": "text"}
    return (stem or default.get(kind, kind.partition("/")[2] or "part")) + _EXTENSIONS.get(kind, "")


def _string_bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _decoded_string(value: str) -> str:
    return value if value.isascii() else charsets.decode(_string_bytes(value))[0]
