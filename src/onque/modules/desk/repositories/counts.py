"""Counts that stay cheap: each stops at its cap, all in one statement."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connections

from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.desk.repositories.conditions import Condition
from onque.modules.desk.repositories.saved_views import seen
from onque.modules.desk.repositories.walks import Walk


class CountRepository:
    """Capped counts of views, brands and due groups."""

    def capped(
        self,
        wanted: Mapping[str, Condition],
        *,
        cap: int,
        member_id: UUID | None,
        group_ids: Collection[UUID],
    ) -> tuple[dict[str, int], list[dict[str, Any]]]:
        """Return for each key how many tickets meet its condition, at most `cap`.

        And, in the same statement, the rows of the saved views that a member sees.
        """
        parts: list[str] = []
        parameters: list[Any] = []
        for condition in wanted.values():
            parts.append(
                "(SELECT count(*) FROM (SELECT 1 FROM desk_ticket t"  # noqa: S608 - conditions are ours
                f" WHERE t.tenant_id = %s AND {condition.sql} LIMIT %s) c)"
            )
            parameters += [current_tenant(), *condition.values, cap]
        views, more = seen(member_id, group_ids)
        row = _row([*parts, views], [*parameters, *more])
        return {key: int(value) for key, value in zip(wanted, row, strict=False)}, row[-1]

    def walked(self, walks: Mapping[str, Walk]) -> dict[str, tuple[int, int]]:
        """Return for each key how many tickets its walk finds, and how many it looked at."""
        if not walks:
            return {}
        parts = [walk.counted() for walk in walks.values()]
        row = _row([sql for sql, _ in parts], [value for _, more in parts for value in more])
        return {key: (found[0], found[1]) for key, found in zip(walks, row, strict=True)}


def _row(parts: Sequence[str], parameters: Sequence[Any]) -> Sequence[Any]:
    with connections[current_alias()].cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), parameters)
        return tuple(cursor.fetchone())
