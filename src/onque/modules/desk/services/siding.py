"""Side threads: what is said with an outsider, beside the conversation with the customer.

It lies on the ticket as internal messages, so that nothing of it ever reaches the customer.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.kernel.markup import SafeHtml
from onque.modules.desk import rules
from onque.modules.desk.contracts import (
    MessageItem,
    NewAttachment,
    NoteAdded,
    Received,
    SideMessageSent,
)
from onque.modules.desk.repositories import messages, tickets
from onque.modules.desk.services import replies, writing
from onque.modules.desk.services.threads import items
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import HeldReply, Message, Ticket


@dataclass(frozen=True)
class SideInbound:
    """An outsider's answer on its way in; `request_key` names the source row."""

    text: str
    request_key: UUID
    written_at: datetime
    html: SafeHtml = field(default_factory=SafeHtml)
    quoted_text: str = ""
    author_name: str = ""
    author_address: str = ""
    reason: str = ""
    attachments: tuple[NewAttachment, ...] = ()


def find_side(ticket_id: UUID, tail: str) -> MessageItem | None:
    """Return the message that opened a side thread, by the end of its id (hex); None if unknown."""
    survivor = tickets.find_survivor(ticket_id)
    openers = messages.openers(survivor.id if survivor is not None else ticket_id)
    found = [row for row in openers if row.id.hex.endswith(tail)]
    return items(found)[0] if len(found) == 1 else None


@transaction.atomic
def receive_side_message(
    actor: Actor, inbound: SideInbound, *, ticket_id: UUID, side_id: UUID
) -> Received:
    """Store an outsider's answer in its side thread; the same key twice is one message.

    The ticket's status, deadline and the customer's conversation stay as they are, whatever the
    status is. On a merged ticket it joins the survivor. Raises `NotFound`. Locks the ticket.
    """
    survivor = tickets.find_survivor(ticket_id)
    ticket = tickets.lock(survivor.id if survivor is not None else ticket_id)
    opener, ticket_id = messages.get(side_id), ticket.id
    if opener.ticket_id != ticket_id or not opener.side_address:
        raise NotFound(kind="side_thread", id=side_id)
    known = messages.find_by_key(inbound.request_key)
    if known is not None:
        return Received(
            known.ticket_id, ticket.number, known.id, created_ticket=False, duplicate=True
        )
    message = _store(inbound, ticket, opener)
    _touch(ticket, message.text, inbound.author_name or inbound.author_address)
    del actor
    events.publish(NoteAdded(ticket_id=ticket.id, message_id=message.id))
    writing.tell(ticket.id, "noted", message=message.id.hex, number=ticket.number)
    return Received(ticket.id, ticket.number, message.id, created_ticket=False)


def _store(inbound: SideInbound, ticket: "Ticket", opener: "Message") -> "Message":
    message, _created = messages.add_once(
        request_key=inbound.request_key,
        ticket=ticket,
        direction="in",
        visibility="internal",
        author_kind="outsider",
        author_id=None,
        author_name=inbound.author_name[:200],
        author_address=inbound.author_address[:320],
        channel="email",
        text=inbound.text,
        html=inbound.html.html,
        layout_html=inbound.html.layout,
        quoted_text=inbound.quoted_text,
        reason=inbound.reason[:80],
        side_address=opener.side_address,
        side_id=opener.id,
        written_at=inbound.written_at,
        stored_at=clock.now(),
    )
    messages.attach(message, inbound.attachments)
    return message


def send_held(author: Actor, ticket: "Ticket", row: "HeldReply") -> MessageItem:
    """Send a message to an outsider whose time has come; the caller holds the ticket's lock."""
    forwarded = messages.find(row.forwarded_id) if row.forwarded_id else None
    opener = _opener_of(forwarded) if forwarded is not None else None
    message = replies.store(
        author,
        ticket,
        row.text,
        request_key=row.request_key,
        visibility="internal",
        id=row.id,
        quoted_text=_quoted(forwarded, ticket) if forwarded is not None else "",
        side_address=row.forward_to,
        side_id=opener.id if opener else None,
    )
    if forwarded is not None and opener is None:
        messages.attach(message, _files_of(forwarded))
    _touch(ticket, message.text, author.name)
    writing.audit(author, "ticket.forwarded", ticket.id, {}, {"forwarded": row.forward_to})
    events.publish(SideMessageSent(ticket_id=ticket.id, message_id=message.id))
    writing.tell(ticket.id, "noted", message=message.id.hex, number=ticket.number)
    return items([message])[0]


def _opener_of(message: "Message") -> "Message | None":
    return messages.find(message.side_id or message.id) if message.side_address else None


def _quoted(message: "Message", ticket: "Ticket") -> str:
    """What is passed on, with who wrote it and when, in the brand's language."""
    with override(identity.get_brand(ticket.brand_id).locale):
        written = timezone.localtime(message.written_at).strftime("%Y-%m-%d %H:%M")
        lines = [
            _("Forwarded message"),
            _("From: %(name)s") % {"name": message.author_name or message.author_address},
            _("Date: %(date)s") % {"date": written},
            _("Subject: %(subject)s") % {"subject": ticket.subject},
        ]
    return "\n".join(lines) + "\n\n" + message.text


def _files_of(message: "Message") -> list[NewAttachment]:
    return [
        NewAttachment(
            name=one.name,
            content_type=one.content_type,
            size_bytes=one.size_bytes,
            object_key=one.object_key,
            content_id=one.content_id,
            is_inline=one.is_inline,
        )
        for one in messages.attachments_of([message.id])
    ]


def _touch(ticket: "Ticket", text: str, name: str) -> None:
    ticket.preview, ticket.preview_by = rules.preview(text), "note"
    ticket.preview_name = name[:200]
    minutes = identity.get_brand(ticket.brand_id).reply_minutes
    writing.save(ticket, reply_minutes=minutes, fields=("preview", "preview_by", "preview_name"))
