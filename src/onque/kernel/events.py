"""The transactional outbox: publish in the change's own transaction, deliver after commit.

A published event is one row, and one delivery row for each subscriber. After the commit one task
message per queue asks a worker to drain the stream; the sweeper repeats what nobody delivered.
Each subscriber hears the events of a stream in order and at most once in effect: its writes and
its receipt commit together. This is the only code that talks to Celery.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from onque.kernel import clock
from onque.kernel.contract import Event
from onque.kernel.errors import Unavailable
from onque.kernel.outbox import Claimed, outbox
from onque.kernel.tenancy import current_alias, current_tenant, tenant_scope

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
SWEEP_AFTER_SECONDS = 30
SWEEP_PAUSE = timedelta(seconds=SWEEP_AFTER_SECONDS)
LONGEST_SWEEP_PAUSE = timedelta(minutes=5)
IO_LEASE_SECONDS = 60
KEEP_DAYS = 7
OUTAGE_HOURS = 48
OUTAGES = (Unavailable, OperationalError, InterfaceError)
QUEUES = ("default", "desk", "mail", "survey", "notifications")

E = TypeVar("E", bound=Event)
Handler = Callable[..., None]


@dataclass(frozen=True)
class Subscriber:
    """A function that reacts to one kind of event; `key` names it for ever."""

    key: str
    event: type[Event]
    handle: Handler
    queue: str
    io: bool
    begin: Callable[[Any], Any] | None = None


_subscribers: dict[str, Subscriber] = {}
_by_event: dict[str, list[Subscriber]] = defaultdict(list)
_delivering: ContextVar[UUID | None] = ContextVar("delivering_tenant", default=None)
_in_hand: "ContextVar[_InHand | None]" = ContextVar("delivery_in_hand", default=None)
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


def subscribe(
    event: type[E], *, io: bool = False, begin: Callable[[E], Any] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a subscriber.

    By default it runs in one transaction with its receipt. With `io` it runs with no transaction
    open, for slow calls to the outside: it must claim its own work, as it may run twice. What
    `begin` returns, called in the transaction that leases the event, is its second argument.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        module = function.__module__.removeprefix("onque.modules.").split(".")[0]
        key = f"{module}.{function.__name__}"
        queue = module if module in QUEUES else "default"
        subscriber = Subscriber(key, event, function, queue, io, begin)
        if key not in _subscribers:
            _by_event[event.name].append(subscriber)
        _subscribers[key] = subscriber
        return function

    return register


def subscribers_of(name: str) -> tuple[Subscriber, ...]:
    """Return who hears the event of that name."""
    return tuple(_by_event[name])


def all_subscribers() -> tuple[Subscriber, ...]:
    """Return every registered subscriber."""
    return tuple(_subscribers.values())


def delivering_tenant() -> UUID:
    """Return the tenant whose event is being delivered, for `io` subscribers."""
    if (tenant_id := _delivering.get()) is None:
        raise RuntimeError("No event is being delivered.")
    return tenant_id


@contextmanager
def quiet() -> Iterator[None]:
    """Publish nothing inside the block: for history that is invented, which nobody must hear of."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def publish(event: Event) -> None:
    """Store the event in the running transaction; workers hear of it after the commit.

    Needs an open tenant scope. When the broker is down the sweeper sends it later.
    """
    if _quiet.get():
        return
    tenant_id = current_tenant()
    heard_by = subscribers_of(event.name)
    now = clock.now()
    outbox.add(
        event,
        subscribers=[s.key for s in heard_by],
        now=now,
        sweep_at=now + timedelta(seconds=SWEEP_AFTER_SECONDS),
    )
    if heard_by:
        transaction.on_commit(
            lambda: _send(tenant_id, event.stream, heard_by), using=current_alias(), robust=True
        )


def deliver_later(stream: str, key: str) -> None:
    """Ask a worker, after the commit, to drain one stream for one subscriber."""
    tenant_id = current_tenant()
    if (subscriber := _subscribers.get(key)) is not None:
        transaction.on_commit(
            lambda: _send(tenant_id, stream, (subscriber,)), using=current_alias(), robust=True
        )


def _send(tenant_id: UUID, stream: str, heard_by: Iterable[Subscriber]) -> None:
    from onque.kernel.tasks import deliver

    by_queue: dict[str, list[str]] = defaultdict(list)
    for subscriber in heard_by:
        by_queue[subscriber.queue].append(subscriber.key)
    for queue, keys in by_queue.items():
        deliver.apply_async((tenant_id.hex, stream, keys), queue=queue, retry=False)


def deliver_stream(tenant_id: UUID, stream: str, key: str) -> int:
    """Hand a subscriber all it has not heard of one stream, in order; return how many.

    Stops at a failure, a dead letter, or an event that somebody else is handling. Safe to repeat.
    """
    subscriber = _subscribers.get(key)
    if subscriber is None:
        log.warning("event_subscriber_unknown", extra={"subscriber": key})
        return 0
    token = _delivering.set(tenant_id)
    try:
        step = _deliver_io if subscriber.io else _deliver_once
        count = 0
        while (more := step(tenant_id, stream, subscriber)) is not None:
            count += 1
            if not more:
                break
        return count
    finally:
        _delivering.reset(token)


