"""Row ids: UUIDv7, so that new rows land together at the end of an index.

Source: RFC 9562, section 5.7. They follow the clock of one process, not the order of commits:
never use them as cursors over what has become visible.
"""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUIDv7 as a standard library UUID."""
    return uuid7()
