"""Lines that stand alone above what a mail program quotes or forwards, and rules to draw.

Sentences ("On ... wrote:") are in ``quote_sentences``, blocks of header names in
``quote_headers``, the words of all in ``quote_words``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from onque.modules.mail.rules import quote_words as words

MARKER_SIGN = "##-"
"""Starts the "write above this line" line of our own mails; never seen in what people write."""

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_DASH = r"[-_=─━—–‐‑−~+*#·.]"
_MAX_MARKER = 160

_SIGN = re.compile(
    rf"[:：|\[(\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|{_DASH}{{2}}"
)
"""What every marker, forward, "original message" line and header name has at least one of."""
_QUOTED = re.compile(r"^\s*[>＞|]")
_ANGLE = re.compile(r"^\s*(?:&gt;|[>＞])")
_DELIMITER = re.compile(
    rf"^(?:{_DASH}{{2,}}[\s\[(<]*(?:{words.ORIGINAL})[\s\])>:：]*{_DASH}{{2,}}|"
    rf"{_DASH}{{3,}}[\s\[(]*(?:{words.ORIGINAL})[\s\])]*|"
    rf"-{{3,}}\s*(?:{words.ORIGINAL})\s*-{{3,}}\s*(?:{words.HEADER_NAMES['from']})\s*[:：].*|"
    r"\[(?:original\s+message|원본\s*메[일시]지?)\])\s*:?$",
    re.IGNORECASE,
)

_FORWARD = re.compile(
    rf"^[\s>*|]*(?:{_DASH}{{2,}}\s*(?:{words.FORWARDED})|(?:{words.FORWARD_STARTS})\s*[:：]|"
    rf"(?:{words.FORWARDED})\s*(?:[:：]|{_DASH}{{2,}})\s*$)",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:fwd?|fw|wg|tr|rv|enc|i|vb|vl|pd|doorst|ilt|i̇lt|προωθ|转发|轉寄|転送|전달|전송|переслать)"
    r"\s*[:：]|^\s*\[(?:fwd?|전달|転送|转发)[\]:]",
    re.IGNORECASE,
)
REPLY_SUBJECT = re.compile(
    r"^\s*\[?(?:re|aw|antw|antwort|sv|vs|odp|ynt|res|resp|r|rif|ref|vá|ha|atb|отв|ответ|απ|σχετ|"
    r"回复|回覆|答复|返信|답장|회신|答覆|رد|השב|trả\s+lời|bls)\s*(?:\[\d+\]|\(\d+\))?\s*[\]:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:[-_=─━*—–~⁃]{4,}|[-_=─━*—– ]{9,})\s*$")
_SIGNATURE = re.compile(r"^\s*(?:--|—|__)\s*$|^\s*-{2,3}\s?\S{0,40}$")
_MAX_LINE = 200
_TITLE = re.compile(
    rf"^[-=_─━*]{{3,}}[^-=_─━*]{{2,40}}[-=_─━*]{{3,}}$|^(?:{words.ORIGINAL})$|"
    r"^message\s+du\s+\d[\d/. :]{5,20}$",
    re.IGNORECASE,
)

_ABOVE = re.compile(words.ABOVE_THIS_LINE, re.IGNORECASE)
_DECORATED = re.compile(rf"^[\s>|]*{_DASH}{{2,}}|{_DASH}{{2,}}\s*$|^[\s>|]*[\[(]")


def plain(line: str) -> str:
    """A line without invisible signs, bold signs and blanks at its ends."""
    if not line.isascii():
        line = _INVISIBLE.sub("", line).replace("\u00a0", " ").replace("\u202f", " ")
    return line.strip().strip("*").strip()


def find_signed(lines: Sequence[str]) -> list[int]:
    """The lines that can be anything that this module or ``quote_headers`` looks for.

    Most lines of a letter cannot, so that the long lists of words are tried on few.
    """
    return [at for at, found in enumerate(map(_SIGN.search, lines)) if found]


def is_marker(line: str) -> bool:
    """Whether a line asks to write above it: ours, or another help desk's in the same manner."""
    if MARKER_SIGN in line:
        return True
    return len(line) <= _MAX_MARKER and bool(_DECORATED.search(line) and _ABOVE.search(line))


def is_quoted(line: str) -> bool:
    """Whether a line carries a quotation mark or a table's bar."""
    return bool(_QUOTED.match(line))


def is_angled(line: str) -> bool:
    """Whether a line carries a quotation mark."""
    return bool(_ANGLE.match(line))


def is_delimiter(line: str) -> bool:
    """Whether a line says "original message", bold or not."""
    return len(line) <= _MAX_LINE and bool(_DELIMITER.match(plain(line)))


def is_forward(line: str) -> bool:
    """Whether a line says "forwarded message", quoted or not."""
    return len(line) <= _MAX_LINE and bool(_FORWARD.match(line))


def is_rule(line: str) -> bool:
    """Whether a line is nothing but a drawn rule."""
    return len(line) <= _MAX_LINE and bool(_RULE.match(line))


def is_furniture(line: str) -> bool:
    """Whether a line above a quotation belongs to it: blank, a rule, or a title."""
    if not line.strip() or is_rule(line):
        return True
    return len(line) <= _MAX_LINE and bool(_TITLE.match(plain(line)))


def is_dash_line(line: str) -> bool:
    """The line before a signature, as the standard or as people make it by hand."""
    return len(line) <= _MAX_LINE and bool(_SIGNATURE.match(line))
