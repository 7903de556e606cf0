"""Queries on acts that can be undone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.desk.models import Operation


class OperationRepository(Repository[Operation]):
    """Acts of members with what takes them back."""

    model = Operation

    def of_ticket(self, ticket_id: UUID, *, limit: int) -> list[Operation]:
        """Return the newest acts on a ticket without their steps, newest first."""
        rows = self.rows.filter(ticket_id=ticket_id).defer("steps")
        return list(rows.order_by("-done_at", "-id")[:limit])

    def latest_to(self, ticket_id: UUID, *, act: str, field: str, value: str) -> Operation | None:
        """Return the last act of a kind not undone yet that gave a ticket's field a value."""
        rows = self.rows.filter(ticket_id=ticket_id, act=act, undone_at__isnull=True)
        for row in rows.order_by("-done_at", "-id")[:5]:
            steps: list[dict[str, Any]] = row.steps
            if any(step.get("after", {}).get(field) == value for step in steps):
                return row
        return None

    def close(self, operation: Operation, *, by: str, now: datetime) -> None:
        """Note on a locked operation that it was taken back."""
        operation.undone_at, operation.undone_by = now, by[:200]
        self.save(operation, "undone_at", "undone_by")
