"""Counts that stay cheap: each stops at its cap, all in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.desk.repositories.listing import Reach


class CountRepository:
    """Capped counts of views, brands and due groups."""

    def capped(
        self, wanted: Sequence[tuple[str, str, Sequence[object]]], *, cap: int
    ) -> dict[str, int]:
        """Return for each (key, condition, parameters) how many tickets match, at most `cap`.

        One statement; every condition begins with the tenant so that it walks an index.
        """
        if not wanted:
            return {}
        parts: list[str] = []
        parameters: list[Any] = []
        for _key, condition, values in wanted:
            parts.append(
                "(SELECT count(*) FROM (SELECT 1 FROM desk_ticket t"  # noqa: S608 - conditions are ours
                f" WHERE t.tenant_id = %s AND {condition} LIMIT %s) c)"
            )
            parameters += [current_tenant(), *values, cap]
        with connections[current_alias()].cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(parts), parameters)
            row = cursor.fetchone()
        return {key: int(value) for (key, _c, _p), value in zip(wanted, row, strict=True)}

    def reach(self, reach: Reach) -> tuple[str, list[object]]:
        """Return the SQL of `Reach.condition`."""
        if reach.sees_all:
            return "TRUE", []
        return (
            "(t.assignee_id = %s OR t.group_id = ANY(%s)"
            " OR (t.assignee_id IS NULL AND t.group_id IS NULL))",
            [reach.member_id, list(reach.group_ids)],
        )

    def mentions(self, member_id: UUID | None) -> tuple[str, list[object]]:
        """Return the condition of the view "mentions"."""
        return (
            "t.shelf = 'active' AND t.id IN (SELECT m.ticket_id FROM desk_mention m"
            " WHERE m.tenant_id = t.tenant_id AND m.member_id = %s)",
            [member_id],
        )

    def due_between(self, start: datetime | None, end: datetime | None) -> tuple[str, list[object]]:
        """Return the condition of active tickets whose `sort_at` lies in [start, end)."""
        parts, values = ["t.shelf = 'active'"], list[object]()
        if start is not None:
            parts.append("t.sort_at >= %s")
            values.append(start)
        if end is not None:
            parts.append("t.sort_at < %s")
            values.append(end)
        return " AND ".join(parts), values
