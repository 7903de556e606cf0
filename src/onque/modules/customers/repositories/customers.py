"""Queries on customers and their identities."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from onque.kernel.errors import NotFound
from onque.kernel.ids import new_id
from onque.kernel.repository import Repository
from onque.kernel.search import index
from onque.kernel.tenancy import current_alias
from onque.modules.customers.contracts import Segment
from onque.modules.customers.models import Customer, Identity
from onque.modules.customers.repositories.identities import IdentityRepository

KIND = "customer"
"""What customers are called in the search index."""
# for each mail that comes: written by hand, as composing costs more than the query
_BY_IDENTITY = """
SELECT * FROM customers_customer WHERE id =
    (SELECT customer_id FROM customers_identity WHERE kind = %s AND value = %s LIMIT 1)
"""


class CustomerRepository(Repository[Customer]):
    """Customers with their identities."""

    model = Customer

    def find_by_identity(self, kind: str, value: str) -> Customer | None:
        """Return whom an identity leads to, following merges; None when nobody is known."""
        found = Customer.objects.using(current_alias()).raw(_BY_IDENTITY, [kind, value])
        customer = next(iter(found), None)
        if customer is None:
            return None
        while customer.merged_into_id is not None:
            customer = self.get(customer.merged_into_id)
        return customer

    def add_with_identity(
        self, *, kind: str, value: str, name: str, email: str, locale: str, now: datetime
    ) -> tuple[Customer, bool]:
        """Insert a customer and their first identity; a concurrent insert wins and is returned."""
        customer_id = new_id()
        identity = Identity(customer_id=customer_id, kind=kind, value=value, created_at=now)
        if not IdentityRepository().insert_once(
            identity
        ):  # its customer is checked at the commit only
            known = self.find_by_identity(kind, value)
            if known is None:
                raise NotFound(kind="customer", id=value)
            return known, False
        customer = self.add(id=customer_id, name=name, email=email, locale=locale, created_at=now)
        index.mark(KIND, customer.id)
        return customer, True

    def page(
        self, segment: Segment, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[Customer]:
        """Return up to `limit` customers of a segment after a position, the newest first."""
        rows = self.rows.filter(merged_into_id__isnull=True)
        if segment == Segment.BLOCKED:
            rows = rows.filter(is_blocked=True)
        elif segment != Segment.ALL:
            rows = rows.filter(rating=segment.value)
        if after is not None:
            at, last = after
            rows = rows.filter(Q(created_at__lt=at) | Q(pk__lt=last), created_at__lte=at)
        return list(rows.order_by("-created_at", "-id")[:limit])

    def merged_into(self, customer_id: UUID) -> list[UUID]:
        """Return those who were merged into a customer."""
        rows = self.rows.filter(merged_into_id=customer_id).order_by("id")
        return list(rows.values_list("id", flat=True))

    def families(self, customer_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
        """Return for each of some customers those merged into them, in one query."""
        found: dict[UUID, list[UUID]] = {}
        rows = self.rows.filter(merged_into_id__in=customer_ids)
        for into, one in rows.values_list("merged_into_id", "id"):
            if into is not None:
                found.setdefault(into, []).append(one)
        return found

    def lead(self, customer_ids: Collection[UUID], *, to: UUID | None, since: UUID) -> None:
        """Lead those of some merged customers who lead to `since` on to another."""
        self.rows.filter(pk__in=customer_ids, merged_into_id=since).update(merged_into_id=to)
