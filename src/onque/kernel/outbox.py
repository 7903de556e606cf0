"""The queries of the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef

from onque.kernel.contract import Event
from onque.kernel.ids import new_id
from onque.kernel.models import Delivery, OutboxEvent
from onque.kernel.replica import PRIMARY
from onque.kernel.tenancy import current_tenant

OPEN = (Delivery.State.PENDING, Delivery.State.DEAD)


class OutboxRepository:
    """Reads and writes events, deliveries and streams."""

    def add(
        self, event: Event, *, subscribers: Sequence[str], now: datetime, sweep_at: datetime
    ) -> None:
        """Store an event with the next number of its stream and one delivery per subscriber."""
        row = OutboxEvent.objects.create(
            stream=event.stream,
            seq=self._next_seq(event.stream),
            name=event.name,
            payload=event.dump(),
            published_at=now,
        )
        Delivery.objects.bulk_create(
            Delivery(
                event=row,
                subscriber=key,
                stream=row.stream,
                seq=row.seq,
                next_try_at=sweep_at,
                updated_at=now,
            )
            for key in subscribers
        )

    def _next_seq(self, stream: str) -> int:
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_stream AS s (tenant_id, id, key, last_seq)"
                " VALUES (%s, %s, %s, 1) ON CONFLICT (tenant_id, key)"
                " DO UPDATE SET last_seq = s.last_seq + 1 RETURNING last_seq",
                [current_tenant(), new_id(), stream],
            )
            return int(cursor.fetchone()[0])

    def claim_lowest(self, subscriber: str, stream: str, *, now: datetime) -> Delivery | None:
        """Return the next event this subscriber must hear, or None if none may be handled now.

        Takes an advisory lock on (tenant, subscriber, stream) until the transaction ends, so that
        two workers never handle one stream for one subscriber at once.
        """
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"{current_tenant().hex}:{subscriber}:{stream}"],
            )
        lowest = (
            Delivery.objects.select_related("event")
            .filter(subscriber=subscriber, stream=stream, state__in=OPEN)
            .order_by("seq")
            .first()
        )
        if lowest is None or lowest.state == Delivery.State.DEAD:
            return None
        if lowest.attempts and lowest.next_try_at > now:
            return None
        return lowest

    def lease(self, delivery_id: UUID, attempts: int, *, until: datetime) -> None:
        """Mark a delivery as being handled until a moment."""
        Delivery.objects.filter(pk=delivery_id).update(attempts=attempts, next_try_at=until)

    def finish(self, delivery_id: UUID, *, now: datetime) -> None:
        """Write the receipt."""
        Delivery.objects.filter(pk=delivery_id).update(
            state=Delivery.State.DONE, error="", updated_at=now
        )

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
