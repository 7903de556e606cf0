"""Keyset cursors: where a page of a list ends, as text for a URL."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from uuid import UUID

from onque.kernel.errors import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def write_cursor(at: datetime, row_id: UUID) -> str:
    """Return the position of a row in a list ordered by a moment and an id."""
    raw = ((at - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True) + row_id.bytes
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, UUID] | None:
    """Return the position, or None for ""; raise `Invalid` for text that is not a cursor."""
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        at = _EPOCH + int.from_bytes(raw[:8], "big", signed=True) * _MICROSECOND
        return at, UUID(bytes=raw[8:])
    except (binascii.Error, ValueError, OverflowError):
        raise Invalid(field="after", reason="not_a_cursor") from None
