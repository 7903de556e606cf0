"""What a subject says of where a mail belongs: the ticket's number, and the words without "Re:"."""

from __future__ import annotations

import re
import unicodedata

_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|vs|rv|res|ref|fw|fwd|wg|tr|enc|rif|i|odp|ynt|vl|회신|답장|답글|전달|返信|転送|回复|回覆|答复|转发|轉寄)"
    r"(?:\s*[\[(]\d+[\])])?\s*[:：]|\[(?:회신|답장|전달|re|fwd?)\])\s*",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"^\s*(?:re|aw|sv|antw|회신|답장|답글|返信|回复|回覆|答复)\b", re.IGNORECASE)
_WORD = r"(?:문의|티켓|접수|ticket|request|inquiry|case)"
_LABEL = r"(?:\s*(?:번호|no\.?|number|nr\.?))"
_NUMBER = r"(\d{1,10})(?!\d)"
_PATTERNS = (
    re.compile(rf"\[\s*#\s*{_NUMBER}\s*\]"),
    re.compile(rf"[\[(]\s*{_WORD}{_LABEL}?\s*[:#]?\s*{_NUMBER}\s*[\])]", re.IGNORECASE),
    re.compile(rf"{_WORD}(?:{_LABEL}\s*[:#]*|\s*[:#])\s*{_NUMBER}", re.IGNORECASE),
    re.compile(rf"(?<![\w&/#])#{_NUMBER}\b"),
)
_NOT_A_TICKET = re.compile(
    r"(?:order|invoice|issue|bug|item|parcel|pr|po|주문|송장|운송장|예약|상품|결제|거래)"
    r"(?:\s*(?:번호|no\.?|number|id))?\s*[:.]?\s*$",
    re.IGNORECASE,
)
_LARGEST = 2**32 - 1
_MOST = 3


def ticket_numbers(subject: str) -> tuple[int, ...]:
    """The numbers a subject calls a ticket's, the clearest first, at most three.

    "[#12]", "(Ticket 12)", "문의 #12", "#12"; not "order #12", which is somebody else's number.
    """
    line = unicodedata.normalize("NFKC", subject)
    found: dict[int, None] = {}
    for pattern in _PATTERNS:
        for match in pattern.finditer(line):
            number = int(match[1])
            if 0 < number <= _LARGEST and not _NOT_A_TICKET.search(line[: match.start()]):
                found[number] = None
    return tuple(found)[:_MOST]


def is_answer(subject: str) -> bool:
    """Whether the subject says that the mail answers another."""
    return _ANSWER.match(subject) is not None


def plain(subject: str) -> str:
    """The subject as conversations share it: without "Re:" and its kind, one case, one blank."""
    line = " ".join(unicodedata.normalize("NFKC", subject).split())
    while (shorter := _PREFIX.sub("", line, count=1)) != line:
        line = shorter
    return line.casefold().strip()
