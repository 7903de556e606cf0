"""Forwarding addresses: where a brand's own mail server sends what customers write."""

import secrets
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onque.kernel.access import Actor
from onque.modules.identity import public as identity
from onque.modules.mail.contracts.setup import ForwardingItem
from onque.modules.mail.repositories import addresses
from onque.modules.mail.rules import forwarding as rules
from onque.modules.mail.services.addresses import forwarding_item


@transaction.atomic
def open_forwarding(actor: Actor, *, brand_id: UUID) -> UUID:
    """Return the brand's forwarding address, made when it has none; it stays the same for ever.

    Raises `Forbidden`, `NotFound` for the brand.
    """
    actor.require("mail.settings")
    brand = identity.get_brand(brand_id)
    found = addresses.forwarding_for(brand_id)
    if found is not None:
        return found.id
    address = rules.forward_address(
        brand.slug, secrets.token_bytes(rules.TOKEN_BYTES), settings.MAIL_DOMAIN
    )
    return addresses.add_forwarding(brand_id=brand_id, address=address).id


def list_forwarding(actor: Actor) -> list[ForwardingItem]:
    """Return the workspace's forwarding addresses by brand. Raises `Forbidden`."""
    actor.require("mail.settings")
    return [forwarding_item(row, row.brand.name) for row in addresses.all_forwarding()]
