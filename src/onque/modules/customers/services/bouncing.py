"""Addresses whose mail came back for good: marked, asked about, cleared."""

from collections.abc import Collection

from django.db import transaction

from onque.kernel import clock
from onque.modules.customers import rules
from onque.modules.customers.repositories import identities


@transaction.atomic
def mark_bounced(address: str, *, reason: str) -> bool:
    """Mark an address as one that takes no mail; `reason` is shown to agents.

    Safe to repeat. False when no customer has the address.
    """
    plain = rules.normal_email(address)
    return identities.set_bounced(plain, at=clock.now(), reason=reason[:300])


@transaction.atomic
def clear_bounced(address: str) -> bool:
    """Take the mark off: somebody says that the address works. Safe to repeat."""
    return identities.set_bounced(rules.normal_email(address), at=None, reason="")


def find_bounced(addresses: Collection[str]) -> dict[str, str]:
    """Return those of the addresses that are marked, with the reason, in one query."""
    plain = {rules.normal_email(address): address for address in addresses if address}
    return {plain[value]: reason for value, reason in identities.bounced(plain) if value in plain}
