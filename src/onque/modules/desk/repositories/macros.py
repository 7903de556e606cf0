"""Queries on prepared answers."""

from typing import Any
from uuid import UUID

from django.db.models import F, Q

from onque.kernel.repository import Repository
from onque.modules.desk.models import Macro


class MacroRepository(Repository[Macro]):
    """Prepared answers, one's own and shared ones."""

    model = Macro

    def seen_by(
        self, member_id: UUID | None, group_ids: frozenset[UUID], *, limit: int
    ) -> list[Macro]:
        """Return what a member may use, by folder and name."""
        mine = Q(audience="mine", owner_id=member_id)
        shared = Q(audience="all") | Q(audience="group", group_id__in=group_ids)
        return list(self.rows.filter(mine | shared).order_by("folder", "name", "id")[:limit])

    def shared(self, *, limit: int) -> list[Macro]:
        """Return everything that is shared with anybody, by folder and name."""
        rows = self.rows.exclude(audience="mine")
        return list(rows.order_by("folder", "name", "id")[:limit])

    def add_once(self, macro_id: UUID, **fields: Any) -> tuple[Macro, bool]:
        """Insert; the same id again returns the first and False."""
        return Macro.objects.get_or_create(id=macro_id, defaults=fields)

    def count_use(self, macro_id: UUID) -> None:
        """Count one message sent with it."""
        self.rows.filter(pk=macro_id).update(uses=F("uses") + 1)

    def remove(self, macro_id: UUID) -> None:
        """End a prepared answer."""
        self.rows.filter(pk=macro_id).delete()
