"""The acknowledgement of a new ticket, where its brand wants one."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext, override

from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import brand_senders
from onque.modules.mail.rules import acknowledgement, composing
from onque.modules.mail.services import acknowledging, naming
from onque.modules.mail.services.acknowledging import Words

if TYPE_CHECKING:
    from onque.modules.desk.contracts import Received
    from onque.modules.mail.models import InboundMail


def greet(row: "InboundMail", received: "Received | None") -> None:
    """Tell the customer that their mail became a ticket; nothing for any later message.

    Call once the mail's row is closed, in the same transaction. One query for a brand that sends
    none. Whether a program may answer this mail at all, `acknowledging` decides.
    """
    if received is None or not received.created_ticket:
        return
    sender = brand_senders.of_brand(row.brand_id)
    if sender is None or not sender.acknowledges:
        return
    card = desk.get_card(received.ticket_id)
    locale = naming.locale_for(card.language, card.brand_id)
    brand = identity.get_brand(card.brand_id)
    text = acknowledgement.fill(
        sender.acknowledgements.get(locale) or usual(locale),
        number=card.number,
        brand=brand.sender_name or brand.name,
        subject=card.subject,
    )
    acknowledging.acknowledge(
        received.ticket_id,
        received.message_id,
        Words(subject=composing.reply_subject(card.subject), text=text, locale=locale),
    )


def usual(locale: str) -> str:
    """What is said where a brand has no words of its own in a language."""
    with override(locale):
        return gettext(
            "We have received your message and will answer it. Its number is #{number}.\n\n"
            "Answer this mail to add anything."
        )
