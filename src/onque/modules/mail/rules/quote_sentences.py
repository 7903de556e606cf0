"""Sentences that introduce a quotation: "On Monday, Ada wrote:", wrapped over some lines or not.

Such a sentence is sure where it names a day and a time or an address; what says less counts only
with quoted lines right below. Prose that speaks of an earlier mail must not be taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onque.modules.mail.rules import quote_words as words
from onque.modules.mail.rules.quoting import is_quoted, plain

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
    r"(?<!\d)\d{1,2}\s?(?:[:.h]\s?\d{2}(?!\d)|[時时시点點](?!\w))|\d\s?[ap]\.?m\b", re.IGNORECASE
)
_VERB = re.compile(
    rf"(?<!\w)(?:{words.VERBS})(?!\w)|(?:{words.VERBS})(?=\s*[:：]?$)", re.IGNORECASE
)
_END_VERB = re.compile(rf"(?:{words.VERBS})\s*[:：]?$", re.IGNORECASE)
_CLOSE_TO_END_VERB = re.compile(rf"(?:{words.VERBS.casefold().replace('ı', '[ıi]')})$")
"""For folded letters: without IGNORECASE most words are passed over by their first letter."""
_VERB_LETTERS = frozenset(words.VERBS.casefold()) - frozenset("?+|[:\\")
_PRONOUN = re.compile(rf"(?<!\w)(?:{words.PRONOUNS})(?!\w)", re.IGNORECASE)
_LED = re.compile(
    rf"^[\s\"'(*•·]*(?:(?:{words.LEADS})\s+\S|(?:{words.LEADS_UNSPACED})\s*\S|"
    r"\d{1,4}\s*[-./年년]\s*\d|\d{1,2}\.?\s+[^\W\d]{3,}\.?,?\s+\d{4}|\d{1,2}:\d\d|"
    r"[^\W\d]{2,13}[.,]{0,2}\s+(?:[^\W\d]{3,9}\.?\s+)?\d{1,2}(?!\d)|"
    r"[^\W\d]{2,13},\s+(?:den\s+|le\s+)?\d|[^\W\d]{3,9},\s+[^\W\d]{3,9}\.?\s+\d)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[^\W\d]{3,}[.!?。！？]\s|[!?。！？]|\.{3}|…")
_DIGIT = re.compile(r"\d")
_STAMP = re.compile(r"^[\s>)]*\[[^\]]*\d[^\]]*\]")
_DIGIT_RUN = re.compile(r"\d+")
_DIGITS = re.compile(r"[\d.,:/-]+")
_DASH_SIGNS = "-_=─━—–‐"
_CLOSING_SIGNS = f"{_DASH_SIGNS}:："
_LAST_SIGNS = f"{_CLOSING_SIGNS}>]0123456789"
_MAX_END = 50
_MAX_CLOSING = 3
"""A bracket, a blank and a colon."""
_MAX_PROPER = 6
_PARTICLES = frozenset(
    {"van", "von", "vom", "zu", "de", "der", "den", "via", "da", "di", "la", "le", "y", "bin"}
)
_COLON_END = re.compile(r"[:：]$")
_DASHES = re.compile(r"^[-_=─━—–‐]{2,}\s*|\s*[-_=─━—–‐]{2,}$")
_CLOSING = re.compile(r"^\s*>\s*\)?\s*\S")
_QUOTING = re.compile(
    r"^(?:quoting|zitat\s+von|citando|citazione|citeren|cytowanie|posted\s+by)\b", re.IGNORECASE
)
_YOU_WROTE = re.compile(r"^(?:вы|ви)\s+писали\b.{3,60}[:：]$", re.IGNORECASE)


@dataclass(frozen=True)
class _Facts:
    """What a sentence made of some lines says."""

    bare: str
    """Without dashes at its ends."""
    lines: int
    led: bool
    """It begins with a day or with "On"."""
    closed: bool
    """It ends in a colon or in dashes."""
    dashed: bool
    dated: bool
    timed: bool
    address: re.Match[str] | None
    verb: re.Match[str] | None
    quoted_below: bool


def length(lines: Sequence[str], at: int) -> int:
    """How many lines the introducing sentence that begins at a line takes; 0 if there is none."""
    first = plain(lines[at])
    if not first or len(first) > _MAX_LENGTH or not _may_begin(first):
        return 0
    for joined, taken, piece in _grow(lines, at):
        if _may_end(piece, joined) and _introduces(_facts(joined, taken, lines, at)):
            return taken
    return 0


def next_end(lines: Sequence[str], at: int, end: int) -> int:
    """The first line from ``at`` to before ``end`` that can end such a sentence, else ``end``.

    ``length`` is 0 for every line that is `MAX_LINES` or more above it.
    """
    for index in range(at, end):
        piece = plain(lines[index])
        if piece and (piece[-1] in _LAST_SIGNS or _ends_in_verb(piece)):
            return index
    return end


def _grow(lines: Sequence[str], at: int) -> Iterator[tuple[str, int, str]]:
    """The sentence so far, its lines and its last piece, line by line, until it must have ended."""
    joined = ""
    for taken, line in enumerate(lines[at : at + MAX_LINES], start=1):
        piece = plain(line)
        open_bracket = joined.count("<") > joined.count(">")
        if not piece:
            if open_bracket or _address_follows(lines, at + taken, joined):
                continue
            return
        if taken > 1 and is_quoted(line) and not (open_bracket and _CLOSING.match(line)):
            return
        joined = f"{joined} {piece}".strip()
        if len(joined) > _MAX_LENGTH:
            return
        yield joined, taken, piece
        if _COLON_END.search(piece):
            return


def _address_follows(lines: Sequence[str], at: int, joined: str) -> bool:
    """Whether a blank line parts a date and a name from their address."""
    below = lines[at].lstrip() if at < len(lines) else ""
    return below.startswith("<") and bool(_LED.match(joined) and _DATED.search(joined))


def _may_begin(line: str) -> bool:
    return (
        "<" in line
        or "@" in line
        or bool(_LED.match(_DASHES.sub("", line)))
        or _may_end(line, line)
    )


def _may_end(piece: str, joined: str) -> bool:
    last = piece[-1]
    if last in _LAST_SIGNS:
        return last in _CLOSING_SIGNS or _has_digit(joined)
    return _ends_in_verb(piece)


def _ends_in_verb(piece: str) -> bool:
    """Whether the verb is the last word of a piece without a colon; the cheap tests first."""
    if piece[-1].casefold() not in _VERB_LETTERS:
        return False
    tail = piece[-_MAX_END:]
    return bool(_CLOSE_TO_END_VERB.search(tail.casefold()) and _END_VERB.search(tail))


def _facts(joined: str, taken: int, lines: Sequence[str], at: int) -> _Facts:
    bare = _DASHES.sub("", joined).strip()
    dashed = joined[-1] in _DASH_SIGNS
    verb = None
    for verb in _VERB.finditer(bare):  # noqa: B007  the last one counts
        pass
    return _Facts(
        bare=bare,
        lines=taken,
        led=bool(_LED.match(bare)),
        closed=dashed or bool(_COLON_END.search(bare)),
        dashed=dashed and joined[0] in _DASH_SIGNS,
        dated=bool(_DATED.search(bare)),
        timed=bool(_TIMED.search(bare)),
        address=_FIND_ADDRESS.search(bare),
        verb=verb,
        quoted_below=_quote_below(lines, at + taken),
    )


def _introduces(facts: _Facts) -> bool:
    if facts.verb is None:
        return _introduces_without_verb(facts)
    final = bool(_END_VERB.search(facts.bare))
    if not (facts.closed or final) or not (facts.led or _is_name(facts, facts.verb.start())):
        return False
    prose = _is_prose(facts.bare, facts.verb)
    address = facts.address is not None
    vague = facts.led and not (address or facts.dated or facts.timed or _has_digit(facts.bare))
    if facts.quoted_below and not vague and (address or not prose):
        return True
    if facts.dashed or prose:
        return facts.dashed
    if facts.address and not facts.led and _is_proper(facts.bare[: facts.address.start()]):
        return True
    full = (facts.dated or facts.timed) if address else facts.dated and (facts.timed or final)
    return full and (facts.closed or address)


def _introduces_without_verb(facts: _Facts) -> bool:
    """A date, a name and an address before a colon, as Japanese and Russian programs write."""
    if _QUOTING.match(facts.bare) or _YOU_WROTE.match(facts.bare):
        return facts.quoted_below or facts.dated
    told = facts.dated and (facts.timed or facts.address is not None)
    if facts.quoted_below and facts.closed and told and not _SENTENCE_END.search(facts.bare):
        return True
    if facts.address is None or _SENTENCE_END.search(facts.bare[: facts.address.start()]):
        return False
    behind = facts.bare[facts.address.end() :]
    closes = len(behind) <= _MAX_CLOSING or bool(_DATED.search(behind))
    if not closes or not (facts.led or _STAMP.match(behind)) or not facts.dated:
        return False
    return facts.quoted_below or (facts.closed and facts.timed)


def _is_name(facts: _Facts, verb_at: int) -> bool:
    """Whether what stands before the verb can be a name, with an address or a date behind it."""
    head = facts.bare[:verb_at]
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
    if facts.lines > 1 and "<" not in head:
        return False
    return len(name.split()) <= _MAX_NAME_WORDS


def _is_prose(bare: str, verb: re.Match[str]) -> bool:
    """Whether the one who wrote is "I", "your colleague" and so on: a person speaks."""
    head = _FIND_ADDRESS.sub(" ", bare[: verb.start()])
    digits = [found.end() for found in _DIGIT_RUN.finditer(head)]
    author = head[digits[-1] :] if digits else head
    behind = _FIND_ADDRESS.sub(" ", bare[verb.end() :])
    if len(author) > _MAX_AUTHOR or len(behind) > _MAX_AUTHOR + 30:
        return True
    leading = _LED.match(author)
    spoken = author[leading.end() - 1 :] if leading and not digits else author
    return bool(
        _PRONOUN.search(spoken)
        or _SENTENCE_END.search(spoken)
        or _PRONOUN.match(behind.strip())
        or not _may_follow(behind)
    )


def _may_follow(behind: str) -> bool:
    """Whether what stands behind the verb is a name or a date, and not a clause."""
    rest = behind.strip(" :：<>()*,-=_")
    if _has_digit(rest):
        return len(_DIGITS.sub(" ", rest).split()) <= _MAX_NAME_WORDS
    return _is_proper(rest)


def _has_digit(text: str) -> bool:
    return bool(_DIGIT.search(text))


def _is_proper(name: str) -> bool:
    """A name as names are written: not more than some words, none of them plain prose."""
    parts = name.strip(" <(").split()
    return len(parts) <= _MAX_PROPER and all(
        not part[0].islower() or part in _PARTICLES or "@" in part for part in parts
    )


def _quote_below(lines: Sequence[str], at: int) -> bool:
    below = next((line for line in lines[at : at + 4] if line.strip()), "")
    return is_quoted(below)
