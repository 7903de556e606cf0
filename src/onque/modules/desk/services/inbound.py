"""A customer's message becomes a ticket, or joins one."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.kernel.ids import new_id
from onque.kernel.markup import SafeHtml
from onque.modules.customers import public as customers
from onque.modules.desk import rules
from onque.modules.desk.contracts import (
    CustomerWrote,
    NewAttachment,
    Received,
    Status,
    TicketCreated,
)
from onque.modules.desk.contracts.telling import News
from onque.modules.desk.repositories import messages, tickets
from onque.modules.desk.services import telling, writing
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.customers.contracts import CustomerCard
    from onque.modules.desk.models import Message, Ticket
    from onque.modules.identity.contracts import BrandCard


_MANY = 32_000
SMALL_PICTURE_BYTES = 100_000
REPEATED_AFTER = 3


@dataclass(frozen=True)
class Inbound:
    """A message on its way in.

    `request_key` names the source row: the same key twice is one message. `ticket_id` is where
    threading put it, None for a new ticket; `automatic` marks what no person wrote now, which
    never reopens a ticket and starts no clock, `about_id` the message it speaks of. `reason` says
    why it landed where it did; `suggested_ticket_id` is where a new one may belong, and
    `origin_ticket_id` the ticket it was written to when that one was merged into `ticket_id`.
    """

    brand_id: UUID
    customer_id: UUID
    channel: str
    subject: str
    text: str
    request_key: UUID
    written_at: datetime
    html: SafeHtml = field(default_factory=SafeHtml)
    quoted_text: str = ""
    author_name: str = ""
    author_address: str = ""
    ticket_id: UUID | None = None
    reason: str = ""
    automatic: bool = False
    about_id: UUID | None = None
    suggested_ticket_id: UUID | None = None
    origin_ticket_id: UUID | None = None
    attachments: tuple[NewAttachment, ...] = ()


def receive_customer_message(
    actor: Actor, inbound: Inbound, customer: "CustomerCard | None" = None
) -> Received:
    """Store a customer's message on its ticket, or on a new one; safe to repeat.

    In the transaction of the open scope. All that may be refused is refused before the first write,
    so that it needs no savepoint of its own.

    `customer` is who `inbound` names, where the caller has just met them: it saves reading again.

    A solved ticket is reopened; a closed or deleted one gets a linked follow-up; a blocked
    customer's ticket goes to spam, and what they write on another's becomes a ticket in spam.
    Raises `NotFound` for an unknown brand or customer.
    """
    known = messages.place_of_key(inbound.request_key)
    if known is not None:
        return _again(*known)
    if customer is None:
        customer = customers.get_customers([inbound.customer_id]).get(inbound.customer_id)
    if customer is None:
        raise NotFound(kind="customer", id=inbound.customer_id)
    inbound, ticket = _find_open(inbound)
    if ticket is not None and customer.is_blocked and ticket.customer_id != customer.id:
        return _start(actor, replace(inbound, ticket_id=None), customer)
    if ticket is None:
        return _start(actor, inbound, customer)
    return _continue(actor, inbound, ticket, customer)


def _again(message_id: UUID, ticket_id: UUID) -> Received:
    number = tickets.number_of(ticket_id)
    return Received(
        ticket_id=ticket_id,
        ticket_number=number or 0,
        message_id=message_id,
        created_ticket=False,
        duplicate=True,
    )


def _find_open(inbound: Inbound) -> "tuple[Inbound, Ticket | None]":
    """Return the ticket that takes the message, locked: the one named, or its follow-up.

    One that was merged since threading looked leads on; the message keeps where it was written to.
    """
    if inbound.ticket_id is None:
        return inbound, None
    ticket = tickets.lock_followed(inbound.ticket_id)
    if ticket.merged_into_id is not None:
        survivor = tickets.find_survivor(ticket.merged_into_id)
        if survivor is not None:
            asked = inbound.origin_ticket_id or ticket.id
            inbound = replace(inbound, ticket_id=survivor.id, origin_ticket_id=asked)
            ticket = tickets.lock_followed(survivor.id)
    return inbound, _taking(inbound, ticket)


def _taking(inbound: Inbound, ticket: "Ticket") -> "Ticket | None":
    if inbound.automatic or rules.after_customer_message(Status(ticket.status)) is not None:
        return ticket
    follow_up = tickets.find_follow_up(ticket.id, inbound.customer_id)
    if follow_up is None:
        return None
    locked = tickets.lock_followed(follow_up.id)
    return locked if rules.after_customer_message(Status(locked.status)) is not None else None


def _start(actor: Actor, inbound: Inbound, customer: "CustomerCard") -> Received:
    brand = identity.get_brand(inbound.brand_id)
    with transaction.atomic(savepoint=False):
        return _write_new(actor, inbound, customer, brand)


def _write_new(
    actor: Actor, inbound: Inbound, customer: "CustomerCard", brand: "BrandCard"
) -> Received:
    now = clock.now()
    status = Status.SPAM if customer.is_blocked else Status.NEW
    waiting_since = None if inbound.automatic else now
    due_at = rules.due(
        status=status, waiting_since=waiting_since, reply_minutes=brand.reply_minutes
    )
    message_id = new_id()
    ticket = tickets.add(
        number=identity.take_ticket_number(),
        brand_id=inbound.brand_id,
        customer_id=inbound.customer_id,
        channel=inbound.channel,
        subject=rules.subject_of(inbound.subject, inbound.text),
        status=status,
        shelf=rules.shelf_of(status),
        language=rules.language_of(inbound.text or inbound.subject) or brand.locale,
        due_at=due_at,
        due_started_at=waiting_since,
        sort_at=rules.sort_at(due_at),
        is_unanswered=not inbound.automatic,
        follow_up_of_id=inbound.ticket_id,
        preview=rules.preview(inbound.text),
        preview_name=inbound.author_name or customer.name,
        last_public_message_id=message_id,
        created_at=now,
        updated_at=now,
    )
    message = _store(inbound, ticket, message_id)
    writing.audit(actor, "ticket.created", ticket.id, {}, {"channel": inbound.channel})
    events.publish(TicketCreated(ticket_id=ticket.id, message_id=message.id))
    writing.tell(ticket.id, "created", number=ticket.number)
    return Received(ticket.id, ticket.number, message.id, created_ticket=True)


def _continue(
    actor: Actor, inbound: Inbound, ticket: "Ticket", customer: "CustomerCard"
) -> Received:
    brand = identity.get_brand(ticket.brand_id)
    with transaction.atomic(savepoint=False):
        return _write_on(actor, inbound, ticket, brand, is_blocked=customer.is_blocked)


def _write_on(
    actor: Actor, inbound: Inbound, ticket: "Ticket", brand: "BrandCard", *, is_blocked: bool
) -> Received:
    now = clock.now()
    before = Status(ticket.status)
    message = _store(inbound, ticket, new_id())
    ticket.preview = rules.preview(inbound.text)
    ticket.preview_by, ticket.preview_name = "customer", inbound.author_name
    ticket.last_public_message_id = message.id
    after = before
    if is_blocked and not inbound.automatic:
        after = Status.SPAM
        writing.move(ticket, after, now=now)
    elif not inbound.automatic:
        after = rules.after_customer_message(before) or before
        ticket.due_started_at = ticket.due_started_at or now
        ticket.is_unanswered, ticket.snoozed_until = True, None
        writing.move(ticket, after, now=now)
    writing.save(
        ticket,
        reply_minutes=brand.reply_minutes,
        fields=(
            "preview",
            "preview_by",
            "preview_name",
            "last_public_message_id",
            "due_started_at",
            "is_unanswered",
            "status",
        ),
    )
    if after != before:
        act = "ticket.status" if is_blocked else "ticket.reopened"
        writing.audit(actor, act, ticket.id, {"status": before}, {"status": after})
    events.publish(CustomerWrote(ticket_id=ticket.id, message_id=message.id))
    if not inbound.automatic and not is_blocked:
        concerned = (ticket.assignee_id, *ticket.follower_ids)
        by = inbound.author_name or inbound.author_address
        telling.tell_members(ticket, News.CUSTOMER_WROTE, concerned, actor=actor, by=by)
    writing.tell(ticket.id, "customer_wrote", number=ticket.number)
    return Received(ticket.id, ticket.number, message.id, created_ticket=False)


def _store(inbound: Inbound, ticket: "Ticket", message_id: UUID) -> "Message":
    message, _created = messages.add_once(
        id=message_id,
        request_key=inbound.request_key,
        ticket=ticket,
        direction="in",
        visibility="public",
        author_kind="customer",
        author_id=inbound.customer_id,
        author_name=inbound.author_name[:200],
        author_address=inbound.author_address[:320],
        channel=inbound.channel,
        text=inbound.text,
        **html_fields(inbound),
        quoted_text=inbound.quoted_text,
        reason=inbound.reason[:80],
        is_automatic=inbound.automatic,
        about_id=inbound.about_id,
        suggested_ticket_id=inbound.suggested_ticket_id,
        origin_ticket_id=_origin(inbound, ticket),
        written_at=inbound.written_at,
        stored_at=clock.now(),
    )
    messages.attach(message, inbound.attachments, repeated=_repeated(inbound))
    return message


def _origin(inbound: Inbound, ticket: "Ticket") -> UUID | None:
    """Return the merged ticket it was written to, where the survivor itself takes it."""
    return inbound.origin_ticket_id if ticket.id == inbound.ticket_id else None


def _repeated(inbound: Inbound) -> frozenset[str]:
    """Return the keys of small pictures that the author sent with several messages before."""
    small = {
        item.object_key
        for item in inbound.attachments
        if item.image_type and item.size_bytes <= SMALL_PICTURE_BYTES
    }
    return messages.often_sent(small, author_id=inbound.customer_id, at_least=REPEATED_AFTER)


def html_fields(inbound: Inbound) -> dict[str, Any]:
    """Return the columns that keep what is shown of a message's HTML."""
    return {
        "html": inbound.html.html,
        "layout_html": inbound.html.layout,
        "has_layout": bool(inbound.html.layout),
        "html_version": inbound.html.version,
        "remote_images": min(inbound.html.remote_images, _MANY),
        "trackers": min(inbound.html.trackers, _MANY),
        "traps": min(inbound.html.traps, _MANY),
    }
