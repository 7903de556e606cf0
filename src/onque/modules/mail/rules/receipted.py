"""Which mail a read receipt speaks of. Source: RFC 8098, 3.2.5."""

from __future__ import annotations

import re

from onque.modules.mail.rules import report_parts
from onque.modules.mail.rules.headers import Headers

_KINDS = ("message/disposition-notification", "message/global-disposition-notification")
_ORIGINAL = re.compile(
    rb"^original-message-id:[ \t]*(?:\r?\n[ \t]+)?<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE
)
_MOST_BYTES = 100_000


def receipted_ids(message: Headers) -> tuple[str, ...]:
    """The ids, without brackets, that a receipt names; none for any other mail."""
    found = (
        item.decode("utf-8", "replace")
        for part in report_parts.parts_of(message, *_KINDS)
        for item in _ORIGINAL.findall(part.content()[:_MOST_BYTES])
    )
    return tuple(dict.fromkeys(found))
