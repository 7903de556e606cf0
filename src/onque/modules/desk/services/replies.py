"""Agents answer and take notes."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import Conflict, Invalid
from onque.modules.desk import rules
from onque.modules.desk.contracts import (
    MessageItem,
    NoteAdded,
    Status,
    TicketChanged,
    TicketClosed,
    TicketReplied,
    TicketSolved,
    TicketStale,
)
from onque.modules.desk.repositories import messages
from onque.modules.desk.services import access, writing
from onque.modules.desk.services.threads import items
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Message, Ticket

MAX_LENGTH = 100_000


@transaction.atomic
def post_reply(  # noqa: PLR0913 - what the composer sends
    actor: Actor,
    *,
    ticket_id: UUID,
    body: str,
    request_key: UUID,
    status: Status | None = None,
    seen_message_id: UUID | None = None,
    send_anyway: bool = False,
) -> MessageItem:
    """Add a public reply, set the status in the same act, and hand it to sending.

    The same key twice is one reply. `seen_message_id` is the newest public message on the page:
    when a newer one exists nothing is sent and `TicketStale` carries it, unless `send_anyway`.
    Raises `Forbidden`, `NotFound`, `TicketClosed`, `TicketStale`, `Invalid`. Locks the ticket.
    """
    actor.require("ticket.reply")
    text = _body(body)
    ticket = access.lock_seen(actor, ticket_id)
    known = messages.find_by_key(request_key)
    if known is not None:
        return _same(known, ticket)
    before = Status(ticket.status)
    if not rules.accepts_reply(before):
        raise TicketClosed(ticket_id=ticket_id)
    after = rules.after_agent_reply(before, status)
    if not rules.may_change(before, after):
        raise Invalid(field="status", reason="not_from_here")
    if not send_anyway:
        _refuse_stale(ticket, seen_message_id)
    message = _store(actor, ticket, text, request_key, visibility="public")
    now = clock.now()
    ticket.preview, ticket.preview_by = rules.preview(text), "member"
    ticket.preview_name = actor.name
    ticket.last_public_message_id = message.id
    ticket.due_started_at, ticket.is_unanswered = None, False
    if ticket.assignee_id is None and actor.kind == "member":
        ticket.assignee_id = actor.id
    solved = writing.move(ticket, after, now=now)
    writing.save(
        ticket, reply_minutes=identity.get_brand(ticket.brand_id).reply_minutes, fields=_TOUCHED
    )
    if after != before:
        writing.audit(actor, "ticket.status", ticket.id, {"status": before}, {"status": after})
    events.publish(TicketReplied(ticket_id=ticket.id, message_id=message.id))
    if solved:
        events.publish(TicketSolved(ticket_id=ticket.id, resolution=ticket.resolution))
    writing.tell(ticket.id, "replied", message=message.id.hex, number=ticket.number)
    return items([message])[0]


_TOUCHED = (
    "preview",
    "preview_by",
    "preview_name",
    "last_public_message_id",
    "due_started_at",
    "is_unanswered",
    "assignee_id",
    "status",
    "resolution",
    "solved_at",
)


@transaction.atomic
def add_note(actor: Actor, *, ticket_id: UUID, body: str, request_key: UUID) -> MessageItem:
    """Add an internal note, never seen by customers; "@name" mentions a member.

    The same key twice is one note. Raises `Forbidden`, `NotFound`, `Invalid`. Locks the ticket.
    """
    actor.require("ticket.note")
    text = _body(body)
    ticket = access.lock_seen(actor, ticket_id)
    known = messages.find_by_key(request_key)
    if known is not None:
        return _same(known, ticket)
    message = _store(actor, ticket, text, request_key, visibility="internal")
    if "@" in text:
        names = [(member.id, member.name) for member in identity.list_members()]
        messages.mention(message, rules.mentioned(text, names), now=clock.now())
    ticket.preview, ticket.preview_by = rules.preview(text), "note"
    ticket.preview_name = actor.name
    brand = identity.get_brand(ticket.brand_id)
    writing.save(
        ticket,
        reply_minutes=brand.reply_minutes,
        fields=("preview", "preview_by", "preview_name"),
    )
    events.publish(NoteAdded(ticket_id=ticket.id, message_id=message.id))
    events.publish(TicketChanged(ticket_id=ticket.id, fields=("note",)))
    writing.tell(ticket.id, "noted", message=message.id.hex, number=ticket.number)
    return items([message])[0]


def _body(body: str) -> str:
    text = body.strip()
    if not text:
        raise Invalid(field="body", reason="empty")
    if len(text) > MAX_LENGTH:
        raise Invalid(field="body", reason="too_long", limit=MAX_LENGTH)
    return text


def _same(message: "Message", ticket: "Ticket") -> MessageItem:
    if message.ticket_id != ticket.id:
        raise Conflict(field="request_key")
    return items([message])[0]


def _refuse_stale(ticket: "Ticket", seen_message_id: UUID | None) -> None:
    if seen_message_id is None or ticket.last_public_message_id == seen_message_id:
        return
    newer = messages.public_after(ticket.id, messages.find(seen_message_id))
    if newer:
        raise TicketStale(ticket_id=ticket.id, newer=tuple(items(newer)))


def _store(
    actor: Actor, ticket: "Ticket", text: str, request_key: UUID, *, visibility: str
) -> "Message":
    now = clock.now()
    message, _created = messages.add_once(
        request_key=request_key,
        ticket=ticket,
        direction="out",
        visibility=visibility,
        author_kind="member" if actor.kind == "member" else "system",
        author_id=actor.id,
        author_name=actor.name[:200],
        channel=ticket.channel,
        text=text,
        written_at=now,
        stored_at=now,
    )
    return message