def _deliver_once(tenant_id: UUID, stream: str, subscriber: Subscriber) -> bool | None:
    """Handle the next event and write its receipt, in one transaction.

    Tells whether there is more; None when none was handled.
    """
    claimed: Claimed | None = None
    try:
        with tenant_scope(tenant_id):
            claimed = outbox.claim(subscriber.key, stream, now=clock.now())
            if claimed is None:
                return None
            subscriber.handle(subscriber.event.load(claimed.payload))
            return outbox.finish(claimed.id, subscriber.key, stream, now=clock.now())
    except Exception as error:
        if claimed is None:
            raise
        # also what only the commit refused, such as a deferred foreign key
        _record(tenant_id, claimed, subscriber, error)
        return None


@dataclass
class _InHand:
    """The delivery that an `io` subscriber is handling; `more` is set by its receipt."""

    claimed: Claimed
    subscriber: str
    stream: str
    more: bool | None = None


def write_receipt() -> None:
    """Write the receipt of the event being handled in the open transaction.

    For `io` subscribers whose work ends in one transaction: both commit together, and none of its
    own is needed. Does nothing outside a delivery; twice is once.
    """
    hand = _in_hand.get()
    if hand is not None:
        hand.more = outbox.finish(hand.claimed.id, hand.subscriber, hand.stream, now=clock.now())


def _deliver_io(tenant_id: UUID, stream: str, subscriber: Subscriber) -> bool | None:
    """Lease the next event, handle it with no transaction open, then write its receipt.

    The lease need not survive a crash of the database: the event is then simply tried again.
    """
    claimed: Claimed | None = None
    token: Token[_InHand | None] | None = None
    try:
        with tenant_scope(tenant_id, durable=False):
            now = clock.now()
            until = now + timedelta(seconds=IO_LEASE_SECONDS)
            claimed = outbox.claim(subscriber.key, stream, now=now, until=until)
            if claimed is None:
                return None
            event = subscriber.event.load(claimed.payload)
            begun = (subscriber.begin(event),) if subscriber.begin else ()
        hand = _InHand(claimed, subscriber.key, stream)
        token = _in_hand.set(hand)
        subscriber.handle(event, *begun)
    except Exception as error:
        if claimed is None:
            raise
        _record(tenant_id, claimed, subscriber, error)
        return None
    finally:
        if token is not None:
            _in_hand.reset(token)
    if hand.more is None:
        with tenant_scope(tenant_id):
            hand.more = outbox.finish(claimed.id, subscriber.key, stream, now=clock.now())
    return hand.more


def _record(tenant_id: UUID, delivery: Claimed, subscriber: Subscriber, error: Exception) -> None:
    """Put a failed try on record in a transaction of its own.

    A store that does not answer is nobody's fault here: such an event is tried for `OUTAGE_HOURS`
    before it is dead, so that an outage leaves no pile of dead letters.
    """
    attempts, now = delivery.attempts + 1, clock.now()
    outage = isinstance(error, OUTAGES)
    patience = timedelta(hours=OUTAGE_HOURS) if outage else timedelta()
    dead = attempts >= MAX_ATTEMPTS and now - delivery.published_at >= patience
    log.error(
        "event_delivery_failed",
        exc_info=error,
        extra={"subscriber": subscriber.key, "attempts": attempts},
    )
    pause = min(2 ** min(attempts, 10), 60 if outage else 600)
    with tenant_scope(tenant_id):
        outbox.fail(
            delivery.id,
            attempts=attempts,
            error=f"{type(error).__name__}: {error}",
            dead=dead,
            next_try_at=now + timedelta(seconds=pause),
            now=now,
        )


def sweep(limit: int = 500) -> int:
    """Send again what is due and undelivered, across tenants; return how many streams.

    What waits in a long queue is sent again ever more rarely, not by every sweep, and what is
    parked behind a dead letter makes room for others. Called by the schedule every few
    seconds; safe to repeat and to run twice at once.
    """
    due = outbox.due(now=clock.now(), limit=limit)
    by_tenant: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for tenant_id, stream, key in due:
        by_tenant[tenant_id].append((stream, key))
    for tenant_id, waiting in by_tenant.items():
        for stream, key in waiting:
            if (subscriber := _subscribers.get(key)) is not None:
                _send(tenant_id, stream, (subscriber,))
        with tenant_scope(tenant_id):
            outbox.announced(waiting, now=clock.now(), pause=SWEEP_PAUSE, most=LONGEST_SWEEP_PAUSE)
    return len(due)


def purge(*, batch: int = 1000) -> int:
    """Delete the tenant's events that everybody heard more than `KEEP_DAYS` ago; return how many.

    One batch a call, in the open scope; the schedule calls it for each tenant in turn.
    """
    return outbox.purge(before=clock.now() - timedelta(days=KEEP_DAYS), limit=batch)
