"""The visible reply: what the sender wrote now, told from what the mail program put below it.

A wrong cut is worse than none: whenever the text goes on after a quotation, or nothing would be
left, everything is shown. The cut part is kept and can be unfolded.
"""

from __future__ import annotations

import re

from onque.modules.mail.rules import quoting

MARKER_SIGN = "##-"
"""Starts the "write above this line" line of our own mails; never seen in what people write."""

_SENTENCE_LINES = 5
_LONG_LINE = 300
_BLOCK_LINES = 9
_BLOCK_NAMES = 2
_DATED_LINES = 2
_WRAPPED_LENGTH = 60
_QUOTED = re.compile(r"^\s*[>＞|]")
_LONG_SIGNATURE_LINES = 12


def split_reply(text: str, subject: str = "") -> tuple[str, str]:
    """The new text and the quoted rest; the rest is empty where no cut is sure."""
    lines = text.split("\n")
    cut = _find_cut(lines, subject)
    if cut is None:
        return text.strip("\n"), ""
    reply = "\n".join(lines[:cut]).strip()
    if not reply or _only_signature(reply):
        return text.strip("\n"), ""
    return reply, "\n".join(lines[cut:]).strip("\n")


def _find_cut(lines: list[str], subject: str) -> int | None:
    """Index of the first line that is not the reply, or None."""
    marker = next((at for at, line in enumerate(lines) if MARKER_SIGN in line), None)
    if marker is not None:
        return _first_introduction(lines[:marker]) or _with_furniture(lines, marker)
    if quoting.FORWARD_SUBJECT.search(subject) or any(map(quoting.FORWARD.match, lines)):
        return None
    start = _first_introduction(lines)
    if start is None:
        start = _quoted_tail(lines)
    if start is None or _goes_on_after_quote(lines, start):
        return None
    return _with_furniture(lines, start)


def _first_introduction(lines: list[str]) -> int | None:
    for at, line in enumerate(lines):
        if not line.strip() or _QUOTED.match(line):
            continue
        if quoting.DELIMITER.match(line) or _is_header_block(lines, at):
            return at
        if _sentence_length(lines, at):
            return at
    return None


def _sentence_length(lines: list[str], at: int) -> int:
    """How many lines an introducing sentence takes from here; 0 when there is none."""
    joined = ""
    for count, line in enumerate(lines[at : at + _SENTENCE_LINES], start=1):
        words = line.strip().strip("*_")
        if not words or len(words) > _LONG_LINE or (count > 1 and _QUOTED.match(line)):
            return 0
        joined = f"{joined} {words}".strip()
        if quoting.SENTENCE.match(joined):
            return count
        if (
            count <= _DATED_LINES
            and quoting.DATED_NAME.match(joined)
            and _quote_below(lines, at + count)
        ):
            return count
    return 0


def _quote_below(lines: list[str], at: int) -> bool:
    below = next((line for line in lines[at:] if line.strip()), "")
    return bool(_QUOTED.match(below))


def _is_header_block(lines: list[str], at: int) -> bool:
    if not quoting.HEADER_FROM.match(lines[at]):
        return False
    near = [line for line in lines[at + 1 : at + _BLOCK_LINES] if line.strip()]
    names = [
        name
        for name, pattern in quoting.HEADER_OTHERS.items()
        if any(pattern.match(line) for line in near)
    ]
    return len(names) >= _BLOCK_NAMES


def _quoted_tail(lines: list[str]) -> int | None:
    """Start of a quotation that runs to the end without an introduction above it."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    start = None
    for at in reversed(filled):
        if not _QUOTED.match(lines[at]) or lines[at].lstrip().startswith("|"):
            break
        start = at
    return start


def _goes_on_after_quote(lines: list[str], start: int) -> bool:
    """Whether new text follows below quoted lines: an answer in between or at the bottom."""
    quoted = [at for at in range(start, len(lines)) if lines[at].lstrip().startswith((">", "＞"))]
    if not quoted or not _quote_right_after(lines, start, quoted[0]):
        return False
    rest = lines[quoted[0] :]
    for at, line in enumerate(rest):
        if not line.strip() or _QUOTED.match(line):
            continue
        if quoting.SIGNATURE.match(line) and _is_tail_signature(rest[at:]):
            return False
        return not _is_wrapped_quote(rest, at)
    return False


def _quote_right_after(lines: list[str], start: int, first_quoted: int) -> bool:
    between = sum(1 for line in lines[start:first_quoted] if line.strip())
    return between <= _SENTENCE_LINES


def _is_wrapped_quote(rest: list[str], at: int) -> bool:
    """A quoted line that a mail program broke in two: the next line is quoted again, this short."""
    above, below = rest[at - 1] if at else "", rest[at + 1] if at + 1 < len(rest) else ""
    wrapped = (
        bool(_QUOTED.match(above)) and bool(_QUOTED.match(below)) and len(above) > _WRAPPED_LENGTH
    )
    later = [line for line in rest[at + 1 :] if line.strip() and not _QUOTED.match(line)]
    return wrapped and not later


def _is_tail_signature(lines: list[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    return len(filled) <= _LONG_SIGNATURE_LINES and not any(map(_QUOTED.match, filled))


def _with_furniture(lines: list[str], cut: int) -> int:
    """Take the rule and the blank lines right above the cut with it."""
    while cut > 0 and (not lines[cut - 1].strip() or quoting.RULE.match(lines[cut - 1])):
        cut -= 1
    return cut


def _only_signature(reply: str) -> bool:
    return bool(quoting.SIGNATURE.match(reply.split("\n", 1)[0])) and reply.lstrip().startswith(
        "--"
    )
