"""Recognising customers."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.modules.customers import rules
from onque.modules.customers.contracts import CustomerCard, CustomerMet, Rating
from onque.modules.customers.repositories import customers, identities

if TYPE_CHECKING:
    from onque.modules.customers.models import Customer


def identify_by_email(*, email: str, name: str = "", locale: str = "") -> CustomerCard:
    """Return the customer of an address, met now if nobody was known; safe to repeat.

    A name is taken over only when the customer has none yet: a sender cannot rename a customer.
    """
    address = rules.normal_email(email)
    customer = customers.find_by_identity("email", address)
    if customer is None:
        customer, created = customers.add_with_identity(
            kind="email",
            value=address,
            name=rules.shown_name(name, address)[:200],
            email=address,
            locale=locale,
            now=clock.now(),
        )
        if created:
            events.publish(CustomerMet(customer_id=customer.id))
    return card(customer)


def find_by_email(address: str) -> CustomerCard | None:
    """Return the customer of an address, None when nobody is known; nothing is written."""
    found = customers.find_by_identity("email", rules.normal_email(address)) if address else None
    return card(found) if found else None


def get_customers(customer_ids: Collection[UUID]) -> dict[UUID, CustomerCard]:
    """Return the cards of the customers that exist among the ids, in one query."""
    return {row.id: card(row) for row in customers.get_many(customer_ids)}


@transaction.atomic
def set_blocked(customer_id: UUID, *, blocked: bool) -> None:
    """Block or unblock; a blocked customer's mail goes to spam. Raises `NotFound`."""
    row = customers.lock(customer_id)
    row.is_blocked = blocked
    customers.save(row, "is_blocked")


@transaction.atomic
def correct_email(customer_id: UUID, *, email: str) -> bool:
    """Make an address the customer's main one; the old one still leads to them.

    Safe to repeat. False, and nothing changes, when it leads to another customer. Raises
    `NotFound`. Locks the customer.
    """
    row = customers.lock(customer_id)
    address = rules.normal_email(email)
    if identities.put(row.id, "email", address, now=clock.now()).customer_id != row.id:
        return False
    row.email = address
    customers.save(row, "email")
    return True


def card(row: "Customer") -> CustomerCard:
    """Return what other modules may know of a customer."""
    return CustomerCard(
        id=row.id,
        name=row.name or row.email,
        email=row.email,
        rating=Rating(row.rating),
        is_blocked=row.is_blocked,
        locale=row.locale,
        note=row.note,
        created_at=row.created_at,
        is_anonymous=row.anonymised_at is not None,
    )
