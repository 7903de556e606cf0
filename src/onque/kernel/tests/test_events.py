"""Delivery: in order, at least once sent, at most once in effect; failures are kept."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from onque.kernel import clock, deadletters, events
from onque.kernel.contract import Event
from onque.kernel.errors import NotFound, Unavailable
from onque.kernel.models import Delivery, OutboxEvent, Stream
from onque.kernel.outbox import outbox
from onque.kernel.tenancy import NoTenantError, tenant_scope

pytestmark = pytest.mark.usefixtures("committed")


@dataclass(frozen=True)
class KettleBoiled(Event):
    name: ClassVar[str] = "test.kettle_boiled"
    kettle: str
    cups: int = 1
    guests: tuple[UUID, ...] = ()

    @property
    def stream(self) -> str:
        return f"kettle:{self.kettle}"


heard: list[int] = []
broken: list[int] = []


@events.subscribe(KettleBoiled)
def pour(event: KettleBoiled) -> None:
    Stream.objects.create(key=f"poured:{event.kettle}:{event.cups}")
    if event.cups in broken:
        raise ValueError("the pot is cracked")
    heard.append(event.cups)


@events.subscribe(KettleBoiled, io=True)
def whistle(event: KettleBoiled) -> None:
    assert events.delivering_tenant()
    if event.cups in broken:
        raise OSError("no breath")


POUR = next(s.key for s in events.all_subscribers() if s.handle is pour)
WHISTLE = next(s.key for s in events.all_subscribers() if s.handle is whistle)


@pytest.fixture(autouse=True)
def _clean(monkeypatch):
    heard.clear()
    broken.clear()
    monkeypatch.setattr(events, "_send", lambda *_args: None)


def boil(tenant, *cups):
    with tenant_scope(tenant):
        for count in cups:
            events.publish(KettleBoiled(kettle="a", cups=count))


def states(tenant, key):
    with tenant_scope(tenant):
        rows = Delivery.objects.filter(subscriber=key).order_by("seq")
        return [(row.state, row.attempts) for row in rows]


def test_events_survive_json():
    guest = uuid4()
    event = KettleBoiled(kettle="a", guests=(guest,))
    assert KettleBoiled.load({**event.dump(), "from_the_future": 1}) == event


def test_delivery_is_in_order_and_once():
    tenant = uuid4()
    boil(tenant, 1, 2, 3)
    assert events.deliver_stream(tenant, "kettle:a", POUR) == 3
    assert events.deliver_stream(tenant, "kettle:a", POUR) == 0
    assert heard == [1, 2, 3]
    assert states(tenant, POUR) == [("done", 0)] * 3


def publish_and_fail(tenant):
    with tenant_scope(tenant):
        events.publish(KettleBoiled(kettle="a"))
        raise ValueError("no")


def test_a_rolled_back_change_publishes_nothing():
    tenant = uuid4()
    with pytest.raises(ValueError, match="no"):
        publish_and_fail(tenant)
    with tenant_scope(tenant):
        assert not OutboxEvent.objects.exists()


def test_publishing_needs_a_tenant():
    with pytest.raises(NoTenantError):
        events.publish(KettleBoiled(kettle="a"))


def test_a_failure_undoes_the_subscribers_writes_and_stops_the_stream():
    tenant = uuid4()
    boil(tenant, 1, 2)
    broken.append(1)
    assert events.deliver_stream(tenant, "kettle:a", POUR) == 0
    assert heard == []
    with tenant_scope(tenant):
        assert not Stream.objects.filter(key__startswith="poured").exists()
        failed = Delivery.objects.get(subscriber=POUR, seq=1)
    assert failed.attempts == 1
    assert "the pot is cracked" in failed.error


@pytest.mark.parametrize("key", ["pour", "whistle"])
def test_after_the_last_try_it_is_a_dead_letter_that_can_be_retried(key):
    tenant = uuid4()
    name = POUR if key == "pour" else WHISTLE
    boil(tenant, 1, 2)
    broken.append(1)
    moment = clock.now()
    for _ in range(events.MAX_ATTEMPTS):
        moment += timedelta(hours=1)
        with clock.frozen(moment):
            events.deliver_stream(tenant, "kettle:a", name)
    assert states(tenant, name)[0] == ("dead", events.MAX_ATTEMPTS)
    with tenant_scope(tenant):
        letter = next(d for d in deadletters.list_dead() if d.subscriber == name)
        assert letter.event_name == "test.kettle_boiled"
        assert letter.error
    broken.clear()
    assert events.deliver_stream(tenant, "kettle:a", name) == 0  # parked
    with tenant_scope(tenant):
        deadletters.retry(letter.id)
    assert events.deliver_stream(tenant, "kettle:a", name) == 2


def test_a_dropped_letter_lets_the_stream_go_on():
    tenant = uuid4()
    boil(tenant, 1, 2)
    with tenant_scope(tenant):
        Delivery.objects.filter(subscriber=POUR, seq=1).update(state="dead")
        letter = deadletters.list_dead()[0]
        deadletters.drop(letter.id)
        with pytest.raises(NotFound):
            deadletters.drop(letter.id)
    assert events.deliver_stream(tenant, "kettle:a", POUR) == 1
    assert heard == [2]


def test_another_tenants_dead_letter_cannot_be_touched():
    tenant = uuid4()
    boil(tenant, 1)
    with tenant_scope(tenant):
        Delivery.objects.filter(subscriber=POUR).update(state="dead")
        letter = deadletters.list_dead()[0]
    with tenant_scope(uuid4()), pytest.raises(NotFound):
        deadletters.retry(letter.id)


def test_the_sweeper_finds_what_nobody_delivered_across_tenants():
    first, second = uuid4(), uuid4()
    boil(first, 1)
    boil(second, 1)
    assert outbox.due(now=clock.now(), limit=10) == []
    later = clock.now() + timedelta(seconds=events.SWEEP_AFTER_SECONDS + 1)
    due = outbox.due(now=later, limit=10)
    assert {row[0] for row in due} == {first, second}
    with clock.frozen(later):
        assert events.sweep() == 4
        assert events.sweep() == 0  # they may still wait in a long queue
    with clock.frozen(later + timedelta(seconds=events.SWEEP_AFTER_SECONDS + 2)):
        assert events.sweep() == 4
    with clock.frozen(later + timedelta(seconds=2 * events.SWEEP_AFTER_SECONDS)):
        assert events.sweep() == 0  # the second pause is twice as long


def test_what_failed_is_announced_by_every_sweep_and_tried_when_due():
    tenant = uuid4()
    boil(tenant, 1)
    with tenant_scope(tenant):
        assert outbox.claim(WHISTLE, "kettle:a", now=clock.now(), until=clock.now())
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        assert events.sweep() == events.sweep() == 1
        assert events.deliver_stream(tenant, "kettle:a", WHISTLE) == 1


def test_a_killed_io_worker_is_repeated_after_its_lease_only():
    tenant = uuid4()
    boil(tenant, 1)
    with tenant_scope(tenant):  # what a worker wrote before it was killed
        until = clock.now() + timedelta(seconds=60)
        assert outbox.claim(WHISTLE, "kettle:a", now=clock.now(), until=until)
    assert events.deliver_stream(tenant, "kettle:a", WHISTLE) == 0
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        assert events.deliver_stream(tenant, "kettle:a", WHISTLE) == 1


def test_events_that_everybody_heard_are_forgotten_after_a_week():
    tenant = uuid4()
    boil(tenant, 1, 2)
    broken.append(2)
    for key in (POUR, WHISTLE):
        events.deliver_stream(tenant, "kettle:a", key)
    with tenant_scope(tenant):
        assert events.purge() == 0
        with clock.frozen(clock.now() + timedelta(days=8)):
            assert events.purge() == 1
        assert OutboxEvent.objects.get().payload["cups"] == 2
        assert Delivery.objects.count() == 2


def test_an_outage_leaves_no_dead_letter_for_two_days(monkeypatch):
    tenant = uuid4()
    boil(tenant, 1)
    subscriber = next(s for s in events.all_subscribers() if s.key == POUR)

    def refuse(_event):
        raise Unavailable(store="files")

    monkeypatch.setitem(events._subscribers, POUR, replace(subscriber, handle=refuse))
    began = clock.now()
    for hour in range(1, 50):
        with clock.frozen(began + timedelta(hours=hour)):
            events.deliver_stream(tenant, "kettle:a", POUR)
        state = states(tenant, POUR)[0][0]
        assert state == ("pending" if hour < 48 else "dead")
        if state == "dead":
            break


@pytest.mark.parametrize("key", ["pour", "whistle"])
def test_an_event_that_cannot_be_read_is_put_on_record(key):
    tenant = uuid4()
    name = POUR if key == "pour" else WHISTLE
    boil(tenant, 1)
    with tenant_scope(tenant):
        OutboxEvent.objects.update(payload={})
    assert events.deliver_stream(tenant, "kettle:a", name) == 0
    assert states(tenant, name) == [("pending", 1)]


def test_what_only_the_commit_refuses_is_put_on_record(monkeypatch):
    tenant = uuid4()
    boil(tenant, 1)
    subscriber = next(s for s in events.all_subscribers() if s.key == POUR)

    def orphan(_event):
        Delivery.objects.create(
            event_id=uuid4(),
            subscriber="nobody",
            stream="x",
            seq=1,
            next_try_at=clock.now(),
            updated_at=clock.now(),
        )

    monkeypatch.setitem(events._subscribers, POUR, replace(subscriber, handle=orphan))
    assert events.deliver_stream(tenant, "kettle:a", POUR) == 0
    assert states(tenant, POUR) == [("pending", 1)]
