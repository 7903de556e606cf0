"""Moving a message to the ticket it was offered for, and back.

Moved alone: what else was said on its first ticket stays there. A ticket left without messages is
closed and leads on, so that answers to it arrive at the other one.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.modules.desk import rules
from onque.modules.desk.contracts import MessageMoved, Status, TicketClosed
from onque.modules.desk.repositories import messages, moves, tickets
from onque.modules.desk.services import access, faces, inverses, operations, writing
from onque.modules.desk.services.operations import Act
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Message, Ticket

_STATE = ("merged_into_id", *inverses.STATE)


@transaction.atomic
def join_suggested(actor: Actor, *, message_id: UUID) -> int:
    """Move a message to the ticket offered for it; return that ticket's number.

    The ticket takes it as if the customer had written there now. The same again changes nothing.
    Raises `Forbidden`, `NotFound` without an offer, `TicketClosed`. Locks both tickets.
    """
    actor.require(operations.CHANGE)
    message = messages.get(message_id)
    if message.suggested_ticket_id is None:
        raise NotFound(kind="suggestion", id=message_id)
    source, target = access.lock_pair(actor, message.ticket_id, message.suggested_ticket_id)
    if message.moved is not None or source.id == target.id:
        return target.number
    access.refuse_merged(target)
    before = Status(target.status)
    after = before if message.is_automatic else rules.after_customer_message(before)
    if after is None:
        raise TicketClosed(ticket_id=target.id)
    origins = {message.id: message.origin_ticket_id}
    moves.move(origins, source=source.id, target=target.id)
    steps = [inverses.moved(origins, source.id, target.id), _leave(source, target)]
    steps.append(_take(target, message, after))
    operation_id = _finish(actor, source, target, steps)
    message.moved = {"from_ticket": source.id.hex, "operation": str(operation_id or "")}
    messages.save(message, "moved")
    events.publish(MessageMoved(ticket_id=source.id, message_id=message.id, to_ticket_id=target.id))
    return target.number


@transaction.atomic
def undo_join(actor: Actor, *, message_id: UUID) -> int:
    """Move a message back to where it was; return that ticket's number.

    Both tickets get the status they had, unless somebody changed it since. Raises `Forbidden`,
    `NotFound` for a message that was not moved, `OperationOutdated`. Locks both tickets.
    """
    message = messages.get(message_id)
    operation_id = (message.moved or {}).get("operation")
    if message.moved is None or not operation_id:
        raise NotFound(kind="moved_message", id=message_id)
    home_id = UUID(message.moved["from_ticket"])
    operations.undo(actor, operation_id=UUID(operation_id))
    return tickets.get(home_id).number


def _leave(source: "Ticket", target: "Ticket") -> inverses.Step:
    before = tickets.freeze(source, _STATE)
    if not messages.has_any(source.id):
        source.merged_into_id = target.id
        writing.move(source, Status.CLOSED, now=clock.now())
    faces.refresh(source)
    return inverses.changed(source, before)


def _take(target: "Ticket", message: "Message", after: Status) -> inverses.Step:
    before = tickets.freeze(target, inverses.STATE)
    if not message.is_automatic:
        target.due_started_at = target.due_started_at or clock.now()
        target.is_unanswered = True
        writing.move(target, after, now=clock.now())
    faces.refresh(target)
    return inverses.changed(target, before)


def _finish(
    actor: Actor, source: "Ticket", target: "Ticket", steps: list[inverses.Step]
) -> UUID | None:
    for ticket in (source, target):
        minutes = identity.get_brand(ticket.brand_id).reply_minutes
        writing.save(ticket, reply_minutes=minutes, fields=(*_STATE, *faces.FIELDS))
        writing.tell(ticket.id, "joined", number=ticket.number)
    before, after = {"from": f"#{source.number}"}, {"to": f"#{target.number}"}
    writing.audit(actor, "ticket.joined", source.id, before, after)
    act = Act("ticket.joined", before, after, steps, other_id=source.id)
    return operations.record(actor, target, act)
