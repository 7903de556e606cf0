"""Telling a customer that their mail arrived: at most once for each ticket, and only to people.

Whether a brand does so, and its words, are the caller's.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Status
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.repositories import inbound
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.services import writing

KIND = "acknowledgement"
_ANSWERED = frozenset({Status.NEW, Status.OPEN})


@dataclass(frozen=True)
class Words:
    """What is said, in the customer's language."""

    subject: str
    text: str
    html: str = ""
    locale: str = "ko"


@transaction.atomic
def acknowledge(ticket_id: UUID, message_id: UUID, words: Words) -> UUID | None:
    """Queue the acknowledgement of a ticket's first mail; the same ticket is acknowledged once.

    None, and nothing is queued, for what a program or a list wrote, for spam, and for a customer
    without an address that takes mail. The breaker may hold it back. Source: RFC 3834, 2.
    """
    card = desk.get_card(ticket_id)
    customer = customers.get_customers([card.customer_id]).get(card.customer_id)
    if customer is None or customer.is_blocked or card.status not in _ANSWERED:
        return None
    if not address_rules.is_address(customer.email) or not may_answer(message_id):
        return None
    return writing.queue_mail(
        NewMail(
            key=ticket_id.hex,
            kind=KIND,
            to_address=customer.email,
            to_name=customer.name,
            subject=words.subject,
            text=words.text,
            html=words.html,
            locale=words.locale,
            brand_id=card.brand_id,
            ticket_id=ticket_id,
        )
    )


def may_answer(message_id: UUID) -> bool:
    """Tell whether a program may answer a message: a person wrote it, and no list sent it on."""
    return all(not row.suppress_answer for row in inbound.of_messages([message_id]))
