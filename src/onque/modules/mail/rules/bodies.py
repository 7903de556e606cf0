"""The words of a mail: reading text parts, choosing between versions, putting them in order.

Source: RFC 2046, 5.1.4 (alternative); RFC 3676 (format=flowed); RFC 1896 (enriched).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from onque.modules.mail.rules import charsets, headers, html, limits, names, transfer
from onque.modules.mail.rules.headers import Headers
from onque.modules.mail.rules.limits import Excess
from onque.modules.mail.rules.parsed import Attachment

_BODIES: Final = frozenset(
    {
        "text/plain",
        "text/html",
        "text/markdown",
        "text/x-markdown",
        "text/x-web-markdown",
        "text/enriched",
        "text/richtext",
        "text/x-plain",
        "text/unknown",
        "text/ascii",
        "text/txt",
        "text/text",
        "text/flowed",
        "text/fixed",
        "text/x-html",
        "text/xhtml",
        "application/xhtml+xml",
    }
)
_HTML_KINDS: Final = frozenset({"text/html", "text/x-html", "application/xhtml+xml", "text/xhtml"})
_HTML_START = re.compile(r"\s{0,200}(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]+)", re.IGNORECASE
)
_META_BYTES: Final = 4_096
_USELESS = re.compile(
    r"html.{0,80}(?:client|viewer|view|reader|compatible|capable|format|enable|support|program|"
    r"version|browser|e-?mail|지원|보기|형식|対応|表示|darstell|format[oé])|"
    r"(?:view|see|open|read|display|enable|보시|보기|表示).{0,80}html|"
    r"(?:does not|doesn't|cannot|can't|unable to).{0,60}html",
    re.IGNORECASE | re.DOTALL,
)
_USELESS_LETTERS: Final = 300
_ENRICHED_TAG = re.compile(r"<(/?)([A-Za-z0-9-]{1,60})>")
_ENRICHED_PARAM = re.compile(r"<param>[^<]{0,500}</param>", re.IGNORECASE)
_COMPARED: Final = 400
_WORD = re.compile(r"\w+")


@dataclass
class Segment:
    """One stretch of the body: as words, as HTML, or as both."""

    text: str = ""
    html: str = ""

    @property
    def filled(self) -> bool:
        """Whether it says anything."""
        return bool(self.text.strip() or self.html.strip())

    def words(self) -> str:
        """The text, made from the HTML where there is none."""
        return self.text if self.text.strip() or not self.html else to_text(self.html)


@dataclass
class Pieces:
    """What the parts of one mail come to, collected in the order of the mail."""

    segments: list[Segment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    """Text found where none belongs: around the parts of a multipart."""
    invitations: list[str] = field(default_factory=list)
    spare: list[Segment] = field(default_factory=list)
    """Bodies out of containers, for where the mail has none of its own."""
    excess: set[Excess] = field(default_factory=set)
    count: int = 0
    enclosed: int = 0
    taken: set[str] = field(default_factory=set)

    def note(self, words: str) -> None:
        """Remember something that was broken, once."""
        if words not in self.notes:
            self.notes.append(words)

    def exceed(self, limit: Excess, words: str) -> None:
        """Remember that a limit was passed."""
        self.excess.add(limit)
        self.note(words)

    def attach(self, item: Attachment, *, unnamed: bool = False) -> None:
        """Keep a file; a name we made up gets a number where another file has it."""
        if unnamed and item.name in self.taken and not item.name.endswith(".ics"):
            item = Attachment(
                names.unlike(item.name, self.taken),
                item.content_type,
                item.content,
                item.content_id,
                item.inline,
            )
        self.taken.add(item.name)
        self.attachments.append(item)

    @property
    def html(self) -> str:
        """The HTML of all segments; plain ones among them escaped. Empty when none is HTML."""
        if not any(item.html for item in self.segments):
            return ""
        joined = "\n".join(item.html or _escaped(item.text) for item in self.segments)
        return _with_locations(joined, self.attachments)

    @property
    def text(self) -> str:
        """The words of all segments."""
        found = (item.words().strip("\n") for item in self.segments)
        return "\n\n".join(words for words in found if words.strip()).strip("\n")


def is_body(kind: str) -> bool:
    """Whether parts of a type are meant to be read as part of the message."""
    return kind in _BODIES


def to_text(markup: str) -> str:
    """The words of HTML, of a beginning where it is too long."""
    return html.to_text(markup[: limits.MAX_HTML_READ])


def read(part: Headers, content: bytes, kind: str, pieces: Pieces) -> list[Segment]:
    """The segment of one text part; what is too long is kept as a file too."""
    limit = limits.MAX_HTML_BYTES if kind in _HTML_KINDS else limits.MAX_TEXT_BYTES
    if len(content) > limit:
        pieces.exceed(Excess.TEXT, "a text beyond all measure is shown in part and kept as a file")
        pieces.attach(Attachment(names.of(part, kind), kind, content), unnamed=True)
        content = _shortened(content, limit)
    elif b"\nend" in content and kind == "text/plain":
        content = uu_attachments(content, pieces)
    text = _decoded(part, content, kind, pieces)
    if kind in _HTML_KINDS:
        return [Segment(html=text)] if text.strip() else []
    if kind in {"text/enriched", "text/richtext"}:
        text = unenriched(text)
    elif kind == "text/plain" and _HTML_START.match(text) and "</" in text:
        pieces.note("HTML that says it is plain text")
        return [Segment(html=text)]
    elif part.parameters("Content-Type").get("format", "").lower() == "flowed":
        delete = part.parameters("Content-Type").get("delsp", "").lower() == "yes"
        text = unflow(text, delete_space=delete)
    return [Segment(text=text)] if text.strip() else []


def peek(part: Headers, content: bytes, kind: str) -> list[Segment]:
    """The segment a text part would be, for where the mail has no other."""
    text = _decoded(part, content[: limits.MAX_TEXT_BYTES], kind, Pieces())
    if not text.strip():
        return []
    return [Segment(html=text)] if kind in _HTML_KINDS else [Segment(text=text)]


def _shortened(content: bytes, limit: int) -> bytes:
    """The beginning, up to the end of a line where one is near."""
    cut = content.rfind(b"\n", limit - limit // 10, limit)
    return content[: cut if cut > 0 else limit]


def _decoded(part: Headers, content: bytes, kind: str, pieces: Pieces) -> str:
    label = headers.parameter(part, "Content-Type", "charset")
    if kind in _HTML_KINDS and charsets.codec_name(label) is None:
        found = _META_CHARSET.search(content[:_META_BYTES])
        label = found[1].decode("ascii", "ignore") if found else label
    text, note = charsets.decode(content, label, hint=part.likely_charset)
    if note:
        pieces.note(note)
    return with_plain_ends(text)


def with_plain_ends(text: str) -> str:
    """The text with line feeds as line ends, without a byte order mark and zero bytes."""
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "").lstrip("\ufeff")


def uu_attachments(content: bytes, pieces: Pieces) -> bytes:
    """Adds the files written into a text by uuencode; the text without them."""
    files, rest = transfer.uu_files(content, limit=limits.MAX_PARTS)
    for raw_name, data in files:
        name = names.safe(plain_text(raw_name)) or "attachment.bin"
        pieces.attach(Attachment(name, names.type_of(name), data))
    return rest


def plain_text(raw: bytes) -> str:
    """Bytes that nobody described, as text."""
    return with_plain_ends(charsets.decode(raw)[0])


def choose(groups: Sequence[list[Segment]], pieces: Pieces) -> list[Segment]:
    """One segment out of several versions of the same: the words of one, the HTML of another.

    The last HTML counts, for versions stand from poor to rich; others are kept as files. Words that
    only point to the HTML are left out.
    """
    texts: list[str] = []
    html = ""
    for group in groups:
        filled = [item for item in group if item.filled]
        if any(item.html for item in filled):
            _keep_version(html, pieces)
            html = "\n".join(item.html or _escaped(item.text) for item in filled)
            texts.extend(item.text for item in filled if item.text.strip() and item.html)
        else:
            texts.extend(item.text for item in filled)
    useful = list(dict.fromkeys(text for text in texts if not (html and _is_useless(text))))
    if not html and not useful:
        return []
    return [Segment(text="\n\n".join(text.strip("\n") for text in useful), html=html)]


def _keep_version(markup: str, pieces: Pieces) -> None:
    if markup:
        kind = "text/html"
        pieces.attach(Attachment(names.made(kind), kind, markup.encode()), unnamed=True)


def _is_useless(text: str) -> bool:
    words = text.strip()
    return len(words) <= _USELESS_LETTERS and bool(_USELESS.search(words))


def in_order(groups: Sequence[list[Segment]]) -> list[Segment]:
    """The segments one after another; words directly followed by the same as HTML are one."""
    flat = [item for group in groups for item in group if item.filled]
    found: list[Segment] = []
    for item in flat:
        last = found[-1] if found else None
        if last and _pairs(last, item):
            found[-1] = Segment(last.text, item.html)
        else:
            found.append(item)
    return found


def _pairs(last: Segment, item: Segment) -> bool:
    bare = bool(last.text and not last.html and item.html and not item.text)
    return bare and _same_words(last.text, to_text(item.html))


def _same_words(one: str, other: str) -> bool:
    mine, theirs = (_WORD.findall(text)[:_COMPARED] for text in (one, other))
    return bool(mine) and mine == theirs[: len(mine)] and len(theirs) <= len(mine) + _COMPARED


def _escaped(text: str) -> str:
    return f'<div style="white-space:pre-wrap">{escape(text)}</div>' if text else ""


def _with_locations(html: str, attachments: Sequence[Attachment]) -> str:
    """Pictures named by where they once lay are named by their Content-ID instead."""
    for item in attachments:
        place = item.content_id
        if item.inline and place and f'"{place}"' in html:
            html = html.replace(f'"{place}"', f'"cid:{place}"')
    return html


def unenriched(text: str) -> str:
    """Enriched text without its commands. Source: RFC 1896, 3 and 4."""
    bare = _ENRICHED_PARAM.sub("", text.replace("<<", "\ue000"))
    bare = _ENRICHED_TAG.sub("", bare)
    lines = re.sub(r"\n(\n*)", lambda found: found[1] or " ", bare)
    return lines.replace("\ue000", "<").strip()


def unflow(text: str, *, delete_space: bool) -> str:
    """Paragraphs of format=flowed text on one line each, quote depth kept. Source: RFC 3676, 4."""
    lines: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:].removeprefix(" ")
        signature = rest in {"-- ", "--"}
        if open_depth == depth and not signature:
            lines[-1].append(rest)
        else:
            lines.append([">" * depth + " " * bool(depth) + rest])
        flowing = rest.endswith(" ") and not signature
        open_depth = depth if flowing else -1
        if flowing and delete_space:
            lines[-1][-1] = lines[-1][-1][:-1]
    return "\n".join(map("".join, lines))
