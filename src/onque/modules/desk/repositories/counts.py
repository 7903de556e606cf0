"""Counts that stay cheap: each stops at its cap, all in one statement."""

from collections.abc import Mapping
from typing import Any

from django.db import connections

from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.desk.repositories.conditions import Condition


class CountRepository:
    """Capped counts of views, brands and due groups."""

    def capped(self, wanted: Mapping[str, Condition], *, cap: int) -> dict[str, int]:
        """Return for each key how many tickets meet its condition, at most `cap`."""
        if not wanted:
            return {}
        parts: list[str] = []
        parameters: list[Any] = []
        for condition in wanted.values():
            parts.append(
                "(SELECT count(*) FROM (SELECT 1 FROM desk_ticket t"  # noqa: S608 - conditions are ours
                f" WHERE t.tenant_id = %s AND {condition.sql} LIMIT %s) c)"
            )
            parameters += [current_tenant(), *condition.values, cap]
        with connections[current_alias()].cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(parts), parameters)
            row = cursor.fetchone()
        return {key: int(value) for key, value in zip(wanted, row, strict=True)}
