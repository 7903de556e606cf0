"""The part tree of a mail: where each part's fields and body lie in the raw bytes.

Nothing is copied but the fields, and no part is opened before somebody asks for it, so that a large
mail costs what is read of it. Lenient throughout: lines may end in CR LF, LF or CR, blank lines
may be missing, boundaries may be wrong.

Source: RFC 5322, 2 and 4.5; RFC 2045, 5; RFC 2046, 5.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from onque.modules.mail.rules import fields, parameters, transfer
from onque.modules.mail.rules.boundaries import Span, guess_boundary, split
from onque.modules.mail.rules.parsed import MailAddress

ENCLOSED: Final = frozenset({"message/rfc822", "message/global", "message/news"})
REPORTS: Final = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
    }
)
_LINE_END_SAMPLE = 65_536
_REPORT_BYTES = 262_144
_REPORT_BLOCKS = 1_000
_FIELDS_READ = 8
BOUNDARY: Final = re.compile(
    rb"^--[^\r\n]{1,200}\r{0,3}\ncontent-[a-z-]{1,40}[ \t]{0,9}:", re.IGNORECASE | re.MULTILINE
)
"""A boundary with a part's first field below it."""
_BOUNDARY_BYTES = 400
_CHARSET = re.compile(
    rb"charset[ \t]{0,4}=[ \t\"']{0,4}(?!(?:us-ascii|utf-?8)\b)([\w.:-]{2,40})", re.IGNORECASE
)
_TYPE = re.compile(r"[\s\"'<]*([\w!#$&^.+-]{1,80})[ \t]*/[ \t]*([\w!#$&^.+*-]{1,120})")
_SWAPPED = {"plain/text": "text/plain", "html/text": "text/html", "text/htm": "text/html"}


