"""What happens at the server, what is counted, who signs in how, and what goes wrong with whom."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from onque.config.testing import free_port
from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts import ConsentRefused
from onque.modules.mail.models import Address, InboundMail, Mailbox, MailboxFolder
from onque.modules.mail.services import (
    addresses,
    balancing,
    consenting,
    imap_session,
    keys,
    polling,
)
from onque.modules.mail.services.imap_session import SessionFault
from onque.modules.mail.tests import dovecot as peer
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.authority import Authority, authority
from onque.modules.mail.tests.dovecot import PASSWORD, Dovecot
from onque.modules.mail.tests.factories import MailCast

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with peer.dovecot() as running:
        yield running


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def user() -> str:
    return f"box-{uuid4().hex[:8]}"


def add_box(cast: MailCast, port: int, user: str, **fields: object) -> UUID:
    with tenant_scope(cast.acme):
        box = addresses.add_mailbox(
            cast.bo,
            address_id=Address.objects.get().id,
            server=addresses.ImapServer("127.0.0.1", user, PASSWORD, port, use_tls=False),
            with_history=True,
        )
        Mailbox.objects.filter(pk=box).update(**fields)
    return box


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


def at_server(server: Dovecot, user: str, folder: str = "INBOX", which: str = "ALL") -> int:
    with server.client(user) as client:
        client.select(folder, readonly=True)
        return len(client.search(None, which)[1][0].split())


def test_ten_days_offline_then_all_of_it_once_and_in_order(
    cast: MailCast, server: Dovecot, user: str
) -> None:
    box = add_box(cast, server.port, user)
    server.put(user, *numbered(1, 3))
    assert polling.poll(cast.acme, box) == 2
    for day in range(10):
        server.put(user, *numbered(3 + 30 * day, 33 + 30 * day))
    with clock.frozen(clock.now() + timedelta(days=10)):
        assert polling.poll(cast.acme, box) == 300
        assert polling.poll(cast.acme, box) == 0
    assert [row.uid for row in make.ledger(cast.acme)] == list(range(1, 303))
    folder = folder_of(cast, box)
    assert (folder.server_count, folder.missing_count, folder.last_uid) == (302, 0, 302)


def test_a_large_folder_in_order_while_others_read_and_move(
    cast: MailCast, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measured version has 20,000 mails: `make bench ARGS=imap`."""
    server.fill(user, numbered(1, 2_001))
    box = add_box(cast, server.port, user)
    with imap_session_of(server, user) as session:
        session.create("Elsewhere")
    real, seen = imap_session.Session.raws, []

    def raws(session: imap_session.Session, uids: list[int]) -> dict[int, bytes]:
        seen.append(uids)
        if len(seen) == 5:  # somebody reads some that are to come and moves others away
            with imap_session_of(server, user) as other:
                other.open("INBOX", to_change=True)
                other.mark_seen(range(1_001, 1_101))
                other.move(range(1_501, 1_601), "Elsewhere")
        return real(session, uids)

    monkeypatch.setattr(imap_session.Session, "raws", raws)
    polling.poll(cast.acme, box)
    uids = [row.uid for row in make.ledger(cast.acme)]
    assert uids == [*range(1, 1_501), *range(1_601, 2_001)]
    assert len(seen) < 30
    folder = folder_of(cast, box)
    assert (folder.server_count, folder.missing_count, folder.last_uid) == (1_900, 0, 2_000)
    assert row_of(cast, box).state == "ok"


@pytest.mark.parametrize("does", ["seen", "move", "delete"])
def test_after_import(cast: MailCast, server: Dovecot, user: str, does: str) -> None:
    box = add_box(cast, server.port, user, after_import=does, move_folder="Done 완료")
    server.put(user, *numbered(1, 4))
    with imap_session_of(server, user) as session:
        session.create("Done 완료")
    assert polling.poll(cast.acme, box) == 3
    left = {"seen": 3, "move": 0, "delete": 0}[does]
    assert at_server(server, user) == left
    assert at_server(server, user, which="SEEN") == left
    if does == "move":
        assert at_server(server, user, folder=imap_session._quoted("Done 완료")) == 3
    server.put(user, *numbered(4, 5))
    assert polling.poll(cast.acme, box) == 1
    assert subjects(cast) == [f"no. {number}" for number in range(1, 5)]
    assert folder_of(cast, box).acted_uid == 4


def imap_session_of(server: Dovecot, user: str):
    from contextlib import contextmanager

    @contextmanager
    def opened():
        session = imap_session.enter(
            imap_session.Server("127.0.0.1", server.port, "none", True, user, PASSWORD)
        )
        try:
            yield session
        finally:
            session.leave()

    return opened()


