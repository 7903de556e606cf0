"""Acts that can be taken back: recorded in their own transaction, undone from toast and log.

An operation shares its id with its line in the audit trail. Undo is itself on record and cannot be
undone; doing the act again is one key away. Source: docs/adr/0018-operations-and-undo.md.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.kernel.ids import new_id
from onque.modules.desk import rules
from onque.modules.desk.contracts import MessageMoved, TicketChanged
from onque.modules.desk.contracts.operations import Done, OperationUndone, UndoItem
from onque.modules.desk.errors import OperationOutdated
from onque.modules.desk.repositories import operations, tickets
from onque.modules.desk.services import faces, inverses, writing
from onque.modules.desk.services.inverses import Step, Undoing
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Operation, Ticket

CHANGE = "ticket.change"
SHOWN = 200
OWN_UNDO = timedelta(minutes=1)
"""How long a member may take back an own act that put the ticket out of their sight."""
_FIELDS = (
    *inverses.STATE,
    *faces.FIELDS,
    "priority",
    "assignee_id",
    "group_id",
    "merged_into_id",
    "brand_id",
)


@dataclass(frozen=True)
class Act:
    """What was done to a ticket: its name in the audit trail, values for people, and its steps."""

    name: str
    before: writing.Values
    after: writing.Values
    steps: list[Step] = field(default_factory=list)
    permission: str = CHANGE
    other_id: UUID | None = None


def record(actor: Actor, ticket: "Ticket", act: Act) -> UUID | None:
    """Put an act on record; return the operation that takes it back, None for programs' acts."""
    entry_id = new_id()
    writing.audit(actor, act.name, ticket.id, act.before, act.after, entry_id=entry_id)
    if actor.kind != "member" or not act.steps:
        return None
    operations.add(
        id=entry_id,
        ticket_id=ticket.id,
        other_ticket_id=act.other_id,
        act=act.name,
        permission=act.permission,
        actor_id=actor.id,
        steps=act.steps,
        done_at=clock.now(),
    )
    return entry_id


def list_undos(actor: Actor, ticket_id: UUID) -> dict[UUID, UndoItem]:
    """Return how the newest acts on a ticket stand, by the ids of their lines in the log."""
    return {
        row.id: UndoItem(
            id=row.id,
            may_undo=row.undone_at is None and actor.can(row.permission),
            undone_by=row.undone_by,
            undone_at=row.undone_at,
        )
        for row in operations.of_ticket(ticket_id, limit=SHOWN)
    }


@transaction.atomic
def undo(actor: Actor, *, operation_id: UUID) -> Done:
    """Take an act back: everything it changed and nobody changed since is as it was before.

    Safe to repeat. Raises `Forbidden`, `NotFound`, and `OperationOutdated`, with nothing undone,
    when what it did was changed since or a later act must be undone first. Locks its tickets.
    """
    actor.require("ticket.view")
    found = operations.get(operation_id)
    actor.require(found.permission)
    locked = _lock(actor, found)
    operation = operations.lock(operation_id)
    if operation.undone_at is None:
        _take_back(actor, operation, locked)
    ticket = locked[operation.ticket_id]
    if ticket.merged_into_id is not None and operation.other_ticket_id is not None:
        home = locked[operation.other_ticket_id]  # it made a ticket that leads there now
        return Done(number=home.number, act=operation.act, is_seen=is_seen(actor, home))
    return Done(number=ticket.number, is_seen=is_seen(actor, ticket))


def act_on(actor: Actor, ticket: "Ticket", act: Act, *, fields: tuple[str, ...]) -> UUID | None:
    """Save a changed ticket in hand and tell everybody; return what takes the act back."""
    minutes = identity.get_brand(ticket.brand_id).reply_minutes
    writing.save(ticket, reply_minutes=minutes, fields=fields)
    done = record(actor, ticket, act)
    events.publish(TicketChanged(ticket_id=ticket.id, fields=fields))
    writing.tell(ticket.id, "changed", number=ticket.number)
    return done


def is_seen(actor: Actor, ticket: "Ticket") -> bool:
    """Tell whether the actor sees a ticket as it is now."""
    return rules.may_see(
        sees_all=actor.can("ticket.view_all"),
        actor_id=actor.id,
        group_ids=actor.group_ids,
        assignee_id=ticket.assignee_id,
        group_id=ticket.group_id,
    )


def _lock(actor: Actor, found: "Operation") -> "dict[UUID, Ticket]":
    ids = {found.ticket_id, *([found.other_ticket_id] if found.other_ticket_id else [])}
    locked = tickets.lock_all(ids)
    is_own = found.actor_id == actor.id and clock.now() - found.done_at < OWN_UNDO
    if any(not is_own and not is_seen(actor, ticket) for ticket in locked.values()):
        raise NotFound(kind="operation", id=found.id)
    if ids - set(locked):
        raise OperationOutdated(field="gone")
    return locked


def _take_back(actor: Actor, operation: "Operation", locked: "dict[UUID, Ticket]") -> None:
    ticket = locked[operation.ticket_id]
    if ticket.merged_into_id is not None:
        raise OperationOutdated(field="merged_into_id")
    undoing = Undoing(locked)
    for step in reversed(operation.steps):
        inverses.TAKE_BACK[step["do"]](undoing, step)
    operations.close(operation, by=actor.name, now=clock.now())
    for ticket_id in sorted({*undoing.touched, ticket.id}):
        touched = locked[ticket_id]
        minutes = identity.get_brand(touched.brand_id).reply_minutes
        writing.save(touched, reply_minutes=minutes, fields=_FIELDS)
        writing.audit(actor, "ticket.undone", ticket_id, {"act": operation.act}, {"act": None})
        events.publish(TicketChanged(ticket_id=ticket_id, fields=("undone",)))
        writing.tell(ticket_id, "undone", number=touched.number)
    for message_id, source, target in undoing.moved:
        events.publish(MessageMoved(ticket_id=source, message_id=message_id, to_ticket_id=target))
    events.publish(
        OperationUndone(ticket_id=ticket.id, operation_id=operation.id, act=operation.act)
    )
