"""Messages as their senders laid them out, and whose remote pictures are loaded."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, markup
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.modules.desk.contracts import MessageItem, MessageLayout
from onque.modules.desk.repositories import messages, tickets, trusted_senders
from onque.modules.desk.services import access, writing
from onque.modules.desk.services.threads import items


def get_layout(actor: Actor, *, message_id: UUID) -> MessageLayout:
    """Return a message for a document of its own. Raises `Forbidden`, `NotFound`.

    Remote pictures are only named in the HTML; `markup.show_remote` loads them.
    """
    actor.require("ticket.view")
    row = messages.get(message_id)
    access.require_sight(actor, tickets.get(row.ticket_id))
    html = row.layout_html or row.html
    if not html:
        raise NotFound(kind="layout", id=message_id)
    if row.html_version != markup.VERSION:
        safe = markup.sanitise(html)
        html = safe.layout or safe.html
    return MessageLayout(items([row])[0], html)


def trusted_among(thread: Iterable[MessageItem]) -> frozenset[UUID]:
    """Return the messages whose remote pictures are loaded; a query only if one names some."""
    found = {
        message.id: message.author_address.lower() for message in thread if message.remote_images
    }
    trusted = trusted_senders.among(set(found.values()) - {""})
    return frozenset(one for one, address in found.items() if address in trusted)


@transaction.atomic
def trust_sender(actor: Actor, *, message_id: UUID, trusted: bool) -> int:
    """Always load the pictures of a message's sender, or no longer; return the ticket's number.

    Safe to repeat. Raises `Forbidden`, `NotFound`, `Invalid` for a message of nobody outside.
    """
    actor.require("ticket.change")
    row = messages.get(message_id)
    ticket = tickets.get(row.ticket_id)
    access.require_sight(actor, ticket)
    address = row.author_address.lower()
    if row.direction != "in" or not address or actor.id is None:
        raise Invalid(field="message")
    changed = (
        trusted_senders.trust(address, member_id=actor.id, now=clock.now())
        if trusted
        else trusted_senders.forget(address)
    )
    if changed:
        before, after = ("hidden", "shown") if trusted else ("shown", "hidden")
        writing.audit(
            actor,
            "ticket.pictures",
            ticket.id,
            {"pictures": before},
            {"pictures": after, "sender": address},
        )
    return ticket.number