class Part:
    """One part, or a whole mail: its fields as they stand, and its body where it lies."""

    __slots__ = (
        "_children",
        "_index",
        "_kind",
        "_likely",
        "_parameters",
        "_usual",
        "body_start",
        "broken_header",
        "end",
        "epilogue",
        "items",
        "mailboxes",
        "overfull",
        "preamble",
        "raw",
        "repaired",
        "start",
        "texts",
    )

    def __init__(self, raw: bytes, span: Span, *, usual: str = "text/plain", root: bool) -> None:
        head = fields.read_block(raw, span.start, span.end, root=root)
        self.raw = raw
        self.start, self.end = span.start, span.end
        self.items = head.items
        self.body_start = head.end
        self.overfull = head.overfull
        """The header goes on beyond the limits."""
        self.broken_header = head.broken
        self.preamble = Span(self.end, self.end)
        self.epilogue = Span(self.end, self.end)
        self.repaired = ""
        """How the parts were found, where the boundary was wrong; for people."""
        self._usual = usual
        self._index: dict[str, list[str]] | None = None
        self._kind = ""
        self._likely: str | None = None
        self._parameters: dict[str, dict[str, str]] = {}
        self._children: list[Part] | None = None
        self.texts: dict[str, str] = {}
        """What ``headers`` has read of the fields: several rules ask for the same ones."""
        self.mailboxes: dict[str, tuple[MailAddress, ...]] = {}

    @property
    def likely_charset(self) -> str:
        """The first character set named at the start of the mail: that of undeclared bytes too."""
        if self._likely is None:
            found = _CHARSET.search(self.raw, 0, _LINE_END_SAMPLE)
            self._likely = found[1].decode("ascii") if found else ""
        return self._likely

    def raw_items(self) -> Iterator[tuple[str, str]]:
        """Fields in order; bytes beyond ASCII stand as surrogate escapes."""
        return iter(self.items)

    def raw_values(self, name: str) -> list[str]:
        """All values of one field as they stand, folds and all."""
        if self._index is None:
            self._index = {}
            for key, value in self.items:
                self._index.setdefault(key.lower(), []).append(value)
        return self._index.get(name.lower(), [])

    def __setitem__(self, name: str, value: str) -> None:
        """Add a field."""
        self.items.append((name, value))
        self._index = None
        self.texts, self.mailboxes = {}, {}

    def parameters(self, name: str) -> dict[str, str]:
        """The parameters of a field such as Content-Type, by lower-case name."""
        if name not in self._parameters:
            values = self.raw_values(name)
            found: dict[str, str] = {}
            for value in values[:_FIELDS_READ]:
                for key, said in parameters.read(value).items():
                    found.setdefault(key, said)
            self._parameters[name] = found
        return self._parameters[name]

    def get_content_type(self) -> str:
        """The type in lower case; nonsense is read the way its sender must have meant it."""
        if not self._kind:
            values = self.raw_values("Content-Type")
            self._kind = next(filter(None, map(_type_of, values)), "") or self._unsaid()
        return self._kind

    def _unsaid(self) -> str:
        """The type of a part that names none: parts again, where it begins with a boundary."""
        start = self.raw[self.body_start : min(self.end, self.body_start + _BOUNDARY_BYTES)]
        return "multipart/mixed" if BOUNDARY.match(start.lstrip(b"\r\n")) else self._usual

    @property
    def has_type(self) -> bool:
        """Whether the part says of itself what it is, in words that make sense."""
        return any(map(_type_of, self.raw_values("Content-Type")))

    def get_content_maintype(self) -> str:
        """What stands before the slash of the type."""
        return self.get_content_type().partition("/")[0]

    def get_content_disposition(self) -> str:
        """`attachment`, `inline`, another word, or an empty string."""
        for value in self.raw_values("Content-Disposition"):
            word = re.match(r"[\s\"']*([A-Za-z-]+)(?![A-Za-z*-]*\s*=)", value)
            if word:
                return word[1].lower()
        return ""

    def is_multipart(self) -> bool:
        """Whether it holds parts, or an enclosed message, that can be opened."""
        return bool(self.children)

    def get_payload(self) -> list[Part] | str:
        """The parts inside, or the body's text with bytes beyond ASCII as surrogate escapes."""
        return self.children or self.content().decode("utf-8", "surrogateescape")

    @property
    def encoding(self) -> str:
        """The transfer encoding: `base64`, `quoted-printable`, `uuencode` or nothing."""
        said = self.raw_values("Content-Transfer-Encoding")
        return transfer.name_of(said[0]) if said else ""

    def body(self) -> bytes:
        """The bytes of the body as they stand, transfer encoding and all."""
        return self.raw[self.body_start : self.end]

    def whole(self) -> bytes:
        """The bytes of the part, fields and all."""
        return self.raw[self.start : self.end]

    def content(self) -> bytes:
        """The bytes of the body with the transfer encoding undone as far as it goes."""
        declared = bool(self.raw_values("Content-Transfer-Encoding"))
        return transfer.undo(
            self.body(), self.encoding, kind=self.get_content_type(), declared=declared
        )

    @property
    def children(self) -> list[Part]:
        """The parts directly inside; the message inside a message; the blocks of a report."""
        if self._children is None:
            self._children = self._open()
        return self._children

    def _open(self) -> list[Part]:
        kind = self.get_content_type()
        if kind.startswith("multipart/"):
            return self._split(kind)
        if kind in ENCLOSED:
            content = self.content()
            return [open_message(content)] if content.strip() else []
        if kind in REPORTS:
            return _blocks(self.content())
        return []

    def _split(self, kind: str) -> list[Part]:
        raw, start, end = self._multipart_body()
        said = self.parameters("Content-Type").get("boundary", "")
        label = parameters.raw_text(said)
        found = split(raw, start, end, label) if label.strip() else None
        if found is None:
            guessed = guess_boundary(raw, start, end)
            if guessed is not None:
                found = split(raw, start, end, guessed)
                self.repaired = "a multipart with a wrong boundary, read by the one it uses"
        if found is None:
            return []
        if raw is self.raw:
            self.preamble, self.epilogue = found.preamble, found.epilogue
        usual = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        return [Part(raw, span, usual=usual, root=False) for span in found.parts]

    def _multipart_body(self) -> tuple[bytes, int, int]:
        """A multipart may not be encoded, yet some are."""
        if self.encoding not in {"base64", "quoted-printable"}:
            return self.raw, self.body_start, self.end
        mark = b"\n--" + parameters.raw_text(self.parameters("Content-Type").get("boundary", ""))
        if self.raw.find(mark, max(0, self.body_start - 1), self.end) >= 0:
            return self.raw, self.body_start, self.end
        content = self.content()
        return content, 0, len(content)


def open_message(raw: bytes) -> Part:
    """The part tree of a whole mail."""
    sample = raw[:_LINE_END_SAMPLE]
    if b"\r" in sample and b"\n" not in sample and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return Part(raw, Span(0, len(raw)), root=True)


def _blocks(content: bytes) -> list[Part]:
    """Groups of fields, parted by blank lines. Source: RFC 3464, 2.1."""
    blocks = re.split(rb"\n[ \t]*\n+", content[:_REPORT_BYTES].replace(b"\r", b"").strip(b"\n"))
    return [
        Part(block + b"\n\n", Span(0, len(block) + 2), root=True)
        for block in blocks[:_REPORT_BLOCKS]
        if b":" in block
    ]


def _type_of(value: str) -> str:
    found = _TYPE.match(value)
    if found:
        kind = f"{found[1]}/{found[2]}".lower()
        return _SWAPPED.get(kind, kind)
    word = value.partition(";")[0].strip(" \t\r\n\"'").lower()
    if "html" in word or re.match(r"text\s*;\s*html", value.strip().lower()):
        return "text/html"
    if word.startswith("multipart"):
        return "multipart/mixed"
    return "text/plain" if word in {"text", "plain", "txt"} else ""
