"""Tickets that members start: towards a customer, with the first message of the conversation."""

from typing import TYPE_CHECKING

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.customers import public as customers
from onque.modules.desk import rules
from onque.modules.desk.contracts import NewDraft, NewReply, Status
from onque.modules.desk.contracts.starting import NewTicket, Started
from onque.modules.desk.repositories import tickets
from onque.modules.desk.services import access, drafting, holding, operations, replies, writing
from onque.modules.desk.services.operations import Act
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.customers.contracts import CustomerCard
    from onque.modules.desk.models import Ticket
    from onque.modules.identity.contracts import BrandCard

CREATE = "ticket.create"
CHANNEL = "desk"


@transaction.atomic
def start_ticket(actor: Actor, *, new: NewTicket) -> Started:
    """Open a ticket towards a customer, who is met now if nobody knew them; the actor's own.

    With `sends` the text is held and sent as any reply, else it is kept as the actor's draft. The
    same key twice is one ticket. Undo throws it away while nothing is said on it. Raises
    `Forbidden`, `NotFound` for an unknown brand, `Invalid`, `AddressBounced`.
    """
    actor.require(CREATE)
    if new.sends or new.body.strip():
        actor.require("ticket.reply")
    known = tickets.find(new.key)
    if known is not None:
        access.require_sight(actor, known)
        return Started(known.number)
    subject = rules.subject_of(new.subject, "")
    if not subject:
        raise Invalid(field="subject", reason="empty")
    if new.sends:
        replies.body_of(new.body)
    brand = identity.get_brand(new.brand_id)
    customer = _customer(new.to)
    ticket, created = _open(actor, new, brand, customer)
    if not created:  # the other press of the button was first
        return Started(ticket.number)
    step = {"do": "discard", "ticket": ticket.id.hex}
    said = {"to": customer.email}
    done = operations.record(actor, ticket, Act("ticket.started", {}, said, [step]))
    writing.tell(ticket.id, "created", number=ticket.number)
    _say(actor, ticket, new)
    return Started(ticket.number, done if not new.sends else None)


def _customer(to: str) -> "CustomerCard":
    pairs, wrong = rules.named_addresses(to)
    if wrong or len(pairs) != 1:
        raise Invalid(field="to", reason="not_an_address" if to.strip() else "empty")
    name, address = pairs[0]
    ours = {rules.comparable(one.support_address) for one in identity.list_brands()}
    if rules.comparable(address) in ours:
        raise Invalid(field="to", reason="ours")
    customer = customers.identify_by_email(email=address, name=name)
    if customer.is_blocked:
        raise Invalid(field="to", reason="blocked")
    return customer


def _open(
    actor: Actor, new: NewTicket, brand: "BrandCard", customer: "CustomerCard"
) -> "tuple[Ticket, bool]":
    now = clock.now()
    return tickets.add_once(
        new.key,
        number=identity.take_ticket_number(),
        brand_id=brand.id,
        customer_id=customer.id,
        channel=CHANNEL,
        subject=rules.subject_of(new.subject, ""),
        status=Status.OPEN,
        shelf=rules.shelf_of(Status.OPEN),
        assignee_id=actor.id,
        language=customer.locale or rules.language_of(new.body or new.subject) or brand.locale,
        sort_at=rules.sort_at(None),
        is_unanswered=False,
        preview=rules.preview(new.body),
        preview_by="member",
        preview_name=actor.name[:200],
        created_at=now,
        updated_at=now,
    )


def _say(actor: Actor, ticket: "Ticket", new: NewTicket) -> None:
    if new.sends:
        reply = NewReply(
            body=new.body,
            request_key=new.reply_key,
            status=new.status,
            despite_bounce=new.despite_bounce,
        )
        holding.send_reply(actor, ticket_id=ticket.id, new=reply)
    elif new.body.strip():
        draft = NewDraft(kind="reply", body=new.body, request_key=new.reply_key)
        drafting.save_draft(actor, ticket_id=ticket.id, draft=draft)
