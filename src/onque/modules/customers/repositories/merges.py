"""Queries on merges of customers."""

from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.customers.models import CustomerMerge


class MergeRepository(Repository[CustomerMerge]):
    """Merges of customers."""

    model = CustomerMerge

    def into(self, survivor_id: UUID, *, limit: int) -> list[CustomerMerge]:
        """Return the newest merges into a customer that hold, with whom they brought."""
        rows = self.rows.filter(survivor_id=survivor_id, parted_at__isnull=True)
        return list(rows.select_related("merged").order_by("-merged_at", "-id")[:limit])
