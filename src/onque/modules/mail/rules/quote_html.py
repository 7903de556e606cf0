"""Finding the quotation in a mail's HTML, by what mail programs mark and by its words.

The source is cut, never rewritten: visible part and quoted part together are the source. Neither is
well-formed or safe by itself: show them through ``rules.html`` only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from onque.modules.mail.rules import quote_headers, quoting, replies
from onque.modules.mail.rules.html import RULE

MAX_MARKUP = 1_000_000
"""Letters; longer HTML is not split."""
_MAX_TAG = 8_192
_MAX_MISREAD = 200


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _set(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 "
    "h3 h4 h5 h6 header li main nav ol p pre section table tbody tfoot thead tr ul caption br hr"
)
_VOID = _set("area base br col embed hr img input link meta param source track wbr")
_HIDDEN = _set("style script head title noscript template xml object select svg")
_IMPLIED = _set("p li td th tr option")
"""May be left open: the next of the kind ends them."""
_TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*)((?:[^>"']|"[^"]*"|'[^']*')*+)>""")
_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(id|class|type|cite|style|name|src|width|height|data-marker)\s*=\s*"""
    r"""(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_CITING = re.compile(
    r"gmail_quote|protonmail_quote|tutanota_quote|clean_bq|front-blockquote|yahoo_quoted|zmail_extra|"
    r"replyblockquote|isreplycontent|quote(?:d)?[-_]?(?:text|block|content)|mail-quote|crm-?quote",
    re.IGNORECASE,
)
_SEAMS = re.compile(
    r"^(?:gmail_quote(?:_container)?|gmail_attr|yahoo_quoted|ydp\w*yahoo_quoted|protonmail_quote|tutanota_quote|"
    r"moz-cite-prefix|zmail_extra|zmail_extra_hr|divrplyfwdmsg|x_divrplyfwdmsg|appendonsend|x_appendonsend|outlookmessageheader|"
    r"olk_src_body_section|stopspelling|zwchr|__divider__|mail-editor-reference-message-container|"
    r"ms-outlook-mobile-body-separator-line|ms-outlook-mobile-reference-message|reply-intro|messagereplysection|"
    r"isreplycontent|replyblockquote|front-blockquote|freshdesk_quote|hs_reply|airmail_on|quotedtext|"
    r"lineanswered|xm_compose_origin_mail_container\w*|mail_original|original_message|previousmessage|"
    r"skypeextension_quote|mimecastquote|mailquote|plain-quote|crossware_quote|"
    r"ntes-?quote|netease_mail_quote|naver_?quote|kakao_?quote|hanmail_?quote)$",
    re.IGNORECASE,
)
_HEADER_BORDER = re.compile(
    r"border-top\s*:\s*(?:solid\s+#?(?:e1e1e1|b5c4df|c4c4c4|windowtext)\b|1(?:\.0)?(?:pt|px)?\s+solid\s+"
    r"(?:#?(?:e1e1e1|b5c4df|c4c4c4)|rgb\(\s*(?:225|181|196)))",
    re.IGNORECASE,
)
_LEFT_BORDER = re.compile(r"border-left\s*:\s*(?!none|0)", re.IGNORECASE)
_TELLS_WHO = re.compile(r"\d|@")


@dataclass(frozen=True)
class HtmlSplit:
    """A mail's HTML in two: what was written now and what is quoted."""

    visible: str
    quoted: str
    words: str
    """The words of the visible part, line by line."""
    ends: bool
    """The quoted part is the end of the source, and not its middle."""


@dataclass
class _Line:
    text: str
    end: int
    """Offset in the source behind the last letter or picture of the line."""


@dataclass
class _Reader:
    """One pass over the source: lines as people see them, and where mail programs put seams."""

    markup: str
    lines: list[_Line] = field(default_factory=list)
    seams: list[int] = field(default_factory=list)
    borders: list[int] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    end: int = 0
    meant: list[tuple[str, int, str]] = field(default_factory=list)
    """Open elements that quote or hide: name, how many of that name are open, meaning."""
    open: Counter[str] = field(default_factory=Counter)
    quotes: int = 0
    hidden: int = 0

    def read(self) -> None:
        """Fill lines and seams."""
        for kind, start, end, found in _tokens(self.markup):
            if kind == "text":
                self._text(start, end)
            elif found is not None and found[1]:
                self._close(found[2].lower())
            elif found is not None:
                self._start(found[2].lower(), _attributes(found[3]), end)
        self._break()

    def _text(self, start: int, end: int) -> None:
        if self.hidden:
            return
        words = _BLANKS.sub(" ", unescape(self.markup[start:end]))
        if words.strip():
            self.end = end
        self.pieces.append(words)

    def _start(self, tag: str, values: dict[str, str], end: int) -> None:
        if tag in _BLOCKS:
            self._break()
        if self.hidden and tag in _VOID:
            return
        if tag == "img" and values.get("width") not in {"0", "1"}:
            self.pieces.append("\ufffc")
            self.end = end
        if values and not self.hidden and _is_seam(values):
            self._break()
            self.seams.append(len(self.lines))
        if values and _HEADER_BORDER.search(values.get("style", "")):
            self.borders.append(len(self.lines))
        if tag == "hr":
            self.lines.append(_Line(self._mark() + RULE, end))
        if tag not in _VOID:
            self._push(tag, values)

    def _push(self, tag: str, values: dict[str, str]) -> None:
        if tag in _IMPLIED and self.meant and self.meant[-1][0] == tag:
            self._end()
        self.open[tag] += 1
        if tag in _HIDDEN or (values and _NOTHING.search(values.get("style", ""))):
            self.hidden += 1
            self.meant.append((tag, self.open[tag], "hidden"))
        elif tag == "blockquote" and self._cites(values):
            self.quotes += 1
            self.meant.append((tag, self.open[tag], "quote"))

    def _cites(self, values: dict[str, str]) -> bool:
        marks = f"{values.get('class', '')} {values.get('id', '')}"
        if values.get("type", "").lower() == "cite" or "cite" in values or _CITING.search(marks):
            return True
        above = self.lines[-1].text if self.lines else ""
        return _leads(above) and bool(_LEFT_BORDER.search(values.get("style", "")))

    def _close(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
        if not self.open[tag]:
            return
        if self.meant and self.meant[-1][:2] == (tag, self.open[tag]):
            self._end()
        self.open[tag] -= 1

    def _end(self) -> None:
        _tag, _depth, meaning = self.meant.pop()
        self.quotes -= meaning == "quote"
        self.hidden -= meaning == "hidden"

    def _mark(self) -> str:
        return ">" * min(self.quotes, 9) + " " * bool(self.quotes)

    def _break(self) -> None:
        words = "".join(self.pieces).strip()
        self.pieces = []
        if words:
            self.lines.append(_Line(self._mark() + words, self.end))


def split_html(markup: str, subject: str = "", *, answers: bool = True) -> tuple[str, str]:
    """What was written now and what is quoted, as two pieces of the source.

    The quoted piece is empty where no cut is sure. The pieces put together are the source; where an
    answer stands below a quotation, the quoted piece comes from the middle.
    """
    found = find_split(markup, subject, answers=answers)
    return (found.visible, found.quoted) if found else (markup, "")


def find_split(markup: str, subject: str = "", *, answers: bool = True) -> HtmlSplit | None:
    """The split of a mail's HTML, or None where all is to be shown."""
    if not markup or len(markup) > MAX_MARKUP:
        return None
    reader = _Reader(markup)
    reader.read()
    lines = [line.text for line in reader.lines]
    hint = _hint(reader, lines, answers=answers)
    fold = replies.find_fold(lines, subject, answers=answers, hint=hint, signed=False)
    if fold is None:
        return None
    cut = reader.lines[fold.start - 1].end if fold.start else 0
    words = "\n".join((*lines[: fold.start], *lines[fold.end :]))
    if fold.end == len(lines):
        return HtmlSplit(markup[:cut], markup[cut:], words, ends=True)
    resume = reader.lines[fold.end - 1].end
    shown = markup[:cut] + markup[resume:]
    return HtmlSplit(shown, markup[cut:resume], words, ends=False)


def _hint(reader: _Reader, lines: list[str], *, answers: bool) -> int | None:
    """The line at which the markup says that a quotation begins."""
    marked = next((at for at in reader.seams if at < len(lines)), None)
    bordered = next((at for at in reader.borders if _names_header(lines, at)), None)
    cited = next((at for at, line in enumerate(lines) if quoting.is_angled(line)), None)
    if cited is not None:
        above = lines[cited - 1] if cited else ""
        if cited > 1 and _leads(above) and not quoting.is_angled(above):
            cited -= 1
        elif not answers:
            cited = None
    return min((at for at in (marked, bordered, cited) if at is not None), default=None)


def _names_header(lines: list[str], at: int) -> bool:
    return any(quote_headers.is_header_line(line) for line in lines[at : at + 2])


def _leads(line: str) -> bool:
    """Whether a line above a block looks like an introduction, whatever its language."""
    return line.rstrip().endswith((":", "：")) and bool(_TELLS_WHO.search(line))


def _is_seam(values: dict[str, str]) -> bool:
    names = " ".join(values.get(name, "") for name in ("id", "class", "name", "data-marker"))
    return any(_SEAMS.match(name) for name in names.split())


def _attributes(text: str) -> dict[str, str]:
    if "=" not in text:
        return {}
    return {
        found[1].lower(): unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(text[:_MAX_TAG])
    }


def _tokens(markup: str) -> Iterator[tuple[str, int, int, re.Match[str] | None]]:
    """Texts and tags with their offsets; comments are passed over, broken tags too."""
    at = misread = 0
    while (start := markup.find("<", at)) >= 0:
        if start > at:
            yield "text", at, start, None
        found = None
        if markup.startswith("<!--", start):
            end = markup.find("-->", start + 4)
            at = end + 3 if end >= 0 else len(markup)
            continue
        if misread < _MAX_MISREAD:
            found = _TAG.match(markup, start, start + _MAX_TAG)
        if found is None:
            misread += 1
            at = _after_broken(markup, start)
            if at == start + 1:
                yield "text", start, at, None
            continue
        yield "tag", start, found.end(), found
        at = found.end()
        if found[2].lower() in {"style", "script"} and not found[1]:
            closed = re.compile(rf"</{found[2]}", re.IGNORECASE).search(markup, at)
            at = closed.start() if closed else len(markup)
    if at < len(markup):
        yield "text", at, len(markup), None


def _after_broken(markup: str, start: int) -> int:
    """Where to go on behind a "<" that begins no tag: behind the next ">", or right behind it."""
    if not markup[start + 1 : start + 2].isalpha() and markup[start + 1 : start + 2] not in {
        "!",
        "/",
        "?",
    }:
        return start + 1
    end = markup.find(">", start, start + _MAX_TAG)
    return end + 1 if end >= 0 else start + 1
