"""Sentences that introduce a quotation: "On Monday, Ada wrote:", wrapped over some lines or not.

Such a sentence is sure where it names a day and a time or an address; what says less counts only
with quoted lines right below. Prose that speaks of an earlier mail must not be taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onque.modules.mail.rules import quote_words as words
from onque.modules.mail.rules.quoting import QUOTED, plain

MAX_LINES = 6
_MAX_LENGTH = 420
_MAX_NAME = 90
_MAX_NAME_WORDS = 9
_MAX_AUTHOR = 90

_ADDRESS = r"[^\s<>\"()\[\],;:|]+@[^\s<>\"()\[\],;:|]+"
_FIND_ADDRESS = re.compile(_ADDRESS)
_YEAR = r"(?:19|20)\d\d"
_DATED = re.compile(
    rf"(?<!\d){_YEAR}(?!\d)|(?<!\d)\d{{1,4}}[./-]\s?\d{{1,2}}[./-]\s?\d{{1,4}}(?!\d)|"
    r"\d{1,2}\s*[月월]\s*\d{1,2}\s*[日일]"
)
_TIMED = re.compile(
    r"(?<!\d)\d{1,2}\s?(?:[:.h]\s?\d{2}(?!\d)|[時时시点點](?!\w))|\d\s?[ap]\.?m\b", re.I
)
_VERB = re.compile(
    rf"(?<!\w)(?:{words.VERBS})(?!\w)|(?:{words.VERBS})(?=\s*[:：]?$)", re.IGNORECASE
)
_END_VERB = re.compile(rf"(?:{words.VERBS})\s*[:：]?$", re.IGNORECASE)
_PRONOUN = re.compile(rf"(?<!\w)(?:{words.PRONOUNS})(?!\w)", re.IGNORECASE)
_LED = re.compile(
    rf"^[\s\"'(*•·]*(?:(?:{words.LEADS})\s+\S|(?:{words.LEADS_UNSPACED})\s*\S|"
    r"\d{1,4}\s*[-./年년]\s*\d|\d{1,2}\.?\s+[^\W\d]{3,}\.?,?\s+\d{4}|\d{1,2}:\d\d|"
    r"[^\W\d]{2,13}[.,]{0,2}\s+(?:[^\W\d]{3,9}\.?\s+)?\d{1,2}(?!\d)|"
    r"[^\W\d]{2,13},\s+(?:den\s+|le\s+)?\d|[^\W\d]{3,9},\s+[^\W\d]{3,9}\.?\s+\d)",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"^[\s\"'(*•·]*[^<>\n]{{0,{_MAX_NAME}}}<?(?:mailto:)?{_ADDRESS}")
_SENTENCE_END = re.compile(r"[^\W\d]{3,}[.!?。！？]\s|[!?。！？]|\.{3}|…")
_DIGIT = re.compile(r"\d")
_STAMP = re.compile(r"^[\s>)]*\[[^\]]*\d[^\]]*\]")
_COLON_END = re.compile(r"[:：]$")
_DASHES = re.compile(r"^[-_=─━—–‐]{2,}\s*|\s*[-_=─━—–‐]{2,}$")
_CLOSING = re.compile(r"^\s*>\s*\)?\s*\S")
_QUOTING = re.compile(
    r"^(?:quoting|zitat\s+von|citando|citazione|citeren|cytowanie|posted\s+by)\b", re.IGNORECASE
)
_YOU_WROTE = re.compile(r"^(?:вы|ви)\s+писали\b.{3,60}[:：]$", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """An introducing sentence: how many lines it takes, and whether it says enough alone."""

    lines: int
    sure: bool


def find(lines: Sequence[str], at: int) -> Found | None:
    """The introducing sentence that begins at a line, or None."""
    first = plain(lines[at])
    if not first or len(first) > _MAX_LENGTH or not _may_begin(first):
        return None
    joined, taken = "", 0
    best: Found | None = None
    for line in lines[at : at + MAX_LINES]:
        taken += 1
        piece = plain(line)
        open_bracket = joined.count("<") > joined.count(">")
        if not piece:
            if open_bracket:
                continue
            break
        if taken > 1 and QUOTED.match(line) and not (open_bracket and _CLOSING.match(line)):
            break
        joined = f"{joined} {piece}".strip()
        if len(joined) > _MAX_LENGTH:
            break
        best = _judge(joined, taken, quoted_below=_quote_below(lines, at + taken))
        if best is not None or _COLON_END.search(piece):
            break
    return best


def _may_begin(line: str) -> bool:
    bare = _DASHES.sub("", line)
    return bool(_LED.match(bare) or _NAMED.match(bare) or _VERB.search(line) or "<" in line)


def _judge(joined: str, taken: int, *, quoted_below: bool) -> Found | None:
    """What a sentence made of some lines is worth; None where it introduces nothing."""
    bare = _DASHES.sub("", joined).strip()
    dashed = bare != joined.strip() and joined.rstrip()[-1] in "-_=─━—–‐"
    ends = dashed or bool(_COLON_END.search(bare))
    verb = _verb(bare)
    if verb is None:
        return _without_verb(bare, taken, ends=ends, quoted_below=quoted_below)
    if not ends and not _END_VERB.search(bare):
        return None
    led = bool(_LED.match(bare))
    if not led and not _is_name(bare, verb.start(), taken):
        return None
    address = _FIND_ADDRESS.search(bare)
    dated, timed = bool(_DATED.search(bare)), bool(_TIMED.search(bare))
    prose = _is_prose(bare, verb)
    told = dated or timed or address is not None or not led or bool(_DIGIT.search(bare))
    if quoted_below and told and not (prose and address is None):
        return Found(taken, sure=True)
    if dashed and joined.startswith(("--", "==", "__")):
        return Found(taken, sure=True)
    if prose:
        return None
    final = bool(_END_VERB.search(bare)) and ends
    full = (dated and (timed or bool(address) or final)) or (timed and address is not None)
    named = address is not None and not led and _proper(bare[: address.start()])
    return Found(taken, sure=True) if (full and (ends or address)) or named else None


def _verb(bare: str) -> re.Match[str] | None:
    """The last verb of the sentence, which is the one that counts."""
    found = None
    for found in _VERB.finditer(bare):
        pass
    return found


def _without_verb(bare: str, taken: int, *, ends: bool, quoted_below: bool) -> Found | None:
    """A date, a name and an address before a colon, as Japanese and Russian programs write."""
    if _QUOTING.match(bare) or _YOU_WROTE.match(bare):
        return Found(taken, sure=quoted_below) if quoted_below or _DATED.search(bare) else None
    address = _FIND_ADDRESS.search(bare)
    if address is None or _SENTENCE_END.search(bare[: address.start()]):
        return None
    dated, timed = bool(_DATED.search(bare)), bool(_TIMED.search(bare))
    closes = len(bare) - address.end() <= 3 or bool(_DATED.search(bare[address.end() :]))  # noqa: PLR2004  ">" and colon
    led = bool(_LED.match(bare))
    if not closes or not (led or _STAMP.match(bare[address.end() :])):
        return None
    if ends and dated and timed:
        return Found(taken, sure=True)
    return Found(taken, sure=True) if quoted_below and dated else None


def _is_name(bare: str, verb_at: int, taken: int) -> bool:
    """Whether what stands before the verb can be a name, with an address or a date behind it."""
    head = bare[:verb_at]
    address = _FIND_ADDRESS.search(head)
    digit = _DIGIT.search(head)
    ends = [len(head)]
    if address:
        ends.append(address.start())
    if digit:
        ends.append(digit.start())
    name = head[: min(ends)].strip(" <(\"'")
    if _SENTENCE_END.search(name) or len(name) > _MAX_NAME:
        return False
    if taken > 1 and "<" not in head:
        return False
    return len(name.split()) <= _MAX_NAME_WORDS


def _is_prose(bare: str, verb: re.Match[str]) -> bool:
    """Whether the one who wrote is "I", "your colleague" and so on: a person speaks."""
    head = _FIND_ADDRESS.sub(" ", bare[: verb.start()])
    digits = [found.end() for found in re.finditer(r"\d+", head)]
    author = head[digits[-1] :] if digits else head
    behind = _FIND_ADDRESS.sub(" ", bare[verb.end() :])
    if len(author) > _MAX_AUTHOR or len(behind) > _MAX_AUTHOR + 30:
        return True
    leading = _LED.match(author)
    spoken = author[leading.end() - 1 :] if leading and not digits else author
    return bool(
        _PRONOUN.search(spoken) or _PRONOUN.match(behind.strip()) or _SENTENCE_END.search(spoken)
    )


def _proper(name: str) -> bool:
    """A name as names are written: not more than some words, none of them plain prose."""
    parts = name.strip(" <(\"'").split()
    return len(parts) <= 5 and all(  # noqa: PLR2004  names have at most five words
        not part[0].islower() or part in {"van", "von", "de", "der", "den", "via", "da", "di", "la"}
        for part in parts
    )


def _quote_below(lines: Sequence[str], at: int) -> bool:
    below = next((line for line in lines[at : at + 4] if line.strip()), "")
    return bool(QUOTED.match(below))
