"""Queries on saved views."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from onque.kernel.repository import Repository
from onque.kernel.tenancy import current_tenant
from onque.modules.desk.models import SavedView

if TYPE_CHECKING:
    from datetime import datetime

MOST = 60
FIELDS = (
    "id",
    "owner_id",
    "name",
    "audience",
    "group_id",
    "narrowing",
    "order",
    "columns",
    "version",
)


class SavedViewRepository(Repository[SavedView]):
    """Views by who may see them."""

    model = SavedView
    FIELDS = FIELDS

    def find_seen(
        self, view_id: UUID, *, member_id: UUID | None, group_ids: Collection[UUID]
    ) -> SavedView | None:
        """Return a view that is the member's, a group's of theirs or everybody's; also deleted."""
        theirs = Q(owner_id=member_id) | Q(audience="all")
        theirs |= Q(audience="group", group_id__in=group_ids)
        return self.rows.filter(theirs, pk=view_id).first()

    def count_of(self, member_id: UUID) -> int:
        """Return how many views a member owns."""
        return self.rows.filter(owner_id=member_id, deleted_at=None).count()

    def purge_deleted(self, before: "datetime") -> int:
        """Delete for good what was deleted before a moment; return how many."""
        count, _kinds = self.rows.filter(deleted_at__lt=before).delete()
        return count


def seen(member_id: UUID | None, group_ids: Collection[UUID]) -> tuple[str, list[Any]]:
    """Return SQL of a JSON array of the views a member sees, by name: part of another statement."""
    pairs = ", ".join(f"'{name}', v.\"{name}\"" for name in FIELDS)
    sql = (
        f"(SELECT COALESCE(json_agg(json_build_object({pairs}) ORDER BY v.name, v.id), '[]')"  # noqa: S608 - our own names
        " FROM (SELECT * FROM desk_savedview s WHERE s.tenant_id = %s AND s.deleted_at IS NULL"
        " AND (s.owner_id = %s OR s.audience = 'all'"
        " OR (s.audience = 'group' AND s.group_id = ANY(%s::uuid[])))"
        f" ORDER BY s.name, s.id LIMIT {MOST}) v)"
    )
    return sql, [current_tenant(), member_id, list(group_ids)]
