"""Queries on customers who want no more surveys."""

from datetime import datetime
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.survey.models import Optout


class OptoutRepository(Repository[Optout]):
    """Who is not asked any more."""

    model = Optout

    def note(self, customer_id: UUID, *, now: datetime) -> None:
        """Note it once."""
        Optout.objects.bulk_create(
            [Optout(customer_id=customer_id, asked_at=now)], ignore_conflicts=True
        )

    def has(self, customer_id: UUID) -> bool:
        """Tell whether a customer wants none."""
        return self.rows.filter(customer_id=customer_id).exists()
