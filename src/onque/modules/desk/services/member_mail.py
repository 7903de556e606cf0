"""A member answers a notification from their own mailbox: colleagues read it as a note."""

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.modules.desk import rules
from onque.modules.desk.contracts import NoteAdded, Received, TicketChanged
from onque.modules.desk.repositories import messages, tickets
from onque.modules.desk.services import writing
from onque.modules.desk.services.inbound import Inbound, html_fields
from onque.modules.identity import public as identity


@transaction.atomic
def receive_member_note(actor: Actor, inbound: Inbound) -> Received:
    """Store a member's mail as an internal note on the ticket it names; safe to repeat.

    `actor` is the member. Never a reply: a mail quotes what customers must not see. Raises
    `NotFound`. Locks the ticket.
    """
    if inbound.ticket_id is None:
        raise ValueError("a note needs a ticket")
    ticket = tickets.lock(inbound.ticket_id)
    now = clock.now()
    message, created = messages.add_once(
        request_key=inbound.request_key,
        ticket=ticket,
        direction="out",
        visibility="internal",
        author_kind="member",
        author_id=actor.id,
        author_name=actor.name[:200],
        channel=inbound.channel,
        text=inbound.text,
        **html_fields(inbound),
        quoted_text=inbound.quoted_text,
        reason=inbound.reason[:80],
        written_at=inbound.written_at,
        stored_at=now,
    )
    if created:
        messages.attach(message, inbound.attachments)
        ticket.preview, ticket.preview_by = rules.preview(inbound.text), "note"
        ticket.preview_name = actor.name
        brand = identity.get_brand(ticket.brand_id)
        shown = ("preview", "preview_by", "preview_name")
        writing.save(ticket, reply_minutes=brand.reply_minutes, fields=shown)
        events.publish(NoteAdded(ticket_id=ticket.id, message_id=message.id))
        events.publish(TicketChanged(ticket_id=ticket.id, fields=("note",)))
        writing.tell(ticket.id, "noted", message=message.id.hex, number=ticket.number)
    return Received(
        ticket.id, ticket.number, message.id, created_ticket=False, duplicate=not created
    )
