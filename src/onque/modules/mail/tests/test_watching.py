"""Many mailboxes in a process: told of new mail, shared, none stopped by another."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings

from onque.kernel import clock
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.models import Mailbox
from onque.modules.mail.services import polling, turns, watching
from onque.modules.mail.services.watching import Watcher
from onque.modules.mail.tests import dovecot as peer
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.dovecot import Dovecot
from onque.modules.mail.tests.factories import MailCast
from onque.modules.mail.tests.test_mailboxes import Scripted, add_box, numbered, row_of

LONG_AGO = "2026-01-01T00:00:00Z"
pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with peer.dovecot(more="mail_max_userip_connections = 100") as running:
        yield running


@pytest.fixture
def cast(committed: None, monkeypatch: pytest.MonkeyPatch) -> MailCast:
    monkeypatch.setattr(watching, "TICK_SECONDS", 0.1)
    monkeypatch.setattr(watching, "COUNT_SECONDS", 0.3)
    monkeypatch.setattr(watching, "RENEW_SECONDS", 0.3)
    return make.make_mail_cast()


@pytest.fixture
def user() -> str:
    return f"watch-{uuid4().hex[:8]}"


@contextmanager
def watcher() -> Iterator[Watcher]:
    """A process's poller, in a thread of its own."""
    loop = asyncio.new_event_loop()
    made: list[Watcher] = []
    stop = asyncio.Event()
    started = threading.Event()

    async def work() -> None:
        made.append(Watcher())
        started.set()
        await made[0].run(stop)

    def run() -> None:
        loop.run_until_complete(work())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    try:
        yield made[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
        assert not thread.is_alive()


def until(check: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not check():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def count(cast: MailCast) -> int:
    return len(make.ledger(cast.acme))


def test_new_mail_is_heard_of(cast: MailCast, server: Dovecot, user: str) -> None:
    box = add_box(cast, server.port, user)
    server.put(user, *numbered(1, 3))
    with watcher() as one:
        until(lambda: box in one.held)
        assert count(cast) == 2
        assert row_of(cast, box).is_live
        server.put(user, *numbered(3, 4))  # nothing but IDLE can tell of it: the next visit is far
        until(lambda: count(cast) == 3)
        until(lambda: box in one.held)
        assert box not in {found for _tenant, found in polling.due_mailboxes()}
    row = row_of(cast, box)
    assert (row.state, row.is_live, row.leased_until) == ("ok", False, None)
    assert row.last_mail_at is not None


def test_a_server_is_not_given_more_connections_than_it_takes(
    cast: MailCast, server: Dovecot, user: str, settings: LazySettings
) -> None:
    settings.MAIL_IMAP_PER_HOST = 2
    users = [f"{user}-{number}" for number in range(5)]
    for name in users:
        server.put(name, *numbered(1, 3))
        add_box(cast, server.port, name)
    most = 0

    def all_there() -> bool:
        nonlocal most
        with tenant_scope(cast.acme):
            held = Mailbox.objects.filter(leased_until__gt=clock.now()).count()
        most = max(most, held)
        return count(cast) == 10

    with watcher() as one, watcher() as other:
        until(all_there)
        assert not one.held
        assert not other.held
    assert 0 < most <= 2
    with tenant_scope(cast.acme):
        assert {row.state for row in Mailbox.objects.all()} == {"ok"}


def test_who_has_a_mailbox_keeps_it_at_the_limit(
    cast: MailCast, server: Dovecot, user: str, settings: LazySettings
) -> None:
    settings.MAIL_IMAP_PER_HOST = 1
    mine, waits = add_box(cast, server.port, user), add_box(cast, server.port, f"{user}-2")
    elsewhere = add_box(cast, server.port, f"{user}-3", host="localhost")
    key = uuid4()
    assert turns.lease(cast.acme, mine, key)
    assert turns.lease(cast.acme, waits, uuid4()) is None
    assert row_of(cast, waits).next_poll_at > clock.now()
    assert row_of(cast, waits).state == "new"  # nothing is wrong with it
    assert turns.lease(cast.acme, elsewhere, uuid4())
    assert turns.lease(cast.acme, mine, key)
    with clock.frozen(clock.now() + turns.LEASE + timedelta(seconds=1)):
        assert turns.lease(cast.acme, waits, uuid4())
        assert turns.lease(cast.acme, mine, key) is None


def test_over_tls_too(cast: MailCast, server: Dovecot, user: str) -> None:
    box = add_box(
        cast, server.tls_port, user, use_tls=True, security="tls", verify_certificate=False
    )
    with watcher() as one:
        for number in range(1, 4):
            until(lambda: box in one.held)
            server.put(user, *numbered(number, number + 1))
            until(lambda wanted=number: count(cast) == wanted)


def test_without_idle_it_is_polled(
    cast: MailCast, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "INTERVAL", timedelta(milliseconds=200))
    with peer.dovecot(more="imap_capability = IMAP4rev1 SASL-IR UIDPLUS") as old:
        box = add_box(cast, old.port, user)
        with watcher() as one:
            old.put(user, *numbered(1, 3))
            until(lambda: count(cast) == 2)
            old.put(user, *numbered(3, 4))
            until(lambda: count(cast) == 3)
            assert box not in one.held
        assert not row_of(cast, box).is_live


def test_the_server_restarts_under_an_idle(
    cast: MailCast, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onque.modules.mail.rules.polling.INTERVAL", timedelta(milliseconds=100))
    box = add_box(cast, server.port, user)
    with watcher() as one:
        until(lambda: box in one.held)
        server.stop()
        until(lambda: row_of(cast, box).state == "failing")
        server.start()
        server.put(user, *numbered(1, 3))
        until(lambda: count(cast) == 2)
        until(lambda: box in one.held)
    assert row_of(cast, box).failures == 0


def test_two_processes_share_the_mailboxes_and_take_over(
    cast: MailCast, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "HEADROOM", 0)
    boxes = {add_box(cast, server.port, f"{user}-{number}") for number in range(6)}
    with watcher() as first:
        until(lambda: set(first.held) == boxes)
        with watcher() as second:
            until(lambda: (len(first.held), len(second.held)) == (3, 3))
            assert not set(first.held) & set(second.held)
            for number in range(6):
                server.put(f"{user}-{number}", *numbered(number, number + 1))
            until(lambda: count(cast) == 6)
        until(lambda: set(first.held) == boxes)  # handed back by the one that ended
    assert count(cast) == 6


def test_what_a_killed_process_held_is_taken_over(
    cast: MailCast, server: Dovecot, user: str
) -> None:
    box = add_box(cast, server.port, user)
    dead = polling.visit(cast.acme, box, stay=True).held
    assert dead is not None
    with watcher() as one:
        server.put(user, *numbered(1, 2))
        with tenant_scope(cast.acme):  # three minutes later
            Mailbox.objects.update(leased_until=LONG_AGO, next_poll_at=LONG_AGO)
        until(lambda: box in one.held)
        assert count(cast) == 1
        polling.let_go(dead)  # it lives after all, and must not take anything back
        assert row_of(cast, box).leased_until is not None


def test_one_that_hangs_one_that_refuses_and_one_that_floods_stop_no_other(
    cast: MailCast, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onque.modules.mail.services.imap_client.READ_SECONDS", 3)
    hangs = Scripted(b"")
    try:
        add_box(cast, hangs.port, f"{user}-a")
        refused = add_box(cast, server.port, f"{user}-b", sealed_password="v1.broken")
        flood, calm = f"{user}-c", f"{user}-d"
        server.fill(flood, numbered(1, 400))
        add_box(cast, server.port, flood)
        box = add_box(cast, server.port, calm)
        server.put(calm, make.raw_mail(subject="calm"))
        with watcher() as one:
            until(lambda: box in one.held)
            until(lambda: row_of(cast, refused).reason == "auth_refused")
            until(lambda: count(cast) == 400)
    finally:
        hangs.close()


def test_a_mailbox_that_is_changed_or_switched_off_is_let_go(
    cast: MailCast, server: Dovecot, user: str
) -> None:
    box = add_box(cast, server.port, user)
    with watcher() as one:
        until(lambda: box in one.held)
        with tenant_scope(cast.acme):
            Mailbox.objects.filter(pk=box).update(is_enabled=False)
        until(lambda: box not in one.held)
        server.put(user, *numbered(1, 2))
        with tenant_scope(cast.acme):
            Mailbox.objects.filter(pk=box).update(
                is_enabled=True, lease_key=None, leased_until=None
            )
        until(lambda: count(cast) == 1)


def test_a_share_is_kept(cast: MailCast) -> None:
    one, other = UUID(int=1), UUID(int=2)
    assert watching._share(one) is None
    assert watching._share(other) == watching.HEADROOM
    watching._leave(one)
    assert watching._share(other) is None
    watching._leave(other)
