"""What filters on the way say of a mail. They can only add to what speaks against it.

A sender can write such a field too, but only to their own harm.
"""

from __future__ import annotations

import re

from onque.modules.mail.rules import headers
from onque.modules.mail.rules.headers import Headers

_FLAG = re.compile(r"^x-(?:[a-z0-9]+-)*spam(?:-(?:flag|status|result|verdict))?$", re.IGNORECASE)
_YES = re.compile(r"^\s*(?:yes|true|spam|1)\b", re.IGNORECASE)
_LEVELS = ("X-MS-Exchange-Organization-SCL", "X-Forefront-Antispam-Report")
_SCL = re.compile(r"(?:^|\bSCL:)\s*(-?\d+)", re.IGNORECASE)
_FILTERED = re.compile(r"\bSFV:(?:SPM|SKB)\b", re.IGNORECASE)
_JUNK_LEVEL = 5
"""Exchange moves mail to junk from here on. Source: Microsoft, "Spam confidence level"."""


def find_mark(message: Headers) -> str:
    """The field and value by which a filter calls the mail spam, or an empty string."""
    for name in dict.fromkeys(name for name, _value in message.raw_items()):
        if _FLAG.match(name) or name.lower() == "x-gm-spam":
            value = headers.first(message, name).strip()
            if _YES.match(value):
                return f"{name}: {value[:60]}"
    for name in _LEVELS:
        value = headers.first(message, name)
        level = _SCL.search(value)
        if (level and int(level[1]) >= _JUNK_LEVEL) or _FILTERED.search(value):
            shown = f"SCL {level[1]}" if level else "SFV:SPM"
            return f"{name}: {shown}"
    return ""
