"""What every change of a ticket shares: derived columns, version, audit, events, hints."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import clock, realtime
from onque.kernel.access import Actor
from onque.modules.desk import rules
from onque.modules.desk.contracts import Status
from onque.modules.desk.repositories import tickets
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket

_DERIVED = ("shelf", "snoozed_until", "due_at", "sort_at", "updated_at", "version")
Values = Mapping[str, str | None]
_list_waits: ContextVar[bool] = ContextVar("list_waits", default=False)


def save(ticket: "Ticket", *, reply_minutes: int, fields: tuple[str, ...]) -> None:
    """Write the named fields and all that derives from them; the caller holds the lock."""
    status = Status(ticket.status)
    if status not in rules.ACTIVE:
        ticket.snoozed_until = None
    ticket.shelf = rules.shelf_of(
        status,
        is_merged=ticket.merged_into_id is not None,
        is_snoozed=ticket.snoozed_until is not None,
    )
    ticket.due_at = rules.due(
        status=status, waiting_since=ticket.due_started_at, reply_minutes=reply_minutes
    )
    ticket.sort_at = rules.sort_at(ticket.due_at)
    ticket.updated_at = clock.now()
    ticket.version += 1
    tickets.save(ticket, *fields, *_DERIVED)


def move(ticket: "Ticket", status: Status, *, now: datetime) -> bool:
    """Set the status on the row in hand; tell whether the ticket was solved by it."""
    solved = status == Status.SOLVED and ticket.status != Status.SOLVED
    if solved:
        ticket.resolution += 1
        ticket.solved_at = now
        ticket.due_started_at = None
        ticket.is_unanswered = False
    ticket.status = status
    return solved


def audit(
    actor: Actor,
    action: str,
    ticket_id: UUID,
    before: Values,
    after: Values,
    *,
    entry_id: UUID | None = None,
) -> None:
    """Record who changed what, in the change's own transaction; `entry_id` names the line."""
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="ticket",
        object_id=ticket_id,
        before=dict(before),
        after=dict(after),
        entry_id=entry_id,
    )


def tell(ticket_id: UUID, kind: str, **data: str | int) -> None:
    """Hint open pages, after the commit, that the ticket and the lists have changed.

    The list's hint names no ticket: it is heard by members who may see only their own.
    """
    realtime.hint(f"desk.ticket.{ticket_id.hex}", kind=kind, data=data)
    if not _list_waits.get():
        realtime.hint("desk.list", kind=kind)


@contextmanager
def list_told_once() -> Iterator[None]:
    """Inside the block `tell` leaves out the lists: the caller tells them once for many tickets."""
    token = _list_waits.set(True)
    try:
        yield
    finally:
        _list_waits.reset(token)


def tell_lists(kind: str) -> None:
    """Hint all open lists, after the commit, that tickets have changed."""
    realtime.hint("desk.list", kind=kind)


def tell_open(ticket_id: UUID, kind: str) -> None:
    """Hint open pages of one ticket alone: the lists show nothing of it."""
    realtime.hint(f"desk.ticket.{ticket_id.hex}", kind=kind)
