"""Which outgoing mail a delivery report speaks of, by the address it came to."""

from typing import TYPE_CHECKING

from django.conf import settings

from onque.kernel.tenancy import current_tenant
from onque.modules.mail.repositories import outbound
from onque.modules.mail.rules import addresses as address_rules
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