def test_an_act_that_fails_is_seen_fetches_on_and_is_repeated(
    cast: MailCast, server: Dovecot, user: str
) -> None:
    box = add_box(cast, server.port, user, after_import="move", move_folder="Nowhere")
    server.put(user, *numbered(1, 3))
    polling.poll(cast.acme, box)
    row = row_of(cast, box)
    assert (row.state, row.reason) == ("failing", "after_import_failed")
    assert (folder_of(cast, box).last_uid, folder_of(cast, box).acted_uid) == (2, 0)
    server.put(user, *numbered(3, 4))
    polling.poll(cast.acme, box)
    assert len(make.ledger(cast.acme)) == 3
    assert at_server(server, user) == 3
    with imap_session_of(server, user) as session:
        session.create("Nowhere")
    polling.poll(cast.acme, box)
    assert (row_of(cast, box).state, at_server(server, user)) == ("ok", 0)
    assert at_server(server, user, folder="Nowhere") == 3
    assert len(make.ledger(cast.acme)) == 3


def test_a_crash_before_the_act_was_noted_does_no_harm(
    cast: MailCast, server: Dovecot, user: str
) -> None:
    box = add_box(cast, server.port, user, after_import="delete")
    server.put(user, *numbered(1, 4))
    polling.poll(cast.acme, box)
    with tenant_scope(cast.acme):
        MailboxFolder.objects.filter(mailbox_id=box).update(acted_uid=0)
    server.put(user, *numbered(4, 5))
    assert polling.poll(cast.acme, box) == 1
    assert (row_of(cast, box).state, at_server(server, user)) == ("ok", 0)


