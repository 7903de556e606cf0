"""Replies that are sent at a time of the author's choice: held for hours instead of seconds.

They lie with the others that are held, can be taken back like them, and are asked the same when
their time has come; besides, their author must still be here, and is told when one stays.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from onque.kernel import clock
from onque.kernel.access import system_actor
from onque.kernel.errors import Invalid
from onque.kernel.tenancy import current_tenant
from onque.modules.desk import rules
from onque.modules.desk.contracts.telling import News
from onque.modules.desk.services import telling
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import HeldReply, Ticket

LONGEST = timedelta(days=366)


def checked(send_at: datetime) -> datetime:
    """Return a moment that can be chosen; raise `Invalid` for one that is too near or too far."""
    now = clock.now()
    if not now + rules.SHORTEST_SCHEDULE < send_at < now + LONGEST:
        raise Invalid(field="send_at", reason="not_ahead")
    return send_at


def stops(row: "HeldReply") -> str:
    """Return "left" for a scheduled reply whose author is no active member any more, else ""."""
    if not rules.is_scheduled(row.held_at, row.release_at) or row.author_id is None:
        return ""
    author = identity.get_member(row.author_id)
    return "" if author is not None and author.is_active else "left"


def tell_stopped(ticket: "Ticket", row: "HeldReply") -> None:
    """Tell the author that a scheduled reply was not sent: they have long gone elsewhere."""
    if rules.is_scheduled(row.held_at, row.release_at):
        actor = system_actor(current_tenant())
        telling.tell_members(ticket, News.REPLY_STOPPED, [row.author_id], actor=actor)
