"""Queries on providers' webhooks."""

from datetime import datetime
from uuid import UUID

from django.db import connections

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.modules.mail.models import Intake


class IntakeRepository(Repository[Intake]):
    """Addresses for providers' webhooks."""

    model = Intake

    def route(self, provider: str, token: str) -> tuple[UUID, UUID] | None:
        """Return (tenant, intake) of an address in use, whichever tenant; needs no scope."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "SELECT tenant_id, id FROM onque_route_intake(%s, %s)", [provider, token]
            )
            row = cursor.fetchone()
        return (row[0], row[1]) if row else None

    def all_in_order(self) -> list[Intake]:
        """Return the tenant's intakes in use with their brands."""
        rows = self.rows.select_related("brand").filter(removed_at__isnull=True)
        return list(rows.order_by("brand__name", "created_at", "id"))

    def note(self, intake_id: UUID, **fields: str | datetime | None) -> None:
        """Write what last happened at an intake."""
        self.rows.filter(pk=intake_id).update(**fields)
