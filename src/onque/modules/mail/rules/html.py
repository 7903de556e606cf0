"""HTML mail as plain text, to read, to search and to find the reply in.

What the sender's program marked as a quotation is marked with ``>``. One pass over the letters, no
tree: whatever is nested or never closed costs no more than its length.

Source: WHATWG HTML, 13.2.5 (tags, comments) and 15.3 (what is a block).
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Final

RULE: Final = "_" * 32


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS: Final = _words(
    "address article aside body center dd dir div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header html li main menu nav ol p pre section summary table tbody tfoot thead "
    "tr ul caption blockquote details"
)
_HIDDEN: Final = _words("style script head title noscript template xml object select datalist svg")
_VOID: Final = _words("area base br col embed hr img input link meta param source track wbr")
_RAW: Final = _words("style script title iframe noembed")
_SPACED: Final = _words("p h1 h2 h3 h4 h5 h6")
_CELLS: Final = _words("td th")
_HEAD_ENDS: Final = _words("body div p table")
_QUOTE_CLASSES = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite|protonmail_quote|zmail_extra", re.IGNORECASE
)
_NOTHING = re.compile(
    r"display\s{0,5}:\s{0,5}none|mso-hide\s{0,5}:\s{0,5}all|visibility\s{0,5}:\s{0,5}hidden|"
    r"(?<![\w-])(?:font-size|max-height|line-height)\s{0,5}:\s{0,5}0(?:px|pt|em|%)?\s{0,5}(?:;|!|$).{0,400}"
    r"(?:overflow\s{0,5}:\s{0,5}hidden|opacity\s{0,5}:\s{0,5}0(?![.\d])|max-height\s{0,5}:\s{0,5}0)",
    re.IGNORECASE | re.DOTALL,
)
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_ATTRIBUTE = re.compile(
    r"""([^\s=>"'/][^\s=>/]{0,60})\s{0,20}(?:=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?"""
)
_WANTED: Final = _words("a img blockquote")
_TAG = re.compile(r"""[a-zA-Z][^\s/>]*+(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_INVISIBLE: Final = "\u034f\u00ad\u200b\u200c\u200d\u200e\u200f\u2007\u2060\ufeff\u2800"
_JUNK = re.compile(rf"[ \u00a0{_INVISIBLE}]{{6,}}")
_ONLY_JUNK = re.compile(rf"[\s{_INVISIBLE}]+")
_ZERO = re.compile("[\u200b\u2060\ufeff\u00ad]")
_MANY_BREAKS = re.compile(r"\n{3,}")
_MISREAD_TAGS: Final = 1_000
_TAG_LETTERS: Final = 65_536
_DEEPEST_QUOTE: Final = 20
_LONGEST_LINK: Final = 300


def to_text(html: str) -> str:
    """The words of an HTML mail, one paragraph a line, quotations marked with ``>``."""
    reader = _TextReader()
    _read(html.replace("\x00", ""), reader)
    return reader.result()


def _read(html: str, reader: _TextReader) -> None:
    """Tell the reader of each tag and each stretch of words."""
    at = misread = 0
    last = html.rfind(">")
    ends: dict[str, int] = {}
    while at < len(html):
        opening = html.find("<", at)
        if opening < 0 or opening > last:
            reader.words(html[at:])
            return
        reader.words(html[at:opening])
        follows = html[opening + 1 : opening + 2]
        if follows in {"!", "?"}:
            at = _after_declaration(html, opening, ends)
        elif follows == "/" and html[opening + 2 : opening + 3].isalpha():
            at = html.find(">", opening) + 1
            reader.close(_name(html, opening + 2))
        elif follows.isascii() and follows.isalpha():
            found = (
                _TAG.match(html, opening + 1, opening + _TAG_LETTERS)
                if misread < _MISREAD_TAGS
                else None
            )
            misread += found is None
            at = found.end() if found else html.find(">", opening) + 1
            name = _name(html, opening + 1)
            reader.open(name, html[opening + 1 + len(name) : at - 1])
            if name in _RAW:
                at = _after_raw(html, at, name, ends)
        else:
            reader.words("<")
            at = opening + 1


def _name(html: str, at: int) -> str:
    found = _NAME.match(html, at, at + 60)
    return found[0].lower() if found else ""


def _after_declaration(html: str, opening: int, ends: dict[str, int]) -> int:
    """Behind a comment, a doctype or one of Word's conditions."""
    if html.startswith("<!--", opening):
        if html.startswith((">", "->"), opening + 4):
            return html.find(">", opening) + 1
        closing = _find(html, "-->", opening + 4, ends)
        return closing + 3 if closing >= 0 else opening + 4
    return html.find(">", opening) + 1


def _after_raw(html: str, at: int, name: str, ends: dict[str, int]) -> int:
    """Behind what is no markup and no words: a style sheet, a script."""
    closing = _find(html, f"</{name}", at, ends)
    if closing >= 0:
        return closing
    following = html.find("<", at)
    return following if following >= 0 else len(html)


def _find(html: str, mark: str, at: int, ends: dict[str, int]) -> int:
    """Where a mark stands next; what was not found once is not looked for again."""
    known = ends.get(mark, 0)
    if known < 0 or known > at:
        return known
    if mark == "-->":
        found = html.find(mark, at)
    else:
        cased = re.compile(re.escape(mark), re.IGNORECASE).search(html, at)
        found = cased.start() if cased else -1
    ends[mark] = found
    return found


class _TextReader:
    """Collects lines; keeps a stack of what each open element means for its text."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._depth: Counter[str] = Counter()
        self._quotes = 0
        self._hidden = 0
        self._verbatim = 0
        self._link = ""
        self._link_start = 0

    def open(self, tag: str, attributes: str) -> None:
        """Open an element: a break, a quotation, a picture, or nothing of note."""
        if tag in _HEAD_ENDS and self._depth["head"]:
            self.close("head")  # a head nobody closed
        values = _values(tag, attributes)
        if tag in _VOID:
            self._void(tag, values)
            return
        meaning = self._meaning(tag, values)
        if not attributes.endswith("/") or meaning != "hidden":
            self._open.append((tag, meaning))
            self._depth[tag] += 1
            self._count(meaning, 1)
        if tag in _BLOCKS or meaning == "quote":
            self._break()
        if tag == "li":
            self._line.append("- ")
        elif tag in _CELLS and self._line:
            self._line.append(" ")
        elif tag == "a":
            self._link, self._link_start = values.get("href", ""), len(self._line)

    def close(self, tag: str) -> None:
        """Close an element and whatever inside it was left open."""
        if tag == "a":
            self._finish_link()
        if tag in _SPACED and not self._hidden:
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
            if meaning == "quote" and self._lines and not self._lines[-1].strip("> "):
                self._lines[-1] = self._mark().rstrip()
            if name == tag:
                return

    def words(self, data: str) -> None:
        """Words, blanks folded as a browser would."""
        if self._hidden or not data:
            return
        if "&" in data:
            data = unescape(_LONG_NUMBER.sub("", data))
        if self._verbatim:
            first, *rest = data.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for line in rest:
                self._break(force=True)
                self._line.append(line)
            return
        self._line.append(_BLANKS.sub(" ", data))

    def result(self) -> str:
        """The text read so far, blank lines at most one by one."""
        self._break()
        return _MANY_BREAKS.sub("\n\n", "\n".join(self._lines)).strip("\n")

    def _void(self, tag: str, values: dict[str, str]) -> None:
        if self._hidden:
            return
        if tag == "br":
            self._break(force=True)
        elif tag == "hr":
            self._break()
            self._lines.append(self._mark() + RULE)
        elif tag == "img" and not _tracking(values):
            source = values.get("src", "")
            label = values.get("alt") or source.removeprefix("cid:").partition("@")[0]
            if source.startswith("data:") and not values.get("alt"):
                label = "inline"
            if not source.startswith(("http:", "https:")) or values.get("alt"):
                self._line.append(f"[image: {label[:_LONGEST_LINK]}]")

    def _meaning(self, tag: str, values: dict[str, str]) -> str:
        if tag in _HIDDEN or "hidden" in values or _NOTHING.search(values.get("style", "")):
            return "hidden"
        if tag in {"pre", "textarea", "xmp"}:
            return "verbatim"
        if tag == "blockquote":
            cited = values.get("type", "").lower() == "cite" or "cite" in values
            if cited or _QUOTE_CLASSES.search(values.get("class", "")) or self._after_attribution():
                return "quote"
        return ""

    def _after_attribution(self) -> bool:
        words = "".join(self._line).strip() or next(
            (x for x in reversed(self._lines[-20:]) if x.strip()), ""
        )
        return words.rstrip().endswith((":", "："))

    def _count(self, meaning: str, step: int) -> None:
        self._hidden += step * (meaning == "hidden")
        self._quotes += step * (meaning == "quote")
        self._verbatim += step * (meaning == "verbatim")

    def _finish_link(self) -> None:
        """Behind the words of a link, where it leads, unless they say so themselves."""
        link, self._link = unescape(self._link.strip()), ""
        if self._hidden or not link.startswith(("http:", "https:")) or len(link) > _LONGEST_LINK:
            return
        words = "".join(self._line[self._link_start :]).strip()
        bare = link.partition("://")[2].rstrip("/")
        if words and not words.startswith("[image:") and bare not in words and words not in link:
            self._line.append(f" <{link}>")

    def _mark(self) -> str:
        depth = min(self._quotes, _DEEPEST_QUOTE)
        return ">" * depth + " " * bool(depth)

    def _break(self, *, force: bool = False) -> None:
        if not self._line and not force:
            return
        words = "".join(self._line)
        words = words.rstrip() if self._verbatim else _tidy(words)
        self._line = []
        self._link_start = 0
        if words or force:
            self._lines.append((self._mark() + words).rstrip())

    def _blank(self) -> None:
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._mark().rstrip())


def _tidy(words: str) -> str:
    """A line without the invisible padding of previews; joined emoji stay joined."""
    if words.isascii():
        return words.strip()
    if _ONLY_JUNK.fullmatch(words):
        return ""
    return _ZERO.sub("", _JUNK.sub(" ", words)).strip().strip("\u200c\u034f \u00a0")


def _values(tag: str, attributes: str) -> dict[str, str]:
    """Attributes by name; those of tags that mean nothing are read only for what hides."""
    if len(attributes) < 4:  # noqa: PLR2004 shorter than any attribute
        return {}
    lowered = attributes[:_TAG_LETTERS].lower()
    if tag not in _WANTED and "style" not in lowered and "hidden" not in lowered:
        return {}
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(attributes[:_TAG_LETTERS]):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found


def _tracking(values: dict[str, str]) -> bool:
    return values.get("width") in {"0", "1"} or values.get("height") in {"0", "1"}
