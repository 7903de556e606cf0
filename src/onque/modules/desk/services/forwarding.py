"""An agent passes a message on to an outsider, with a comment."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.modules.customers import public as customers
from onque.modules.desk import rules
from onque.modules.desk.contracts import HeldItem, MessageItem
from onque.modules.desk.repositories import messages
from onque.modules.desk.services import access, holding, replies


@transaction.atomic
def forward(
    actor: Actor,
    *,
    ticket_id: UUID,
    message_id: UUID,
    to: str,
    body: str,
    request_key: UUID,
) -> MessageItem | HeldItem:
    """Send a message of the ticket to somebody outside, as a side thread; held as a reply is.

    The same key twice is one. The customer's own address is refused: that is a reply. Raises
    `Forbidden`, `NotFound`, `Invalid`. Locks the ticket.
    """
    actor.require("ticket.reply")
    text = replies.body_of(body)
    ticket = access.lock_seen(actor, ticket_id)
    known = messages.find_by_key(request_key)
    if known is not None:
        return replies.same(known, ticket)
    address = rules.comparable(to)
    if not rules.is_address(address):
        raise Invalid(field="to", reason="not_an_address", value=to[:80])
    customer = customers.get_customers([ticket.customer_id])[ticket.customer_id]
    if address == rules.comparable(customer.email):
        raise Invalid(field="to", reason="is_the_customer")
    forwarded = messages.get(message_id)
    if forwarded.ticket_id != ticket_id:
        raise NotFound(kind="message", id=message_id)
    fields: dict[str, object] = {"text": text, "forward_to": address, "forwarded_id": message_id}
    item = holding.hold(actor, ticket, request_key=request_key, fields=fields)
    if not settings.UNDO_SECONDS:
        return holding.release(item.id) or item
    return item
