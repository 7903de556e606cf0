"""Queries of the audit trail: added and read, never changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from onque.kernel.repository import Repository
from onque.modules.identity.models import AuditEntry

LOOKED_AT = 20_000
"""So many entries a narrowed page looks at, so that a rare match costs a bounded time."""
Position = tuple[datetime, UUID]


@dataclass(frozen=True)
class Narrowing:
    """Which entries are meant; None and "" mean all."""

    actor_id: UUID | None = None
    object_kind: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether an entry must be looked at to know if it is meant."""
        return self.actor_id is not None or bool(self.object_kind)


class AuditRepository(Repository[AuditEntry]):
    """Recorded changes."""

    model = AuditEntry

    def of_object(self, kind: str, object_id: UUID, *, limit: int) -> list[AuditEntry]:
        """Return the newest entries of one object, newest first."""
        found = self.rows.filter(object_kind=kind, object_id=object_id)
        return list(found.order_by("-at", "-pk")[:limit])

    def page(
        self, narrowing: Narrowing, *, after: Position | None, limit: int
    ) -> tuple[list[AuditEntry], Position | None]:
        """Return up to `limit` entries after a position, the newest first, and where to go on.

        It looks at `LOOKED_AT` entries at most: a page may hold few, and yet have a next one.
        """
        looked_at = self._after(narrowing, after).order_by("-at", "-pk")
        if not narrowing.is_narrow:
            found = list(looked_at[: limit + 1])
            more = len(found) > limit
            return found[:limit], _position(found[limit - 1]) if more else None
        some = looked_at.values("pk")[:LOOKED_AT]
        rows = self.rows.filter(pk__in=some)
        if narrowing.actor_id is not None:
            rows = rows.filter(actor_id=narrowing.actor_id)
        if narrowing.object_kind:
            rows = rows.filter(object_kind=narrowing.object_kind)
        found = list(rows.order_by("-at", "-pk")[: limit + 1])
        if len(found) > limit:
            return found[:limit], _position(found[limit - 1])
        last = looked_at[LOOKED_AT - 1 : LOOKED_AT].first()
        return found, _position(last) if last else None

    def _after(self, narrowing: Narrowing, after: Position | None) -> QuerySet[AuditEntry]:
        rows = self.rows
        if narrowing.since is not None:
            rows = rows.filter(at__gte=narrowing.since)
        if narrowing.until is not None:
            rows = rows.filter(at__lt=narrowing.until)
        if after is not None:
            at, last = after
            rows = rows.filter(Q(at__lt=at) | Q(pk__lt=last), at__lte=at)
        return rows


def _position(row: AuditEntry) -> Position:
    return row.at, row.pk


audit = AuditRepository()
