"""The visible reply: what the sender wrote now, told from what the mail program put below it.

A wrong cut is worse than none: where new text stands between quoted pieces, where a mail is
forwarded, or where nothing would be left, everything is shown. What is folded is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onque.modules.mail.rules import quote_headers, quote_sentences, quoting, signatures
from onque.modules.mail.rules.quoting import MARKER_SIGN, plain

__all__ = ["MARKER_SIGN", "Fold", "find_fold", "is_answer", "split_reply"]

_SHORT_QUOTE = 3
_WRAPPED_LENGTH = 58
_MAX_WRAPPED_RUN = 2
_MAX_LISTED_FOOTER = 8
_LIST_FOOTER = re.compile(
    r"mailing\s+list|unsubscribe|메일링\s*리스트|수신\s*거부|メーリングリスト", re.IGNORECASE
)
_MARKS = re.compile(r"^(?:\s*>)+\s?")
_DEEP = re.compile(r"^\s*>\s?>(?!>\s)")
_MAX_SEARCHED_LINES = 3_000
_MAX_SEARCHED = 300_000
"""Letters; nobody writes that much above a quotation, and looking costs time."""
_ODD_QUOTE = re.compile(
    r"^\s*>\s*(?:[$#]\s|>>\s|(?:npm|git|cd|ls|select|sudo|curl|python|pip|docker)\b)", re.IGNORECASE
)


@dataclass(frozen=True)
class Fold:
    """Lines to fold away: from ``start`` to before ``end``; the rest is the reply."""

    start: int
    end: int


def split_reply(text: str, subject: str = "", *, answers: bool = True) -> tuple[str, str]:
    """The new text and the folded rest; the rest is empty where no cut is sure.

    ``answers`` tells that the mail is an answer to another. Every line of ``text`` is in one of
    the two, in order; only blank lines at the seams are dropped.
    """
    lines = text.split("\n")
    return apply_fold(lines, find_fold(lines, subject, answers=answers))


def apply_fold(lines: Sequence[str], fold: Fold | None) -> tuple[str, str]:
    """The lines to show and the folded ones, as texts."""
    if fold is None:
        return "\n".join(lines).strip("\n"), ""
    above, below = lines[: fold.start], lines[fold.end :]
    reply = "\n\n".join(
        part for part in ("\n".join(above).strip(), "\n".join(below).strip("\n").rstrip()) if part
    )
    return reply, "\n".join(lines[fold.start : fold.end]).strip("\n")


def signature_start(lines: Sequence[str], end: int) -> int:
    """Where the signature above ``end`` begins, if something stands above it; else ``end``."""
    start = signatures.start(lines, end)
    folds = any(line.strip() for line in lines[start:end])
    return start if folds and any(line.strip() for line in lines[:start]) else end


def is_answer(subject: str, *ids: Sequence[str]) -> bool:
    """Whether a mail answers another: it names one, or its subject says so."""
    return any(ids) or bool(quoting.REPLY_SUBJECT.match(subject))


def find_fold(
    lines: Sequence[str],
    subject: str = "",
    *,
    answers: bool = True,
    hint: int | None = None,
    signed: bool = True,
) -> Fold | None:
    """Which lines to fold, or None to show all.

    ``hint`` is a line at which the markup says that a quotation begins; ``signed``: signatures too.
    """
    fold = _quotation(lines, subject, answers=answers, hint=hint)
    if fold is not None and _is_empty(lines, fold):
        return None
    if signed and (fold is None or fold.end == len(lines)):
        return _with_signature(lines, fold)
    return fold


def _quotation(
    lines: Sequence[str], subject: str, *, answers: bool, hint: int | None
) -> Fold | None:
    signed = quoting.find_signed(lines)
    marker = next((at for at in signed if quoting.is_marker(lines[at])), None)
    if marker is not None:
        seam = _first_seam(lines[:marker], None, signed)
        goes_on = seam is None or _goes_on_after_quote(lines[:marker], seam)
        top = marker if seam is None or goes_on else seam
        return Fold(_with_furniture(lines, top), len(lines))
    if quoting.FORWARD_SUBJECT.match(subject):
        return None
    start = _first_seam(lines, hint, signed)
    if start is None:
        start = _quoted_tail(lines) if answers else None
        return None if start is None else Fold(_with_furniture(lines, start), len(lines))
    if any(at <= start and quoting.is_forward(lines[at]) for at in signed):
        return None
    if _goes_on_after_quote(lines, start):
        return _leading_quote(lines, start)
    return Fold(_with_furniture(lines, start), len(lines))


def _first_seam(lines: Sequence[str], hint: int | None, signed: Sequence[int]) -> int | None:
    """The first line that introduces a quotation, among the lines that are looked at."""
    left = _MAX_SEARCHED
    promising = frozenset(signed)
    last = min(len(lines), _MAX_SEARCHED_LINES + quote_sentences.MAX_LINES)
    end = -1
    for at, line in enumerate(lines[:_MAX_SEARCHED_LINES]):
        left -= len(line)
        if left < 0:
            return None
        if at == hint:
            return at
        if not line.strip() or quoting.is_angled(line):
            continue
        if at in promising and _introduces(lines, at):
            return at
        if end < at:
            end = quote_sentences.next_end(lines, at, last)
        if end < at + quote_sentences.MAX_LINES and quote_sentences.length(lines, at):
            return at
    return None


def _introduces(lines: Sequence[str], at: int) -> bool:
    """Whether a line stands above a quotation by itself or begins a block of header names."""
    line = lines[at]
    return quoting.is_forward(line) or quoting.is_delimiter(line) or quote_headers.begins(lines, at)


def _quoted_tail(lines: Sequence[str]) -> int | None:
    """Start of a quotation that runs to the end without an introduction above it."""
    start = None
    at = len(lines) - 1
    for at in range(len(lines) - 1, -1, -1):
        if not lines[at].strip():
            continue
        if not quoting.is_angled(lines[at]):
            break
        start = at
    if start is None or start == 0:
        return start
    tail = lines[start:]
    if any(map(quoting.is_forward, tail)) or any(map(_ODD_QUOTE.match, tail)):
        return None
    above = plain(lines[at])
    if start - at > 1 and not above.endswith((":", "：")):
        return start
    return start if _says_who_wrote(tail) else None


def _says_who_wrote(tail: Sequence[str]) -> bool:
    """Whether quoted lines begin with an introduction of their own, or quote in turn."""
    bare = [_MARKS.sub("", line) for line in tail]
    return any(
        quote_sentences.length(bare, at) or quote_headers.begins(bare, at)
        for at in range(min(len(bare), 3))
    ) or any(map(_DEEP.match, tail))


def _goes_on_after_quote(lines: Sequence[str], start: int) -> bool:
    """Whether new text follows below quoted lines: an answer in between or at the bottom."""
    first = _first_quoted(lines, start)
    return first is not None and _resumes(lines, first) is not None


def _first_quoted(lines: Sequence[str], start: int) -> int | None:
    """The first quoted line if the introduction at ``start`` has one right below."""
    filled = 0
    for at in range(start, len(lines)):
        if quoting.is_angled(lines[at]):
            closing = filled < quote_sentences.MAX_LINES and _closes_address(lines, at)
            if not closing:
                return at
        if lines[at].strip():
            filled += 1
        if filled > quote_sentences.MAX_LINES:
            return None
    return None


def _closes_address(lines: Sequence[str], at: int) -> bool:
    above = "".join(lines[max(0, at - 3) : at])
    return above.count("<") > above.count(">") and lines[at].rstrip().endswith((":", "："))


def _resumes(lines: Sequence[str], first: int) -> int | None:
    """The first line of new text below a quotation, or None when only furniture follows."""
    at = first
    while at < len(lines):
        line = lines[at]
        if not line.strip() or quoting.is_quoted(line):
            at += 1
            continue
        wrapped = _wrapped_run(lines, at)
        if wrapped:
            at += wrapped
            continue
        return None if _is_furniture(lines[at:]) else at
    return None


def _wrapped_run(lines: Sequence[str], at: int) -> int:
    """How many lines from here are the ends of quoted lines that a mail program broke in two."""
    above = lines[at - 1] if at else ""
    if not quoting.is_quoted(above) or len(above) < _WRAPPED_LENGTH:
        return 0
    for count in range(1, _MAX_WRAPPED_RUN + 1):
        below = lines[at + count] if at + count < len(lines) else ""
        if quoting.is_quoted(below):
            return count
        if not below.strip():
            return 0
    return 0


def _is_furniture(rest: Sequence[str]) -> bool:
    """Whether a signature, a device line or a list's footer is all that follows a quotation."""
    filled = [line for line in rest if line.strip()]
    if quoting.is_dash_line(filled[0]) and signatures.is_tail(rest):
        return True
    if quoting.is_rule(filled[0]) and len(filled) <= _MAX_LISTED_FOOTER:
        return any(map(_LIST_FOOTER.search, filled))
    return all(map(signatures.is_device_line, filled))


