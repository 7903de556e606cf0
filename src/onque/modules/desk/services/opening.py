"""New tickets that members open from an older one: a message split off, and a follow-up."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.modules.desk import rules
from onque.modules.desk.contracts import MessageMoved, Status
from onque.modules.desk.contracts.operations import Done, TicketSplit
from onque.modules.desk.errors import CannotFollowUp, CannotSplit
from onque.modules.desk.repositories import messages, moves, tickets
from onque.modules.desk.services import access, faces, operations, writing
from onque.modules.desk.services.operations import Act
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Message, Ticket


@transaction.atomic
def split_message(actor: Actor, *, message_id: UUID) -> Done:
    """Make a message of a customer a ticket of its own; the same again changes nothing.

    The new ticket is the writer's, as urgent and as assigned as the old one, and is open. Undo
    brings everything on it back. Raises `Forbidden`, `NotFound`, `CannotSplit`, `TicketMergedAway`.
    Locks the ticket.
    """
    actor.require(operations.CHANGE)
    source = access.lock_seen(actor, messages.get(message_id).ticket_id)
    message = messages.get(message_id)  # as it is now that nobody moves it
    if _is_split(message):
        return Done(number=source.number)
    if message.author_kind != "customer" or message.visibility != "public":
        raise CannotSplit(reason="not_theirs")
    origins = moves.origins(source.id)
    if len(origins) == 1:
        raise CannotSplit(reason="only_message")
    made = _open(source, customer_id=message.author_id or source.customer_id, text=message.text)
    origin = {message.id: message.origin_ticket_id}
    moves.move(origin, source=source.id, target=made.id)
    for ticket in (source, made):
        faces.refresh(ticket)
        minutes = identity.get_brand(ticket.brand_id).reply_minutes
        writing.save(ticket, reply_minutes=minutes, fields=faces.FIELDS)
        writing.tell(ticket.id, "split", number=ticket.number)
    return _announce(actor, source, made, message)


def _is_split(message: "Message") -> bool:
    return bool(message.moved and message.moved.get("act") == "ticket.split")


def _announce(actor: Actor, source: "Ticket", made: "Ticket", message: "Message") -> Done:
    step = {
        "do": "fold",
        "ticket": made.id.hex,
        "into": source.id.hex,
        "origins": {
            message.id.hex: message.origin_ticket_id.hex if message.origin_ticket_id else ""
        },
    }
    before, after = {"from": f"#{source.number}"}, {"to": f"#{made.number}"}
    done = operations.record(
        actor, made, Act("ticket.split", before, after, [step], other_id=source.id)
    )
    writing.audit(actor, "ticket.split", source.id, before, after)
    message.ticket_id = made.id
    message.moved = {
        "from_ticket": source.id.hex,
        "operation": str(done or ""),
        "act": "ticket.split",
    }
    messages.save(message, "moved")
    new = {"message_id": message.id, "new_ticket_id": made.id}
    events.publish(TicketSplit(ticket_id=source.id, **new))
    events.publish(MessageMoved(ticket_id=source.id, message_id=message.id, to_ticket_id=made.id))
    return Done(number=made.number, act="ticket.split", operation_id=done)


@transaction.atomic
def follow_up(actor: Actor, *, number: int) -> Done:
    """Open a follow-up of a closed ticket, the actor's own and still empty.

    Where one is open already it leads there. Undo throws it away while nothing is said on it.
    Raises `Forbidden`, `NotFound`, `CannotFollowUp`. Locks the closed ticket.
    """
    actor.require("ticket.reply")
    closed = access.lock_seen(actor, tickets.get_by_number(number).id)
    if closed.status != Status.CLOSED:
        raise CannotFollowUp(status=closed.status)
    known = tickets.find_follow_up(closed.id, closed.customer_id)
    if known is not None and rules.may_survive(Status(known.status)):
        access.require_sight(actor, known)
        return Done(number=known.number)
    made = _open(closed, customer_id=closed.customer_id, text="", follow_up_of_id=closed.id)
    step = {"do": "discard", "ticket": made.id.hex}
    before, after = {"from": f"#{closed.number}"}, {"to": f"#{made.number}"}
    done = operations.record(actor, made, Act("ticket.follow_up", before, after, [step]))
    writing.audit(actor, "ticket.follow_up", closed.id, before, after)
    writing.tell(made.id, "created", number=made.number)
    return Done(number=made.number, act="ticket.follow_up", operation_id=done)


def _open(like: "Ticket", *, customer_id: UUID, text: str, **more: UUID) -> "Ticket":
    """Insert an open ticket that is like another one; a customer's text starts its clock."""
    now = clock.now()
    waiting_since = now if text else None
    minutes = identity.get_brand(like.brand_id).reply_minutes
    due_at = rules.due(status=Status.OPEN, waiting_since=waiting_since, reply_minutes=minutes)
    return tickets.add(
        number=identity.take_ticket_number(),
        brand_id=like.brand_id,
        customer_id=customer_id,
        channel=like.channel,
        subject=like.subject,
        status=Status.OPEN,
        shelf=rules.shelf_of(Status.OPEN),
        priority=like.priority,
        assignee_id=like.assignee_id,
        group_id=like.group_id,
        language=like.language,
        due_at=due_at,
        due_started_at=waiting_since,
        sort_at=rules.sort_at(due_at),
        is_unanswered=bool(text),
        preview=rules.preview(text),
        created_at=now,
        updated_at=now,
        **more,
    )
