"""What a server's no means: later or never, and whose fault it is.

Source: RFC 5321, 4.2.1 (first digit); RFC 3463 (enhanced codes); RFC 5321, 4.5.3.1.10 (552 once
meant what 452 means).
"""

from __future__ import annotations

import re
from enum import StrEnum

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NOBODY = re.compile(
    r"no such (user|mailbox|recipient)|user (unknown|not found)|unknown (user|recipient|mailbox)"
    r"|does ?n[o']t exist|mailbox (unavailable|not found)|invalid (recipient|mailbox)"
    r"|recipient (not found|rejected: user)|존재하지",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"mailbox (is )?full|over ?quota|quota exceeded|insufficient storage", re.IGNORECASE
)
_PERMANENT = 5


class Fault(StrEnum):
    """Why a mail came back."""

    NOBODY = "nobody"
    """The address takes no mail: it is marked."""
    FULL = "full"
    """The mailbox is full."""
    TOO_LARGE = "large"
    """The mail is too large for it."""
    POLICY = "policy"
    """The other side will not have it: content, sender, or its rules."""
    DELAYED = "delayed"
    """Not delivered yet; it is still being tried."""
    OTHER = "other"


_BY_CODE = {
    (1, 1): Fault.NOBODY,
    (1, 2): Fault.NOBODY,
    (1, 3): Fault.NOBODY,
    (1, 6): Fault.NOBODY,
    (1, 10): Fault.NOBODY,
    (2, 1): Fault.NOBODY,
    (2, 2): Fault.FULL,
    (2, 3): Fault.TOO_LARGE,
    (3, 4): Fault.TOO_LARGE,
    (4, 4): Fault.NOBODY,
}
_POLICY = 7


def is_permanent(code: int, text: str) -> bool:
    """Tell whether another try is in vain: a 5 at the front, unless the enhanced code says 4."""
    found = _ENHANCED.search(text)
    if code // 100 == _PERMANENT and found is not None:
        return found[1] != "4"
    return code // 100 == _PERMANENT


def fault_of(text: str, *, permanent: bool) -> Fault:
    """Return why, by the enhanced code in a server's words, else by the words."""
    if not permanent:
        return Fault.DELAYED
    found = _ENHANCED.search(text)
    if found is not None:
        subject, detail = int(found[2]), int(found[3])
        by_code = _BY_CODE.get((subject, detail))
        if by_code is not None:
            return by_code
        if subject == _POLICY:
            return Fault.POLICY
    if _FULL.search(text):
        return Fault.FULL
    return Fault.NOBODY if _NOBODY.search(text) else Fault.OTHER