def _leading_quote(lines: Sequence[str], start: int) -> Fold | None:
    """One introduced quotation with the answer below it: folded unless it is short.

    More than one piece of quotation is an answer point by point, which needs its context.
    """
    first = _first_quoted(lines, start)
    resumed = None if first is None else _resumes(lines, first)
    if first is None or resumed is None or any(map(quoting.is_quoted, lines[resumed:])):
        return None
    length = sum(1 for line in lines[first:resumed] if line.strip(" >|"))
    return Fold(_with_furniture(lines, start), resumed) if length > _SHORT_QUOTE else None


def _with_furniture(lines: Sequence[str], cut: int) -> int:
    """Take the rule and the blank lines right above the cut with it."""
    while cut > 0 and quoting.is_furniture(lines[cut - 1]):
        cut -= 1
    return cut


def _with_signature(lines: Sequence[str], fold: Fold | None) -> Fold | None:
    """The fold with the signature right above it, where something is left above that."""
    end = fold.start if fold else len(lines)
    start = signature_start(lines, end)
    return Fold(start, len(lines)) if start < end else fold


def _is_empty(lines: Sequence[str], fold: Fold) -> bool:
    """Whether nothing but a signature would be left to see."""
    above, below = lines[: fold.start], lines[fold.end :]
    left = [line for line in (*above, *below) if line.strip()]
    if not left or all(map(signatures.is_device_line, left)):
        return True
    return quoting.is_dash_line(left[0]) and left[0].lstrip().startswith("--")
