"""Agents answer and take notes."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import Conflict, Invalid
from onque.modules.desk import rules
from onque.modules.desk.contracts import (
    Composed,
    MessageItem,
    NewReply,
    NoteAdded,
    Recipient,
    Status,
    TicketChanged,
    TicketClosed,
    TicketReplied,
    TicketSolved,
    TicketStale,
    TicketVersionConflict,
)
from onque.modules.desk.repositories import held, messages
from onque.modules.desk.services import access, copies, macros, mentions, writing
from onque.modules.desk.services.threads import items
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Message, Ticket

MAX_LENGTH = 100_000


@transaction.atomic
def post_reply(  # noqa: PLR0913 - what programs say
    actor: Actor,
    *,
    ticket_id: UUID,
    body: str,
    request_key: UUID,
    status: Status | None = None,
    seen_message_id: UUID | None = None,
    send_anyway: bool = False,
) -> MessageItem:
    """Add a public reply, set the status in the same act, and hand it to sending at once.

    The same key twice is one reply. `seen_message_id` is the newest public message on the page:
    when a newer one exists nothing is sent and `TicketStale` carries it, unless `send_anyway`.
    Raises `Forbidden`, `NotFound`, `TicketClosed`, `TicketStale`, `Invalid`. Locks the ticket.
    """
    new = NewReply(
        body=body,
        request_key=request_key,
        status=status,
        seen_message_id=seen_message_id,
        send_anyway=send_anyway,
    )
    return post(actor, ticket_id=ticket_id, new=new)


@transaction.atomic
def post(actor: Actor, *, ticket_id: UUID, new: NewReply, ends_draft: bool = True) -> MessageItem:
    """Do what `post_reply` says, with copies. Raises as it does. Locks the ticket.

    With `ends_draft` it is what stood in the member's composer.
    """
    actor.require("ticket.reply")
    text = body_of(new.body)
    ticket = access.lock_seen(actor, ticket_id)
    known = messages.find_by_key(new.request_key)
    if known is not None:
        return same(known, ticket)
    check(ticket, new)
    copies_to = copies.settle(ticket, new.recipients)
    if ends_draft:
        held.drop_drafts(ticket.id, actor.id)
    message = store(
        actor, ticket, text, request_key=new.request_key, recipients=copies.stored(copies_to)
    )
    messages.attach(message, new.files)
    sent = send(actor, ticket, message, status=new.status)
    macros.apply(actor, ticket_id=ticket_id, macro_id=macros.usable(actor, new.macro_id))
    return sent


def check(ticket: "Ticket", new: NewReply) -> None:
    """Refuse a reply that the ticket does not take now; the caller holds the lock.

    Raises `TicketClosed`, `Invalid`, `TicketStale`, `TicketVersionConflict`.
    """
    before = Status(ticket.status)
    if not rules.accepts_reply(before):
        raise TicketClosed(ticket_id=ticket.id)
    if not rules.may_change(before, rules.after_agent_reply(before, new.status)):
        raise Invalid(field="status", reason="not_from_here")
    if not new.send_anyway:
        _refuse_stale(ticket, new.seen_message_id)
        _refuse_changed(ticket, new)


def send(
    actor: Actor, ticket: "Ticket", message: "Message", *, status: Status | None
) -> MessageItem:
    """Let a stored reply take effect: the ticket's fields and status, and the event."""
    before, now = Status(ticket.status), clock.now()
    after = rules.after_agent_reply(before, status)
    if not rules.may_change(before, after):  # the status moved on while the reply was held
        after = before
    ticket.preview, ticket.preview_by = rules.preview(message.text), "member"
    ticket.preview_name = actor.name
    ticket.last_public_message_id = message.id
    ticket.due_started_at, ticket.is_unanswered = None, False
    if ticket.assignee_id is None and actor.kind == "member":
        ticket.assignee_id = actor.id
    solved = writing.move(ticket, after, now=now)
    minutes = identity.get_brand(ticket.brand_id).reply_minutes
    writing.save(ticket, reply_minutes=minutes, fields=_TOUCHED)
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
def add_note(
    actor: Actor,
    *,
    ticket_id: UUID,
    body: str,
    request_key: UUID,
    composed: Composed | None = None,
) -> MessageItem:
    """Add an internal note, never seen by customers; "@name" mentions a member.

    The same key twice is one note. With `composed` it is what stood in the member's composer: the
    draft ends, its files come along, and its prepared answer's changes are made too.
    Raises `Forbidden`, `NotFound`, `Invalid`. Locks the ticket.
    """
    actor.require("ticket.note")
    text = body_of(body)
    ticket = access.lock_seen(actor, ticket_id)
    known = messages.find_by_key(request_key)
    if known is not None:
        return same(known, ticket)
    message = store(actor, ticket, text, request_key=request_key, visibility="internal")
    if composed is not None:
        held.drop_drafts(ticket.id, actor.id)
        messages.attach(message, composed.files)
    mentions.note_mentions(actor, ticket, message)
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
    if composed is not None:
        usable = macros.usable(actor, composed.macro_id)
        macros.apply(actor, ticket_id=ticket_id, macro_id=usable)
    return items([message])[0]


def body_of(body: str) -> str:
    """Return the text of a message; raise `Invalid` when it is empty or too long."""
    text = body.strip()
    if not text:
        raise Invalid(field="body", reason="empty")
    if len(text) > MAX_LENGTH:
        raise Invalid(field="body", reason="too_long", limit=MAX_LENGTH)
    return text


def same(message: "Message", ticket: "Ticket") -> MessageItem:
    """Return the message a key stands for; raise `Conflict` when it is another ticket's."""
    if message.ticket_id != ticket.id:
        raise Conflict(field="request_key")
    return items([message])[0]


def _refuse_stale(ticket: "Ticket", seen_message_id: UUID | None) -> None:
    if seen_message_id is None or ticket.last_public_message_id == seen_message_id:
        return
    newer = messages.public_after(ticket.id, messages.find(seen_message_id))
    if newer:
        raise TicketStale(ticket_id=ticket.id, newer=tuple(items(newer)))


def _refuse_changed(ticket: "Ticket", new: NewReply) -> None:
    """A colleague's status stays until who answers has seen it."""
    now = Status(ticket.status)
    if new.shown_status in {None, now} or rules.after_agent_reply(now, new.status) == now:
        return
    raise TicketVersionConflict(current=now)


def store(
    actor: Actor,
    ticket: "Ticket",
    text: str,
    *,
    request_key: UUID,
    visibility: str = "public",
    **more: object,
) -> "Message":
    """Insert what a member or the platform says; the same key again returns the first."""
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
        **more,
    )
    return message


def copy_to(found: "tuple[Recipient, ...]") -> str:
    """Return the addresses in copy as one line, for records."""
    return ", ".join(one.address for one in found)
