"""Queries on automatic mail: counts and stops."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F, Q

from onque.kernel.ids import new_id
from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.kernel.tenancy import current_tenant
from onque.modules.mail.models import AutoCount, Stop

_ADD = """
INSERT INTO mail_autocount AS c (tenant_id, id, key, window_at, count)
SELECT %s, unnest(%s::uuid[]), unnest(%s::text[]), %s, 1
ON CONFLICT (tenant_id, key, window_at) DO UPDATE SET count = c.count + 1
"""
_SUM = """
SELECT key, coalesce(sum(count) FILTER (WHERE window_at > %s), 0), sum(count)
FROM mail_autocount WHERE tenant_id = %s AND key = ANY(%s) AND window_at > %s GROUP BY key
"""


class CountRepository(Repository[AutoCount]):
    """Counts in windows of ten minutes."""

    model = AutoCount

    def count(self, keys: Sequence[str], *, window_at: datetime) -> None:
        """Count one mail for each key; rows are locked in the order given."""
        ids = [new_id() for _key in keys]
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(_ADD, [current_tenant(), ids, list(keys), window_at])

    def sums(self, keys: Sequence[str], *, now: datetime) -> dict[str, tuple[int, int]]:
        """Return what each key had in the last hour and the last day, in one query."""
        hour, day = now - timedelta(hours=1), now - timedelta(days=1)
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(_SUM, [hour, current_tenant(), list(keys), day])
            return {key: (int(an_hour), int(a_day)) for key, an_hour, a_day in cursor.fetchall()}

    def forget(self, key: str) -> None:
        """Let a key begin anew."""
        self.rows.filter(key=key).delete()

    def forget_before(self, moment: datetime) -> int:
        """Drop windows that nothing asks for any more; return how many."""
        deleted, _by_model = self.rows.filter(window_at__lt=moment).delete()
        return deleted


class StopRepository(Repository[Stop]):
    """Stops, open and resumed."""

    model = Stop

    def hold(self, keys: Sequence[str], *, now: datetime) -> bool:
        """Count a held mail at the open stops of some keys; tell whether there are any."""
        rows = self.rows.filter(key__in=keys, resumed_at__isnull=True)
        return bool(rows.update(held=F("held") + 1, last_held_at=now))

    def open_once(self, *, key: str, **fields: Any) -> tuple[Stop, bool]:
        """Stop a key; an open stop is returned as it is."""
        return Stop.objects.get_or_create(key=key, resumed_at=None, defaults=fields)

    def latest(self, *, limit: int) -> list[Stop]:
        """Return the open stops, then those that were resumed lately."""
        return list(
            self.rows.order_by(F("resumed_at").desc(nulls_first=True), "-stopped_at")[:limit]
        )

    def open(self) -> list[Stop]:
        """Return the open stops, oldest first."""
        return list(self.rows.filter(resumed_at__isnull=True).order_by("stopped_at")[:1000])

    def count_open(self) -> int:
        """Return how many are open."""
        return self.rows.filter(Q(resumed_at__isnull=True)).count()

    def find_open(self, key: str) -> UUID | None:
        """Return the open stop of a key."""
        return (
            self.rows.filter(key=key, resumed_at__isnull=True).values_list("pk", flat=True).first()
        )
