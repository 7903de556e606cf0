"""The balance of a folder: every mail the server has there is on record here.

Compared UID by UID: one search (compressed to ranges where the server can, RFC 4731) against one
index scan of the ledger, at most once a minute.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from onque.kernel import clock
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import inbound
from onque.modules.mail.services.imap_session import Session
from onque.modules.mail.services.turns import Turn

if TYPE_CHECKING:
    from onque.modules.mail.models import MailboxFolder

COUNT_AFTER = timedelta(minutes=1)
COUNT_EVERY = timedelta(minutes=5)
_SLICE = 20_000


def wanted(session: Session, row: "MailboxFolder", *, above: int) -> list[int]:
    """Return the UIDs above one that are to be fetched, in order."""
    fresh = session.uids(max(above, row.start_uid) + 1)
    if row.since is None or above >= row.start_uid:
        return fresh
    return session.uids(above + 1, row.start_uid, since=row.since) + fresh


def is_due(row: "MailboxFolder", *, fetched: bool) -> bool:
    """Tell whether to count now."""
    if row.counted_at is None or row.missing_count:
        return True
    age = clock.now() - row.counted_at
    return age >= (COUNT_AFTER if fetched else COUNT_EVERY)


def count(turn: Turn, row: "MailboxFolder") -> list[int]:
    """Write down the folder's balance; return the UIDs that the ledger does not know."""
    found = [uid for uid in wanted(turn.connected(), row, above=0) if uid <= row.last_uid]
    missing = [
        uid
        for start in range(0, len(found), _SLICE)
        for uid in _unknown(turn, row, found[start : start + _SLICE])
    ]
    turn.move_position(
        row, server_count=len(found), missing_count=len(missing), counted_at=clock.now()
    )
    return missing


def _unknown(turn: Turn, row: "MailboxFolder", uids: Sequence[int]) -> list[int]:
    with tenant_scope(turn.tenant_id):
        known = inbound.known_uids(row.id, row.uid_validity or 0, low=uids[0], high=uids[-1])
    return [uid for uid in uids if uid not in known]
