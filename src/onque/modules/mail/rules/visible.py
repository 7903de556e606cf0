"""The visible reply of a mail, from its plain text and its HTML together.

The two tell the same story in most mails; where the text names no quotation but the HTML marks one,
the seam is carried over, letter by letter, or not at all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from onque.modules.mail.rules import html, quote_html, replies
from onque.modules.mail.rules.quote_html import HtmlSplit


@dataclass(frozen=True)
class Visible:
    """A mail in two, as text and as HTML.

    ``reply`` and ``quoted`` hold every line of the text, ``reply_html`` and ``quoted_html`` the
    whole HTML; both are empty where there is none, or where it cannot be told which part of it is
    the reply.
    """

    reply: str
    quoted: str
    reply_html: str
    quoted_html: str


def divide(text: str, markup: str, subject: str, *, answers: bool) -> Visible:
    """What was written now and what is folded. ``answers``: the mail answers another."""
    split = quote_html.find_split(markup, subject, answers=answers)
    lines = text.split("\n")
    fold = replies.find_fold(lines, subject, answers=answers)
    marked = _carried_over(lines, split)
    if marked is not None and (fold is None or marked.start < fold.start):
        fold = marked
    reply, quoted = replies.apply_fold(lines, fold)
    if split is not None:
        return Visible(reply, quoted, split.visible, split.quoted)
    whole = not quoted or _is_signature(lines, fold)
    return Visible(reply, quoted, markup if whole else "", "")


def _is_signature(lines: Sequence[str], fold: replies.Fold | None) -> bool:
    """Whether the fold holds no quotation: the HTML may then be shown with its signature."""
    return fold is not None and replies.signature_start(lines, len(lines)) == fold.start


def _carried_over(lines: Sequence[str], split: HtmlSplit | None) -> replies.Fold | None:
    """The lines of the text that the HTML marks as quoted, when all letters agree."""
    shown = _letters(html.to_text(split.visible)) if split else ""
    if split is None or not shown:
        return None
    letters = [_letters(line) for line in lines]
    ends = list(accumulate(map(len, letters)))
    whole = "".join(letters)
    if split.ends:
        start = _line_after(ends, len(shown)) if whole.startswith(shown) else None
        return replies.Fold(replies.signature_start(lines, start), len(lines)) if start else None
    quoted = _letters(html.to_text(split.quoted))
    at = whole.find(quoted) if quoted else -1
    if at < 0 or whole[:at] + whole[at + len(quoted) :] != shown:
        return None
    start, end = _line_after(ends, at), _line_after(ends, at + len(quoted))
    return None if start is None or end is None else replies.Fold(start, end)


def _line_after(ends: Sequence[int], count: int) -> int | None:
    """The first line behind a number of letters, when they end with a line."""
    if count == 0:
        return 0
    at = bisect_left(ends, count)
    return at + 1 if at < len(ends) and ends[at] == count else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
