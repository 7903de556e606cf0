"""Delivery reports: which outgoing mail one speaks of, and what it says of the address."""

from typing import TYPE_CHECKING

from django.conf import settings

from onque.kernel import clock
from onque.kernel.tenancy import current_tenant
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.mail.repositories import outbound
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules.refusals import Fault
from onque.modules.mail.services.keys import reply_keys

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail


def find_outbound_by_bounce_address(address: str) -> "OutboundMail | None":
    """Return the outgoing mail whose envelope sender the address is, in this workspace.

    None for any other address, one we did not sign, or one of another workspace.
    """
    token = address_rules.read_bounce_address(reply_keys(), address, domain=settings.MAIL_DOMAIN)
    if token is None or token.tenant_id != current_tenant():
        return None
    return outbound.find_between(token.first_id, token.last_id)


def record_bounce(row: "OutboundMail", *, fault: Fault, words: str) -> None:
    """Put on a mail that it came back, or not yet arrived; one to nobody marks the address.

    Safe to repeat. A delay never hides a bounce that was reported before.
    """
    if fault is Fault.DELAYED and row.bounced_at is not None:
        return
    row.bounce_kind, row.bounce_text = fault, words
    if fault is not Fault.DELAYED:
        row.bounced_at = clock.now()
    outbound.save(row, "bounce_kind", "bounce_text", "bounced_at")
    mark_address(row, fault, words)
    tell(row)


def record_delivered(row: "OutboundMail") -> None:
    """Note that the other side reports the mail as delivered. Safe to repeat."""
    if row.delivered_at is None:
        row.delivered_at = clock.now()
        outbound.save(row, "delivered_at")
        tell(row)


def mark_address(row: "OutboundMail", fault: Fault, words: str) -> None:
    """Mark the address of a mail as one that takes none, if that is what the fault says."""
    if fault is Fault.NOBODY:
        customers.mark_bounced(row.to_address, reason=words.splitlines()[-1] if words else "")


def tell(row: "OutboundMail") -> None:
    """Let open pages of the ticket show how the mail fares, after the commit."""
    if row.ticket_id is not None and row.message_id is not None:
        desk.tell_open_ticket(row.ticket_id, "delivery")
