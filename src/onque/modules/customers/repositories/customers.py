"""Queries on customers and their identities."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from onque.kernel.errors import NotFound
from onque.kernel.ids import new_id
from onque.kernel.repository import Repository
from onque.kernel.search import index
from onque.kernel.tenancy import current_alias
from onque.modules.customers.models import Customer, Identity

KIND = "customer"
"""What customers are called in the search index."""
# for each mail that comes: written by hand, as composing costs more than the query
_BY_IDENTITY = """
SELECT * FROM customers_customer WHERE id =
    (SELECT customer_id FROM customers_identity WHERE kind = %s AND value = %s LIMIT 1)
"""


class IdentityRepository(Repository[Identity]):
    """What customers are recognised by."""

    model = Identity


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

    def identities_of(self, customer_ids: Collection[UUID]) -> dict[UUID, list[str]]:
        """Return the identities of each of some customers, in one query."""
        found: dict[UUID, list[str]] = defaultdict(list)
        rows = Identity.objects.filter(customer_id__in=customer_ids).order_by("id")
        for customer_id, value in rows.values_list("customer_id", "value"):
            found[customer_id].append(value)
        return found

    def add_email(self, customer: Customer, address: str, *, now: datetime) -> bool:
        """Give a customer one more address; False when it leads to somebody else."""
        row, _created = Identity.objects.get_or_create(
            kind="email", value=address, defaults={"customer": customer, "created_at": now}
        )
        return row.customer_id == customer.pk

    def set_bounced(self, address: str, *, at: datetime | None, reason: str) -> bool:
        """Mark or clear an address; False when nobody has it."""
        rows = Identity.objects.filter(kind="email", value=address)
        return bool(rows.update(bounced_at=at, bounce_reason=reason))

    def bounced(self, addresses: Collection[str]) -> list[tuple[str, str]]:
        """Return the marked ones among some addresses, with the reason."""
        rows = Identity.objects.filter(
            kind="email", value__in=list(addresses), bounced_at__isnull=False
        )
        return list(rows.values_list("value", "bounce_reason"))
