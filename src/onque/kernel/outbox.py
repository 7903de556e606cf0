"""The queries of the outbox."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef
from psycopg.types.json import Jsonb

from onque.kernel.contract import Event
from onque.kernel.ids import new_id
from onque.kernel.models import Delivery, OutboxEvent
from onque.kernel.replica import PRIMARY
from onque.kernel.tenancy import current_tenant

OPEN = (Delivery.State.PENDING, Delivery.State.DEAD)


@dataclass(frozen=True)
class Claimed:
    """A delivery in hand: its event, and how often it was tried before."""

    id: UUID
    attempts: int
    payload: dict[str, Any]
    published_at: datetime


class OutboxRepository:
    """Reads and writes events, deliveries and streams."""

    def add(
        self, event: Event, *, subscribers: Sequence[str], now: datetime, sweep_at: datetime
    ) -> None:
        """Store an event with the next number of its stream and one delivery per subscriber."""
        keys = list(subscribers)
        self._call(
            "SELECT outbox_publish(%s, %s, %s, %s, %s, %s::text[], %s::uuid[], %s, %s)",
            new_id(),
            event.stream,
            new_id(),
            event.name,
            Jsonb(event.dump()),
            keys,
            [new_id() for _key in keys],
            now,
            sweep_at,
        )

    def claim(
        self, subscriber: str, stream: str, *, now: datetime, until: datetime | None = None
    ) -> Claimed | None:
        """Return the next event this subscriber must hear, or None if none may be handled now.

        Takes an advisory lock on (tenant, subscriber, stream) until the transaction ends, so that
        two workers never handle one stream for one subscriber at once. With `until` it is leased:
        counted as tried, and refused to others until then.
        """
        row = self._call(
            "SELECT * FROM outbox_claim(%s, %s, %s, %s)", subscriber, stream, now, until
        )
        if row is None:
            return None
        payload = json.loads(row[2]) if isinstance(row[2], str) else row[2]
        return Claimed(row[0], row[1], payload, row[3])

    def finish(self, delivery_id: UUID, subscriber: str, stream: str, *, now: datetime) -> bool:
        """Write the receipt; tell whether the stream holds more for this subscriber.

        Takes the same lock as `claim`: whoever publishes more meanwhile finds either this receipt
        or a subscriber that goes on.
        """
        row = self._call(
            "SELECT outbox_finish(%s, %s, %s, %s)", delivery_id, subscriber, stream, now
        )
        return bool(row and row[0])

    def _call(self, statement: str, *parameters: Any) -> "tuple[Any, ...] | None":
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone()  # type: ignore[no-any-return]  # a row of the driver

    def fail(
        self,
        delivery_id: UUID,
        *,
        attempts: int,
        error: str,
        dead: bool,
        next_try_at: datetime,
        now: datetime,
    ) -> None:
        """Record a failed try; a dead one parks the stream for this subscriber."""
        Delivery.objects.filter(pk=delivery_id).update(
            attempts=attempts,
            error=error[:4000],
            state=Delivery.State.DEAD if dead else Delivery.State.PENDING,
            next_try_at=next_try_at,
            updated_at=now,
        )

    def due(self, *, now: datetime, limit: int) -> list[tuple[UUID, str, str]]:
        """Return (tenant, stream, subscriber) of overdue deliveries of all tenants."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "SELECT tenant_id, stream, subscriber FROM onque_due_deliveries(%s, %s)",
                [now, limit],
            )
            return [(row[0], row[1], row[2]) for row in cursor.fetchall()]

    def announced(
        self,
        waiting: Sequence[tuple[str, str]],
        *,
        now: datetime,
        pause: timedelta,
        most: timedelta,
    ) -> None:
        """Note that workers were told of (stream, subscriber) pairs: due again after a pause.

        The pause is as long as the event has waited, within `pause` and `most`, so that a long
        queue holds few copies. Only what was never tried: its moment refuses no worker.
        """
        told = [list(column) for column in zip(*waiting, strict=True)]
        parameters: list[Any] = [now, now, pause, most, *told, current_tenant(), now]
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "UPDATE kernel_delivery d"
                " SET next_try_at = %s + least(greatest(%s - d.updated_at, %s), %s)"
                " FROM unnest(%s::text[], %s::text[]) AS told (stream, subscriber)"
                " WHERE d.tenant_id = %s AND d.stream = told.stream"
                " AND d.subscriber = told.subscriber"
                " AND d.state = 'pending' AND d.attempts = 0 AND d.next_try_at <= %s",
                parameters,
            )

    def purge(self, *, before: datetime, limit: int) -> int:
        """Delete up to `limit` events published before a moment that everybody has heard."""
        open_ones = Delivery.objects.filter(event_id=OuterRef("pk"), state__in=OPEN)
        heard = OutboxEvent.objects.filter(~Exists(open_ones), published_at__lt=before)
        ids = list(heard.order_by("published_at").values_list("pk", flat=True)[:limit])
        Delivery.objects.filter(event_id__in=ids).delete()
        OutboxEvent.objects.filter(pk__in=ids).delete()
        return len(ids)

    def dead(self, *, before: datetime | None, limit: int) -> list[Delivery]:
        """Return dead deliveries of the tenant, newest first, older than `before`."""
        rows = Delivery.objects.select_related("event").filter(state=Delivery.State.DEAD)
        if before is not None:
            rows = rows.filter(updated_at__lt=before)
        return list(rows.order_by("-updated_at")[:limit])

    def lock_dead(self, delivery_id: UUID) -> Delivery | None:
        """Return one dead delivery locked, or None."""
        return (
            Delivery.objects.select_for_update()
            .filter(pk=delivery_id, state=Delivery.State.DEAD)
            .first()
        )

    def reopen(self, delivery_id: UUID, *, state: str, now: datetime) -> None:
        """Put a dead delivery back to pending, or drop it."""
        Delivery.objects.filter(pk=delivery_id).update(
            state=state, attempts=0, next_try_at=now, updated_at=now
        )


outbox = OutboxRepository()
