"""Dead letters: events a subscriber could not handle, with the reason, a retry and a way out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.errors import NotFound
from onque.kernel.events import deliver_later
from onque.kernel.models import Delivery
from onque.kernel.outbox import outbox

PAGE = 50


@dataclass(frozen=True)
class DeadLetter:
    """One event that one subscriber could not handle."""

    id: UUID
    event_name: str
    subscriber: str
    stream: str
    attempts: int
    error: str
    failed_at: datetime


def list_dead(*, before: datetime | None = None, limit: int = PAGE) -> list[DeadLetter]:
    """Return the tenant's dead letters, newest first; page with the last one's `failed_at`."""
    return [
        DeadLetter(
            id=row.id,
            event_name=row.event.name,
            subscriber=row.subscriber,
            stream=row.stream,
            attempts=row.attempts,
            error=row.error,
            failed_at=row.updated_at,
        )
        for row in outbox.dead(before=before, limit=limit)
    ]


@transaction.atomic
def retry(delivery_id: UUID) -> None:
    """Deliver a dead letter again, after the commit. Raises `NotFound`."""
    row = _lock(delivery_id)
    outbox.reopen(row.id, state=Delivery.State.PENDING, now=clock.now())
    deliver_later(row.stream, row.subscriber)


@transaction.atomic
def drop(delivery_id: UUID) -> None:
    """Give a dead letter up, so that its stream goes on. Raises `NotFound`."""
    row = _lock(delivery_id)
    outbox.reopen(row.id, state=Delivery.State.DROPPED, now=clock.now())
    deliver_later(row.stream, row.subscriber)


def _lock(delivery_id: UUID) -> Delivery:
    if (row := outbox.lock_dead(delivery_id)) is None:
        raise NotFound(kind="deadletter", id=delivery_id)
    return row
