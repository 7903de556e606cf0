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
from onque.modules.desk.repositories import messages
from onque.modules.desk.services import access, writing
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Message, Ticket

_SAVED = ("status", "preview", "preview_by", "preview_name", "last_public_message_id")
_WAITING = ("due_started_at", "is_unanswered")


@transaction.atomic
def join_suggested(actor: Actor, *, message_id: UUID) -> int:
    """Move a message to the ticket offered for it; return that ticket's number.

    The ticket takes it as if the customer had written there now. The same again changes nothing.
    Raises `Forbidden`, `NotFound` without an offer, `TicketClosed`. Locks both tickets.
    """
    actor.require("ticket.change")
    message = messages.get(message_id)
    if message.suggested_ticket_id is None:
        raise NotFound(kind="suggestion", id=message_id)
    source, target = _lock_both(actor, message.ticket_id, message.suggested_ticket_id)
    if message.moved is not None or source.id == target.id:
        return target.number
    before = Status(target.status)
    after = before if message.is_automatic else rules.after_customer_message(before)
    if after is None:
        raise TicketClosed(ticket_id=target.id)
    message.moved = {
        "from_ticket": source.id.hex,
        "from_status": source.status,
        "to_status": before,
        "became": after,
    }
    _move(message, source, target)
    if not messages.has_any(source.id):
        source.merged_into_id = target.id
        writing.move(source, Status.CLOSED, now=clock.now())
    if not message.is_automatic:
        target.due_started_at = target.due_started_at or clock.now()
        target.is_unanswered = True
        writing.move(target, after, now=clock.now())
    _finish(actor, message, source, target, "ticket.joined")
    return target.number


@transaction.atomic
def undo_join(actor: Actor, *, message_id: UUID) -> int:
    """Move a message back to where it was; return that ticket's number.

    Both tickets get the status they had, the second unless somebody changed it since. Raises
    `Forbidden`, `NotFound` for a message that was not moved. Locks both tickets.
    """
    actor.require("ticket.change")
    message = messages.get(message_id)
    if message.moved is None:
        raise NotFound(kind="moved_message", id=message_id)
    home_id = UUID(message.moved["from_ticket"])
    target, source = _lock_both(actor, message.ticket_id, home_id)
    kept = message.moved
    message.moved = None
    _move(message, target, source)
    if source.merged_into_id == target.id:
        source.merged_into_id = None
        writing.move(source, Status(kept["from_status"]), now=clock.now())
    if target.status == kept["became"]:
        writing.move(target, Status(kept["to_status"]), now=clock.now())
    _finish(actor, message, target, source, "ticket.join_undone")
    return source.number


def _lock_both(actor: Actor, first_id: UUID, second_id: UUID) -> "tuple[Ticket, Ticket]":
    """Lock in the order of ids, which two callers share."""
    locked = {
        ticket_id: access.lock_seen(actor, ticket_id) for ticket_id in sorted({first_id, second_id})
    }
    return locked[first_id], locked[second_id]


def _move(message: "Message", source: "Ticket", target: "Ticket") -> None:
    message.ticket = target
    messages.save(message, "ticket", "moved")
    for ticket in (source, target):
        newest = messages.newest_public(ticket.id)
        if newest is None:
            continue
        ticket.last_public_message_id = newest.id
        ticket.preview = rules.preview(newest.text)
        ticket.preview_by = "customer" if newest.direction == "in" else "member"
        ticket.preview_name = newest.author_name


def _finish(actor: Actor, message: "Message", source: "Ticket", target: "Ticket", act: str) -> None:
    for ticket in (source, target):
        brand = identity.get_brand(ticket.brand_id)
        fields = (*_SAVED, *_WAITING, "merged_into_id")
        writing.save(ticket, reply_minutes=brand.reply_minutes, fields=fields)
        numbers = {"from": f"#{source.number}"}, {"to": f"#{target.number}"}
        writing.audit(actor, act, ticket.id, *numbers)
        writing.tell(ticket.id, "joined", number=ticket.number)
    events.publish(MessageMoved(ticket_id=source.id, message_id=message.id, to_ticket_id=target.id))
