"""Queries on acts on many tickets."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connections

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.kernel.tenancy import current_tenant
from onque.modules.desk.models import BulkChunk, BulkRun
from onque.modules.desk.repositories.conditions import Condition


class BulkRunRepository(Repository[BulkRun]):
    """Acts on many tickets."""

    model = BulkRun

    def find_by_key(self, request_key: UUID) -> BulkRun | None:
        """Return the act that a key stands for."""
        return self.rows.filter(request_key=request_key).first()

    def due(self, *, before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, act) of all tenants' acts that stand still since a moment."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT tenant_id, id FROM onque_due_bulk(%s, %s)", [before, limit])
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def matching(self, condition: Condition, *, limit: int) -> list[UUID]:
        """Return the ids of the tickets that meet a condition, in the order of ids."""
        statement = (
            f"SELECT t.id FROM desk_ticket t WHERE t.tenant_id = %s AND {condition.sql}"  # noqa: S608 - conditions are ours
            " ORDER BY t.id LIMIT %s"
        )
        rows = self.tuples(statement, [current_tenant(), *condition.values, limit])
        return [row[0] for row in rows]

    def numbered(self, numbers: Collection[int]) -> list[UUID]:
        """Return the ids of the tickets with some numbers, in the order of ids."""
        statement = (
            "SELECT t.id FROM desk_ticket t WHERE t.tenant_id = %s"
            " AND t.number = ANY(%s::bigint[]) ORDER BY t.id"
        )
        return [row[0] for row in self.tuples(statement, [current_tenant(), list(numbers)])]


class BulkChunkRepository(Repository[BulkChunk]):
    """The chunks of such acts."""

    model = BulkChunk

    def add_all(self, run_id: UUID, targets: Sequence[str], *, size: int) -> None:
        """Store the targets in chunks, in order."""
        starts = range(0, len(targets), size)
        BulkChunk.objects.bulk_create(
            (
                BulkChunk(run_id=run_id, position=at, targets=list(targets[start : start + size]))
                for at, start in enumerate(starts)
            ),
            batch_size=500,
        )

    def find_at(self, run_id: UUID, position: int) -> BulkChunk | None:
        """Return one chunk."""
        return self.rows.filter(run_id=run_id, position=position).first()

    def with_skips(self, run_id: UUID, *, limit: int) -> list[BulkChunk]:
        """Return the first chunks that skipped something."""
        rows = self.rows.filter(run_id=run_id, ended_at__isnull=False).exclude(skipped=[])
        return list(rows.order_by("position")[:limit])

    def operations_of(self, run_id: UUID) -> list[str]:
        """Return what takes an act back, the last first."""
        rows = self.rows.filter(run_id=run_id, ended_at__isnull=False).order_by("-position")
        return [one for found in rows.values_list("operations", flat=True) for one in found[::-1]]
