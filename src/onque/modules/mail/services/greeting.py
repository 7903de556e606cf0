"""The acknowledgement of a new ticket: where its brand wants one, at most once, and only to people.

The only way in which one is sent. Source: RFC 3834, 2.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext, override

from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Status
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.repositories import brand_senders
from onque.modules.mail.rules import acknowledgement, composing
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.services import naming, writing

if TYPE_CHECKING:
    from onque.modules.customers.contracts import CustomerCard
    from onque.modules.desk.contracts import Received, TicketCard
    from onque.modules.mail.models import InboundMail

KIND = "acknowledgement"
_ANSWERED = frozenset({Status.NEW, Status.OPEN})


def greet(row: "InboundMail", received: "Received | None") -> UUID | None:
    """Tell the customer that their mail became a ticket; return the queued mail's id.

    Call once the mail's row is closed, in the same transaction; the same ticket is acknowledged
    once. None, and nothing is queued, for any later message, for a brand that wants none (after one
    query), for what a program or a list wrote, for spam, and for a customer without an address
    that takes mail. The breaker may hold it back.
    """
    if received is None or not received.created_ticket or row.suppress_answer:
        return None
    texts = brand_senders.acknowledgements_of(row.brand_id)
    if texts is None:
        return None
    card = desk.get_card(received.ticket_id)
    customer = customers.get_customers([card.customer_id]).get(card.customer_id)
    if customer is None or customer.is_blocked or card.status not in _ANSWERED:
        return None
    if not address_rules.is_address(customer.email):
        return None
    return _queue(card, customer, texts)


def usual(locale: str) -> str:
    """What is said where a brand has no words of its own in a language."""
    with override(locale):
        return gettext(
            "We have received your message and will answer it. Its number is #{number}.\n\n"
            "Answer this mail to add anything."
        )


def _queue(card: "TicketCard", customer: "CustomerCard", texts: dict[str, str]) -> UUID:
    locale = naming.locale_for(card.language, card.brand_id)
    brand = identity.get_brand(card.brand_id)
    text = acknowledgement.fill(
        texts.get(locale) or usual(locale),
        number=card.number,
        brand=brand.sender_name or brand.name,
        subject=card.subject,
    )
    return writing.queue_mail(
        NewMail(
            key=card.id.hex,
            kind=KIND,
            to_address=customer.email,
            to_name=customer.name,
            subject=composing.reply_subject(card.subject),
            text=text,
            locale=locale,
            brand_id=card.brand_id,
            ticket_id=card.id,
        )
    )
