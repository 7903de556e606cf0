"""Mails that are for the set-up and not for the agents: tests, and providers' confirmations."""

from typing import TYPE_CHECKING

from django.conf import settings

from onque.kernel import clock
from onque.modules.mail.repositories import addresses
from onque.modules.mail.rules import forwarding, testmail
from onque.modules.mail.rules.parsed import ParsedMail
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.rules.states import InboundState
from onque.modules.mail.services import checking

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail


def intercept(row: "InboundMail", mail: ParsedMail) -> tuple[InboundState, Reason] | None:
    """Return how a mail of the set-up ends, None for all other mail.

    A test's mail ends its test and becomes no ticket. Google's question whether we agree to
    forwarding is shown with the address and kept among suspended mail.
    """
    token = testmail.token_of(mail.message_id, settings.MAIL_DOMAIN)
    if token and checking.note_arrival(token):
        return InboundState.DONE, Reason.TEST
    asked = forwarding.read_confirmation(mail)
    address = addresses.forwarding_of(row.recipient) if asked else None
    if asked is None or address is None:
        return None
    address.confirmation = {
        "code": asked.code,
        "link": asked.link,
        "asks": asked.asks,
        "mail_id": row.id.hex,
        "at": clock.now().isoformat(),
    }
    addresses.save(address, "confirmation")
    return InboundState.SUSPENDED, Reason.FORWARD_CONFIRMATION
