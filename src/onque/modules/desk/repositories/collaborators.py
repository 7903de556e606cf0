"""Queries on who else takes part in a ticket."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.desk.models import Collaborator


class CollaboratorRepository(Repository[Collaborator]):
    """Collaborators of tickets."""

    model = Collaborator

    def add_once(
        self, *, ticket_id: UUID, address: str, fields: dict[str, Any]
    ) -> tuple[Collaborator, bool]:
        """Insert; the same address on the same ticket returns the first and False."""
        return Collaborator.objects.get_or_create(
            ticket_id=ticket_id, address=address, defaults=fields
        )

    def of_ticket(self, ticket_id: UUID) -> list[Collaborator]:
        """Return a ticket's collaborators in the order they came."""
        return list(self.rows.filter(ticket_id=ticket_id).order_by("added_at", "id"))

    def tickets_with(self, ticket_ids: Collection[UUID], *, address: str) -> set[UUID]:
        """Return those of the tickets on which an address is, and not merely as a stranger."""
        rows = self.rows.filter(ticket_id__in=ticket_ids, address=address, is_marked=False)
        return set(rows.values_list("ticket_id", flat=True))

    def unmark(self, ticket_id: UUID, addresses: Collection[str]) -> None:
        """Drop the mark of those whom an agent now writes to."""
        self.rows.filter(ticket_id=ticket_id, address__in=addresses, is_marked=True).update(
            is_marked=False
        )

    def remove(self, ticket_id: UUID, addresses: Collection[str]) -> int:
        """Take addresses off a ticket; return how many were on it."""
        deleted, _by_model = self.rows.filter(ticket_id=ticket_id, address__in=addresses).delete()
        return deleted
