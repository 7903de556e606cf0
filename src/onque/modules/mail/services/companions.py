"""Who else takes part in a ticket by the mails that come: people in copy, and strangers."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from onque.modules.desk import public as desk
from onque.modules.mail.repositories import addresses
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules.parsed import AutoKind, MailAddress, ParsedMail
from onque.modules.mail.rules.threading import Mark
from onque.modules.mail.services.placing import Place

if TYPE_CHECKING:
    from onque.modules.desk.contracts import Received

_MOST = 20
"""From one mail."""


def add_companions(
    mail: ParsedMail,
    sender: MailAddress,
    place: Place,
    received: "Received",
    customer_id: UUID | None,
) -> None:
    """Put into copy whom a person copied in, and a stranger who wrote, marked as such.

    What programs and lists write brings nobody in, and a stranger cannot bring others.
    """
    is_stranger = Mark.STRANGER in place.marks
    if is_stranger and not received.created_ticket:
        desk.add_collaborator(
            received.ticket_id,
            address=sender.address,
            name=sender.name,
            added_by="mail",
            customer_id=customer_id,
            marked=True,
        )
    if is_stranger or mail.automatic.kind is not AutoKind.NONE:
        return
    for item in _others(mail, sender):
        desk.add_collaborator(
            received.ticket_id, address=item.address, name=item.name, added_by="mail"
        )


def _others(mail: ParsedMail, sender: MailAddress) -> list[MailAddress]:
    """Those the mail names beside its sender and us."""
    named = {address_rules.comparable(item.address): item for item in (*mail.to, *mail.cc)}
    own = f"@{settings.MAIL_DOMAIN}"
    others = {
        address: item
        for address, item in named.items()
        if address != address_rules.comparable(sender.address)
        and not address.endswith(own)
        and address_rules.is_address(address)
    }
    ours = addresses.owned(list(others)) if len(others) > 1 else set(others)
    return [item for address, item in others.items() if address not in ours][:_MOST]