def test_mail_left_at_the_server_is_not_touched(
    cast: MailCast, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAIL_LIMIT_BYTES", 5_000)
    box = add_box(cast, server.port, user, after_import="delete")
    server.put(user, *numbered(1, 2), make.raw_mail("x" * 10_000))
    polling.poll(cast.acme, box)
    assert at_server(server, user) == 1  # the one whose bytes we do not have


def test_several_folders_and_one_that_is_gone(cast: MailCast, server: Dovecot, user: str) -> None:
    box = add_box(cast, server.port, user, folders=["INBOX", "Gone", "주문"])
    with imap_session_of(server, user) as session:
        session.create("주문")
        found = imap_session.list_folders(session)
    assert {"INBOX", "주문"} <= set(found)
    server.put(user, *numbered(1, 3))
    server.put(user, *numbered(3, 4), folder=imap_session._quoted("주문"))
    polling.poll(cast.acme, box)
    assert sorted(subjects(cast)) == ["no. 1", "no. 2", "no. 3"]
    row = row_of(cast, box)
    assert (row.state, row.reason) == ("failing", "folder_missing")
    assert "Gone" in row.error
    with imap_session_of(server, user) as session:
        session.create("Gone")
    polling.poll(cast.acme, box)
    assert row_of(cast, box).state == "ok"


@pytest.mark.parametrize(
    ("wanted", "expected"), [("new", 0), ("all", 3), ("2026-01-01", 3), ("2099-01-01", 0)]
)
def test_what_a_first_start_imports(
    cast: MailCast, server: Dovecot, user: str, wanted: str, expected: int
) -> None:
    box = add_box(cast, server.port, user, import_from=wanted, uid_validity=None)
    server.put(user, *numbered(1, 4))
    with server.client(user) as client:  # and one from long ago
        client.append("INBOX", "", '"01-Feb-2020 10:00:00 +0000"', make.raw_mail(subject="old"))
    ours = expected + (wanted == "all")
    if wanted == "2099-01-01":  # a day to come is today: what comes from now on
        ours = 3
    assert polling.poll(cast.acme, box) == ours
    server.put(user, *numbered(4, 5))
    assert polling.poll(cast.acme, box) == 1
    assert folder_of(cast, box).missing_count == 0


def test_what_is_missing_is_counted_and_fetched(cast: MailCast, server: Dovecot, user: str) -> None:
    box = add_box(cast, server.port, user)
    server.put(user, *numbered(1, 6))
    polling.poll(cast.acme, box)
    with tenant_scope(cast.acme):
        InboundMail.objects.filter(uid__in=[2, 4]).delete()
    assert polling.poll(cast.acme, box) == 0  # not counted at every look
    with clock.frozen(clock.now() + balancing.COUNT_EVERY + timedelta(seconds=1)):
        assert polling.poll(cast.acme, box) == 2
    folder = folder_of(cast, box)
    assert (folder.server_count, folder.missing_count) == (5, 0)
    assert sorted(row.uid or 0 for row in make.ledger(cast.acme)) == [1, 2, 3, 4, 5]


def test_a_position_that_ran_ahead_loses_nothing(
    cast: MailCast, server: Dovecot, user: str
) -> None:
    box = add_box(cast, server.port, user)
    server.put(user, *numbered(1, 3))
    polling.poll(cast.acme, box)
    server.put(user, *numbered(3, 6))
    with tenant_scope(cast.acme):
        MailboxFolder.objects.filter(mailbox_id=box).update(last_uid=5)
    with clock.frozen(clock.now() + balancing.COUNT_EVERY + timedelta(seconds=1)):
        assert polling.poll(cast.acme, box) == 3
    assert sorted(row.uid or 0 for row in make.ledger(cast.acme)) == [1, 2, 3, 4, 5]


def test_the_server_killed_in_the_middle(
    cast: MailCast, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = add_box(cast, server.port, user)
    server.put(user, *numbered(1, 20))
    real, seen = imap_session.Session.raws, []

    def raws(session: imap_session.Session, uids: list[int]) -> dict[int, bytes]:
        seen.append(uids)
        if len(seen) == 2:
            server.kill_sessions()
        return real(session, uids)

    monkeypatch.setattr(imap_session.Session, "raws", raws)
    monkeypatch.setattr("onque.modules.mail.services.fetching.BATCH", 5)
    polling.poll(cast.acme, box)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        polling.poll(cast.acme, box)
    assert [row.uid for row in make.ledger(cast.acme)] == list(range(1, 20))
    assert {row.reason for row in make.ledger(cast.acme)} == {""}


def test_a_log_in_refused_then_fixed(cast: MailCast, server: Dovecot, user: str) -> None:
    box = add_box(cast, server.port, user)
    server.put(user, *numbered(1, 3))
    with tenant_scope(cast.acme):
        Mailbox.objects.update(sealed_password=keys.seal("wrong"))
    assert polling.poll(cast.acme, box) == 0
    assert row_of(cast, box).reason == "auth_refused"
    with tenant_scope(cast.acme):
        Mailbox.objects.update(sealed_password=keys.seal(PASSWORD))
    assert polling.poll(cast.acme, box) == 2
    row = row_of(cast, box)
    assert (row.state, row.reason, row.error, row.failures) == ("ok", "", "", 0)


@pytest.mark.parametrize(
    ("security", "verify", "reason"),
    [
        ("tls", False, ""),
        ("tls", True, "certificate"),
        ("starttls", False, ""),
        ("starttls", True, "certificate"),
    ],
)
def test_tls_is_verified_unless_the_mailbox_says_otherwise(
    cast: MailCast, server: Dovecot, user: str, security: str, verify: bool, reason: str
) -> None:
    port = server.tls_port if security == "tls" else server.port
    box = add_box(cast, port, user, use_tls=True, security=security, verify_certificate=verify)
    server.put(user, *numbered(1, 3))
    assert polling.poll(cast.acme, box) == (0 if reason else 2)
    assert row_of(cast, box).reason == reason


class Scripted:
    """A server that says one thing to everybody, or nothing."""

    def __init__(self, says: bytes) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.says = says
        self.links: list[socket.socket] = []
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                link, _address = self.listener.accept()
            except OSError:
                return
            self.links.append(link)
            if self.says:
                link.sendall(self.says)
                link.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for link in self.links:
            link.close()
        self.thread.join(10)


def test_what_is_wrong_is_said_with_a_code(
    cast: MailCast, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_session, "READ_SECONDS", 0.3)
    monkeypatch.setattr("onque.modules.mail.services.imap_client.READ_SECONDS", 0.3)
    hangs = Scripted(b"")
    busy = Scripted(b"* BYE [LIMIT] Too many simultaneous connections.\r\n")
    slow = Scripted(b"* BYE Your account is throttled, try again later\r\n")
    try:
        boxes = {
            "timeout": add_box(cast, hangs.port, f"a-{user}"),
            "too_many_connections": add_box(cast, busy.port, f"b-{user}"),
            "throttled": add_box(cast, slow.port, f"c-{user}"),
            "connection_refused": add_box(cast, free_port(), f"d-{user}"),
            "host_unknown": add_box(cast, 143, f"e-{user}", host="nowhere.invalid"),
            "tls_failed": add_box(cast, server.port, f"f-{user}", use_tls=True, security="tls"),
        }
        for box in boxes.values():
            assert polling.poll(cast.acme, box) == 0
        assert {row_of(cast, box).reason for box in boxes.values()} == set(boxes)
        assert all(row_of(cast, box).reason == reason for reason, box in boxes.items())
    finally:
        for scripted in (hangs, busy, slow):
            scripted.close()


def test_a_mailbox_that_leads_into_a_private_network_is_not_called(
    cast: MailCast, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved while it was allowed, or under a name that led elsewhere then."""
    boxes = [
        add_box(cast, server.port, user),
        add_box(cast, server.port, f"{user}-2", host="localhost"),
    ]
    server.put(user, *numbered(1, 2))
    monkeypatch.setattr(settings, "MAIL_PRIVATE_HOSTS", False)
    for box in boxes:
        assert polling.poll(cast.acme, box) == 0
        row = row_of(cast, box)
        assert (row.state, row.reason) == ("failing", "host_private")
    monkeypatch.setattr(settings, "MAIL_PRIVATE_HOSTS", True)
    assert polling.poll(cast.acme, boxes[0]) == 1


# --- OAuth2 ---------------------------------------------------------------------------------------


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    with authority() as running:
        monkeypatch.setattr(settings, "MAIL_AUTHORITIES", running.settings())
        yield running


def consent(cast: MailCast, there: Authority, box: UUID) -> None:
    with tenant_scope(cast.acme):
        link = consenting.begin_consent(
            cast.bo, provider="google", subject_id=box, redirect_url="https://desk.test/back"
        )
        query = parse_qs(urlsplit(link).query)
        there.challenge = query["code_challenge"][0]
        finish(cast.bo, query["state"][0])


def finish(actor: Actor, state: str) -> None:
    """Do what the answer's door and its task do."""
    subject_id, answer = consenting.read_answer(actor, state=state, code="the-code")
    sealed = keys.seal(json.dumps(asdict(answer)))
    provider, tokens = consenting.exchange(sealed, tenant_id=actor.tenant_id)
    consenting.keep_tokens(subject_id, provider=provider, tokens=tokens)


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_a_mailbox_signs_in_with_a_token_that_is_renewed_in_time(
    cast: MailCast, there: Authority, user: str, mechanism: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.user = user
    with peer.dovecot(authority=there.url) as server:
        if mechanism == "oauthbearer":
            real = imap_session._capabilities
            monkeypatch.setattr(
                imap_session, "_capabilities", lambda client: real(client) - {"AUTH=XOAUTH2"}
            )
        box = add_box(cast, server.port, user)
        consent(cast, there, box)
        assert polling.poll(cast.acme, box) == 0
        assert (row_of(cast, box).state, row_of(cast, box).error) == ("ok", "")
        with clock.frozen(clock.now() + timedelta(minutes=56)):  # before it ends
            polling.poll(cast.acme, box)
        assert [fields["grant_type"] for fields in there.asked] == [
            "authorization_code",
            "refresh_token",
        ]
        assert "access-" not in row_of(cast, box).sealed_tokens

        there.good.clear()  # revoked: the refusal brings a new one at once
        assert polling.poll(cast.acme, box) == 0
        assert (row_of(cast, box).state, len(there.asked)) == ("ok", 3)
        assert there.asked[-1]["refresh_token"] == "refresh-2"

        there.good.clear()
        there.refuses_refresh = True
        polling.poll(cast.acme, box)
        row = row_of(cast, box)
        assert (row.state, row.reason) == ("failing", "token_refused")
        assert "invalid_grant: revoked" in row.error


def test_consent_is_bound_to_who_began_it(cast: MailCast, there: Authority) -> None:
    with tenant_scope(cast.acme):
        link = consenting.begin_consent(
            cast.bo, provider="google", subject_id=uuid4(), redirect_url="https://desk.test/back"
        )
        state = parse_qs(urlsplit(link).query)["state"][0]
        with pytest.raises(Forbidden):
            consenting.read_answer(cast.ada, state=state, code="the-code")
        with pytest.raises(ConsentRefused):
            consenting.read_answer(cast.bo, state=state + "x", code="the-code")
        with pytest.raises(SessionFault):  # another verifier's challenge
            finish(cast.bo, state)
        with (
            clock.frozen(clock.now() + consenting.STATE_LIFE + timedelta(seconds=1)),
            pytest.raises(ConsentRefused),
        ):
            consenting.read_answer(cast.bo, state=state, code="the-code")
        with pytest.raises(Invalid):
            consenting.begin_consent(
                cast.bo, provider="nobody", subject_id=uuid4(), redirect_url="https://desk.test"
            )
    with tenant_scope(cast.globex), pytest.raises((ConsentRefused, Forbidden)):
        consenting.read_answer(cast.dee, state=state, code="the-code")
    assert [fields["grant_type"] for fields in there.asked] == ["authorization_code"]


def test_an_authority_that_is_away_is_tried_again(
    cast: MailCast, there: Authority, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = add_box(cast, server.port, user)
    consent(cast, there, box)
    away = {
        "google": {**there.settings()["google"], "token_url": f"http://127.0.0.1:{free_port()}"}
    }
    monkeypatch.setattr(settings, "MAIL_AUTHORITIES", away)
    with clock.frozen(clock.now() + timedelta(days=1)):
        polling.poll(cast.acme, box)
    assert row_of(cast, box).reason == "connection_refused"
