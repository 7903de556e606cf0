"""Fetching from a real IMAP server: in order, once, whatever happens meanwhile."""

import imaplib
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from onque.kernel import clock
from onque.kernel.errors import NotFound, Unavailable
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts import NotRetryable
from onque.modules.mail.models import Address, Mailbox, MailboxFolder
from onque.modules.mail.repositories import inbound, mailboxes
from onque.modules.mail.services import acting, addresses, fetching, polling, reading, receiving
from onque.modules.mail.services.imap_session import Session
from onque.modules.mail.tests import dovecot as peer
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.dovecot import PASSWORD, Dovecot
from onque.modules.mail.tests.factories import MailCast

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with peer.dovecot() as running:
        yield running


@pytest.fixture
def cast(server: Dovecot, committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def user() -> str:
    return f"support-{uuid4().hex[:8]}"


@pytest.fixture
def box(cast: MailCast, server: Dovecot, user: str) -> UUID:
    return add_box(cast, server, user)


def add_box(
    cast: MailCast,
    server: Dovecot,
    user: str,
    password: str = PASSWORD,
    *,
    with_history: bool = True,
) -> UUID:
    with tenant_scope(cast.acme):
        return addresses.add_mailbox(
            cast.bo,
            address_id=Address.objects.get().id,
            server=addresses.ImapServer("127.0.0.1", user, password, server.port, use_tls=False),
            with_history=with_history,
        )


def row_of(cast: MailCast, box: UUID) -> Mailbox:
    with tenant_scope(cast.acme):
        return Mailbox.objects.get(pk=box)


def folder_of(cast: MailCast, box: UUID, name: str = "INBOX") -> MailboxFolder:
    with tenant_scope(cast.acme):
        return MailboxFolder.objects.get(mailbox_id=box, name=name)


def numbered(first: int, last: int) -> list[bytes]:
    return [make.raw_mail(f"글 {number}", subject=f"no. {number}") for number in range(first, last)]


def subjects(cast: MailCast) -> list[str]:
    make.drain()
    return [row.subject for row in make.ledger(cast.acme)]


def test_what_is_there_comes_in_order_and_once(
    cast: MailCast, server: Dovecot, user: str, box: UUID
) -> None:
    server.put(user, *numbered(1, 8))
    assert polling.poll(cast.acme, box) == 7
    assert polling.poll(cast.acme, box) == 0
    server.put(user, *numbered(8, 10))
    assert polling.poll(cast.acme, box) == 2
    assert subjects(cast) == [f"no. {number}" for number in range(1, 10)]
    assert {row.state for row in make.ledger(cast.acme)} == {"done"}
    row = row_of(cast, box)
    assert (row.state, row.error, row.reason, row.is_live) == ("ok", "", "", False)
    assert row.succeeded_at is not None
    folder = folder_of(cast, box)
    assert (folder.last_uid, folder.server_count, folder.missing_count) == (9, 7, 0)


def test_nothing_is_marked_as_read(cast: MailCast, server: Dovecot, user: str, box: UUID) -> None:
    server.put(user, *numbered(1, 3))
    polling.poll(cast.acme, box)
    with server.client(user) as client:
        client.select()
        assert client.search(None, "UNSEEN")[1] == [b"1 2"]


def test_what_lay_there_before_stays_there(cast: MailCast, server: Dovecot, user: str) -> None:
    box = add_box(cast, server, user, with_history=False)
    server.put(user, *numbered(1, 4))
    assert polling.poll(cast.acme, box) == 0
    server.put(user, *numbered(4, 6))
    assert polling.poll(cast.acme, box) == 2
    assert subjects(cast) == ["no. 4", "no. 5"]


def test_too_large_a_mail_is_left_there_on_record(
    cast: MailCast, server: Dovecot, user: str, box: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAIL_LIMIT_BYTES", 5_000)
    server.put(user, *numbered(1, 2), make.raw_mail("x" * 10_000), *numbered(3, 4))
    assert polling.poll(cast.acme, box) == 3
    assert subjects(cast) == ["no. 1", "", "no. 3"]
    row = make.ledger(cast.acme)[1]
    assert (row.state, row.reason, row.object_key) == ("quarantined", "too_large", "")
    assert row.size_bytes > 10_000
    with tenant_scope(cast.acme):
        found = reading.get_inbound(cast.bo, mail_id=row.id)
        assert not found.item.can_retry
        with pytest.raises(NotRetryable):
            acting.retry(cast.bo, mail_id=row.id)
        with pytest.raises(NotFound):
            reading.get_raw(cast.bo, mail_id=row.id)


@pytest.mark.parametrize("fault", [imaplib.IMAP4.error, imaplib.IMAP4.abort, TimeoutError])
def test_a_mail_that_is_not_handed_out_stops_no_other(
    cast: MailCast,
    server: Dovecot,
    user: str,
    box: UUID,
    fault: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.put(user, *numbered(1, 4))
    real, tried = Session.raws, []

    def raws(session: Session, uids: list[int]) -> dict[int, bytes]:
        tried.append(uids)
        if 2 in uids:
            raise fault("no")
        return real(session, uids)

    monkeypatch.setattr(Session, "raws", raws)
    polling.poll(cast.acme, box)
    assert tried == [[1, 2, 3], [1], [2], [2], [2], [3]]
    rows = make.ledger(cast.acme)
    assert [row.reason for row in rows] == ["", "not_handed_out", ""]
    assert (row_of(cast, box).state, folder_of(cast, box).last_uid) == ("ok", 3)
    assert polling.poll(cast.acme, box) == 0


def test_others_may_read_move_and_delete_meanwhile(
    cast: MailCast, server: Dovecot, user: str, box: UUID
) -> None:
    server.put(user, *numbered(1, 6))
    with server.client(user) as client:
        client.select()
        client.store("2", "+FLAGS", r"(\Seen)")
        client.store("3", "+FLAGS", r"(\Deleted)")
        client.expunge()
    polling.poll(cast.acme, box)
    assert subjects(cast) == ["no. 1", "no. 2", "no. 4", "no. 5"]


def test_a_new_uidvalidity_fetches_anew_and_makes_no_second_ticket(
    cast: MailCast, server: Dovecot, user: str, box: UUID
) -> None:
    mails = numbered(1, 4)
    server.put(user, *mails)
    polling.poll(cast.acme, box)
    before = folder_of(cast, box).uid_validity
    time.sleep(1.1)  # Dovecot takes the second as the new value
    for path in (server.home / "mail" / user).glob("dovecot*"):
        path.unlink()
    server.put(user, *numbered(4, 5))
    assert polling.poll(cast.acme, box) == 4
    assert folder_of(cast, box).uid_validity != before
    make.drain()
    states = [row.state for row in make.ledger(cast.acme)]
    assert sorted(states) == ["done"] * 4 + ["duplicate"] * 3


def test_killed_between_batches_it_goes_on_where_it_was(
    cast: MailCast, server: Dovecot, user: str, box: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    server.put(user, *numbered(1, 6))
    monkeypatch.setattr(fetching, "BATCH", 2)
    real = inbound.add_many
    seen = 0

    def add_many(rows: list[dict[str, object]]) -> object:
        nonlocal seen
        seen += 1
        if seen == 2:  # the bytes are stored, the rows are not committed, and the process dies
            raise Killed
        return real(rows)

    with monkeypatch.context() as patch:
        patch.setattr(inbound, "add_many", add_many)
        with pytest.raises(Killed):
            polling.poll(cast.acme, box)
    assert folder_of(cast, box).last_uid == 2
    assert polling.poll(cast.acme, box) == 0  # the dead poller's lease still holds
    with clock.frozen(clock.now() + polling.LEASE + timedelta(seconds=1)):
        assert polling.poll(cast.acme, box) == 3
    assert subjects(cast) == [f"no. {number}" for number in range(1, 6)]


def test_while_the_store_is_down_the_position_stays(
    cast: MailCast, server: Dovecot, user: str, box: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(user, *numbered(1, 3))

    def down(*_args: object, **_more: object) -> None:
        raise Unavailable(store="files")

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "store_fetched", down)
        assert polling.poll(cast.acme, box) == 0
    row = row_of(cast, box)
    assert (row.state, row.reason, row.leased_until) == ("failing", "store_down", None)
    assert folder_of(cast, box).last_uid == 0
    assert polling.poll(cast.acme, box) == 2


def test_one_poller_at_a_time(cast: MailCast, server: Dovecot, user: str, box: UUID) -> None:
    server.put(user, *numbered(1, 2))
    now = clock.now()
    with tenant_scope(cast.acme):
        assert mailboxes.lease(box, uuid4(), now=now, until=now + polling.LEASE)
    assert polling.poll(cast.acme, box) == 0
    assert box not in {found for _tenant, found in polling.due_mailboxes()}


def test_a_refused_login_is_said_and_stops_no_other(
    cast: MailCast, server: Dovecot, user: str, box: UUID
) -> None:
    wrong = add_box(cast, server, f"other-{user}", password="wrong")
    server.put(user, *numbered(1, 2))
    assert polling.poll(cast.acme, wrong) == 0
    assert polling.poll(cast.acme, box) == 1
    row = row_of(cast, wrong)
    assert (row.state, row.reason, row.failures) == ("failing", "auth_refused", 1)
    assert "AUTHENTICATIONFAILED" in row.error
    assert row.state_since is not None
    assert wrong not in {found for _tenant, found in polling.due_mailboxes()}
    with clock.frozen(clock.now() + polling.pause(1) + timedelta(seconds=1)):
        assert (cast.acme, wrong) in polling.due_mailboxes()


def test_the_server_gone_and_back(cast: MailCast, server: Dovecot, user: str, box: UUID) -> None:
    server.put(user, *numbered(1, 3))
    server.stop()
    assert polling.poll(cast.acme, box) == 0
    assert row_of(cast, box).state == "failing"
    server.start()
    assert polling.poll(cast.acme, box) == 2


def test_pauses_grow_and_end() -> None:
    pauses = [polling.pause(failures) for failures in range(1, 40)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == polling.LONGEST_PAUSE
