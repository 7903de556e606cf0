"""Queries on what customers are recognised by."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.customers.models import Identity


class IdentityRepository(Repository[Identity]):
    """What customers are recognised by."""

    model = Identity

    def of_all(self, customer_ids: Collection[UUID]) -> dict[UUID, list[str]]:
        """Return the values of each of some customers, in one query."""
        found: dict[UUID, list[str]] = defaultdict(list)
        rows = self.rows.filter(customer_id__in=customer_ids).order_by("id")
        for customer_id, value in rows.values_list("customer_id", "value"):
            found[customer_id].append(value)
        return found

    def forget(self, customer_ids: Collection[UUID]) -> None:
        """Drop everything of some customers."""
        self.rows.filter(customer_id__in=customer_ids).delete()

    def of_family(self, customer_ids: Collection[UUID], *, limit: int) -> list[Identity]:
        """Return up to `limit` identities of some customers, oldest first."""
        return list(self.rows.filter(customer_id__in=customer_ids).order_by("id")[:limit])

    def put(self, customer_id: UUID, kind: str, value: str, *, now: datetime) -> Identity:
        """Return the identity of that value, whoever has it; a new one is this customer's."""
        row, _created = self.rows.get_or_create(
            kind=kind, value=value, defaults={"customer_id": customer_id, "created_at": now}
        )
        return row

    def remove(self, identity_id: UUID) -> None:
        """Forget an identity."""
        self.rows.filter(pk=identity_id).delete()

    def set_bounced(self, address: str, *, at: datetime | None, reason: str) -> bool:
        """Mark or clear an address; False when nobody has it."""
        rows = self.rows.filter(kind="email", value=address)
        return bool(rows.update(bounced_at=at, bounce_reason=reason))

    def bounced(self, addresses: Collection[str]) -> list[tuple[str, str]]:
        """Return the marked ones among some addresses, with the reason."""
        rows = self.rows.filter(kind="email", value__in=list(addresses), bounced_at__isnull=False)
        return list(rows.values_list("value", "bounce_reason"))
