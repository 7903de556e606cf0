"""HTML mail as plain text to read and search; ``kernel.markup`` makes it safe to show.

``to_text`` marks what the sender's program marked as a quotation with ``>``, so that the reply can
be told from it.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import nh3
from typing_extensions import override


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _words(
    "address article aside center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 "
    "header li main nav ol p pre section table tbody tfoot thead tr ul"
)
_HIDDEN = frozenset({"style", "script", "head", "title", "noscript", "template", "xml", "object"})
_VOID = _words("area base br col embed hr img input link meta param source track wbr")
_QUOTE_CLASSES = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite|protonmail_quote|zmail_extra", re.IGNORECASE
)
_NOTHING = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_SENSELESS = re.compile(
    r"<!\[(?!(?:if|else|endif|cdata|temp|ignore|include|rcdata)\b)", re.IGNORECASE
)
"""Declarations that Python's reader refuses to read."""
RULE = "_" * 32
_DROP_WITH_CONTENT = {"style", "script", "title", "noscript", "template", "xml", "object", "iframe"}


def to_text(html: str) -> str:
    """The words of an HTML mail, one paragraph a line, quotations marked with ``>``."""
    reader = _TextReader()
    try:
        reader.feed(_SENSELESS.sub("&lt;![", html))
        reader.close()
    except AssertionError:  # the library's word for declarations that make no sense
        return unescape(nh3.clean(html, tags=set(), clean_content_tags=_DROP_WITH_CONTENT)).strip()
    return reader.result()


class _TextReader(HTMLParser):
    """Collects lines; keeps a stack of what each open element means for its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._depth: Counter[str] = Counter()
        self._quotes = 0
        self._hidden = 0
        self._verbatim = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element: a break, a quotation, a picture, or nothing of note."""
        values = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self._void(tag, values)
            return
        meaning = self._meaning(tag, values)
        self._open.append((tag, meaning))
        self._depth[tag] += 1
        self._count(meaning, 1)
        if tag in _BLOCKS or meaning == "quote":
            self._break()
        if tag == "li":
            self._line.append("- ")
        elif tag in {"td", "th"} and self._line:
            self._line.append(" ")

    @override
    def handle_endtag(self, tag: str) -> None:
        """Close an element and whatever inside it was left open."""
        if tag == "p" and not self._hidden:
            self._break()
            self._blank()
        if not self._depth[tag]:
            return
        while self._open:
            name, meaning = self._open.pop()
            self._depth[name] -= 1
            if name in _BLOCKS or meaning == "quote":
                self._break()
            self._count(meaning, -1)
            if name == tag:
                return

    @override
    def handle_data(self, data: str) -> None:
        """Words, blanks folded as a browser would."""
        if self._hidden:
            return
        if self._verbatim:
            first, *rest = data.split("\n")
            self._line.append(first)
            for line in rest:
                self._break(force=True)
                self._line.append(line)
            return
        self._line.append(_BLANKS.sub(" ", data))

    def result(self) -> str:
        """The text read so far, blank lines at most in pairs of one."""
        self._break()
        text = "\n".join(self._lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _void(self, tag: str, values: dict[str, str]) -> None:
        if self._hidden:
            return
        if tag == "br":
            self._break(force=True)
        elif tag == "hr":
            self._break()
            self._lines.append(self._mark() + RULE)
        elif tag == "img" and not _tracking(values):
            label = (
                values.get("alt") or values.get("src", "").removeprefix("cid:").partition("@")[0]
            )
            if not values.get("src", "").startswith(("http:", "https:")) or values.get("alt"):
                self._line.append(f"[image: {label}]")

    def _meaning(self, tag: str, values: dict[str, str]) -> str:
        if tag in _HIDDEN or _NOTHING.search(values.get("style", "")):
            return "hidden"
        if tag == "pre":
            return "verbatim"
        if tag == "blockquote":
            cited = values.get("type", "").lower() == "cite" or "cite" in values
            if cited or _QUOTE_CLASSES.search(values.get("class", "")) or self._after_attribution():
                return "quote"
        return ""

    def _after_attribution(self) -> bool:
        words = "".join(self._line).strip() or next(
            (x for x in reversed(self._lines) if x.strip()), ""
        )
        return words.rstrip().endswith((":", "："))

    def _count(self, meaning: str, step: int) -> None:
        self._hidden += step * (meaning == "hidden")
        self._quotes += step * (meaning == "quote")
        self._verbatim += step * (meaning == "verbatim")

    def _mark(self) -> str:
        return ">" * self._quotes + " " * bool(self._quotes)

    def _break(self, *, force: bool = False) -> None:
        words = "".join(self._line)
        words = words.rstrip() if self._verbatim else words.strip()
        self._line = []
        if words or force:
            self._lines.append((self._mark() + words).rstrip())

    def _blank(self) -> None:
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._mark().rstrip())


def _tracking(values: dict[str, str]) -> bool:
    return values.get("width") in {"0", "1"} or values.get("height") in {"0", "1"}
