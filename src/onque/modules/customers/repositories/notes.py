"""Queries on notes about customers."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.customers.models import CustomerNote


class NoteRepository(Repository[CustomerNote]):
    """Notes about customers."""

    model = CustomerNote

    def forget(self, customer_ids: Collection[UUID]) -> None:
        """Drop everything of some customers."""
        self.rows.filter(customer_id__in=customer_ids).delete()

    def of_family(self, customer_ids: Collection[UUID], *, limit: int) -> list[CustomerNote]:
        """Return the newest notes on a customer and those merged into them, newest first."""
        rows = self.rows.filter(customer_id__in=customer_ids, removed_at__isnull=True)
        return list(rows.order_by("-created_at", "-id")[:limit])

    def add_once(self, note_id: UUID, **fields: object) -> bool:
        """Write a note down unless one with that id is there; tell whether it was written."""
        return self.insert_once(CustomerNote(id=note_id, **fields))

    def set_removed(self, note_id: UUID, *, at: datetime | None) -> None:
        """Take a note away, or bring it back."""
        self.rows.filter(pk=note_id).update(removed_at=at)
