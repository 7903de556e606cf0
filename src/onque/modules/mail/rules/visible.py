"""The visible reply of a mail, from its plain text and its HTML together.

The two tell the same story in most mails; where the text names no quotation but the HTML marks one,
the seam is carried over, letter by letter, or not at all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from onque.modules.mail.rules import html, quote_html, replies
from onque.modules.mail.rules.quote_html import HtmlSplit

_NO_LETTERS = re.compile(r"[\W_]+")


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
    if split is not None:
        fold = _carry_over(lines, fold, split)
    reply, quoted = replies.apply_fold(lines, fold)
    if split is not None:
        return Visible(reply, quoted, split.visible, split.quoted)
    whole = not quoted or _is_signature(lines, fold)
    return Visible(reply, quoted, markup if whole else "", "")


def _is_signature(lines: Sequence[str], fold: replies.Fold | None) -> bool:
    """Whether the fold holds no quotation: the HTML may then be shown with its signature."""
    return fold is not None and replies.signature_start(lines, len(lines)) == fold.start


@dataclass(frozen=True)
class _Letters:
    """The letters of a text, and how many of them there are up to the end of each line."""

    lines: Sequence[str]
    whole: str
    ends: Sequence[int]


def _carry_over(
    lines: Sequence[str], fold: replies.Fold | None, split: HtmlSplit
) -> replies.Fold | None:
    """The text's own fold, or an earlier one of the lines that the HTML marks as quoted."""
    counted = [_letters(line) for line in lines]
    text = _Letters(lines, "".join(counted), list(accumulate(map(len, counted))))
    if fold is not None and split.ends:
        near = _end_marked(text, _letters(split.words))
        if near is not None and near.start >= fold.start:
            return fold  # both tell the same, as in most mails: no need to read the HTML again
    shown = _letters(html.to_text(split.visible))
    marked = _end_marked(text, shown) if split.ends else _middle_marked(text, shown, split.quoted)
    return marked if marked and (fold is None or marked.start < fold.start) else fold


def _end_marked(text: _Letters, shown: str) -> replies.Fold | None:
    """The lines behind those shown, when all letters agree."""
    start = _line_after(text.ends, len(shown)) if text.whole.startswith(shown) else None
    if not shown or not start:
        return None
    return replies.Fold(replies.signature_start(text.lines, start), len(text.lines))


def _middle_marked(text: _Letters, shown: str, markup: str) -> replies.Fold | None:
    """The lines of a quotation among those shown, when all letters agree."""
    whole, quoted = text.whole, _letters(html.to_text(markup)) if shown else ""
    at = whole.find(quoted) if quoted else -1
    if at < 0 or whole[:at] + whole[at + len(quoted) :] != shown:
        return None
    start, end = _line_after(text.ends, at), _line_after(text.ends, at + len(quoted))
    return None if start is None or end is None else replies.Fold(start, end)


def _line_after(ends: Sequence[int], count: int) -> int | None:
    """The first line behind a number of letters, when they end with a line."""
    if count == 0:
        return 0
    at = bisect_left(ends, count)
    return at + 1 if at < len(ends) and ends[at] == count else None


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text)
