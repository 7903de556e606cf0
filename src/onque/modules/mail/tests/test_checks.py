"""Tests of a mailbox, against real servers: every step, every way it fails, and its words."""

import socket
import socketserver
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from uuid import UUID

import pytest
from imap_tools.imap_utf7 import utf7_encode

from onque.kernel import clock
from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts.setup import CheckCard, ServerEntry
from onque.modules.mail.models import Check, Setup
from onque.modules.mail.services import checking, receiving, setups, trying
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests import trials
from onque.modules.mail.tests.dovecot import PASSWORD, Dovecot, dovecot
from onque.modules.mail.tests.factories import ACME, MailCast
from onque.modules.mail.tests.trials import Relay

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def relay(server: Dovecot) -> Iterator[Relay]:
    with trials.relay(server) as running:
        yield running


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def begin(cast: MailCast, port: int, relay_port: int = 1, **changed: object) -> UUID:
    """A setup of Acme's address at a server here."""
    with tenant_scope(cast.acme):
        setup_id = setups.begin(cast.bo, brand_id=cast.acme_brand, address=ACME)
        setups.save_incoming(
            cast.bo,
            setup_id=setup_id,
            entry=ServerEntry("127.0.0.1", port, "none", "support", PASSWORD),
        )
        setups.save_outgoing(
            cast.bo,
            setup_id=setup_id,
            kind="same",
            entry=ServerEntry("127.0.0.1", relay_port, "none", ""),
        )
        if changed:
            Setup.objects.filter(pk=setup_id).update(**changed)
    return setup_id


def tried(cast: MailCast, setup_id: UUID, kind: str = "incoming") -> CheckCard:
    """Run a test as a worker does; a mail is looked for once at a time."""
    with tenant_scope(cast.acme):
        check_id = checking.start(cast.bo, kind=kind, subject_id=setup_id, address=ACME)
    make.drain()
    return card(cast, check_id)


def card(cast: MailCast, check_id: UUID) -> CheckCard:
    with tenant_scope(cast.acme):
        return checking.get_check(cast.bo, check_id=check_id)


def states(check: CheckCard) -> list[str]:
    return [step.state for step in check.steps]


def failed(check: CheckCard) -> tuple[str, str]:
    """The step that failed, and its code."""
    assert check.state == "failed"
    (step,) = [step for step in check.steps if step.state == "failed"]
    later = check.steps[check.steps.index(step) + 1 :]
    assert {step.state for step in later} <= {"skipped"}
    return step.name, step.code


def look(cast: MailCast, check: CheckCard, *, late: bool = False) -> CheckCard:
    """Let the schedule look for the mail now; `late`: after its minute has passed."""
    with tenant_scope(cast.acme):
        now = clock.now()
        Check.objects.filter(pk=check.id).update(look_at=now - timedelta(seconds=1))
        if late:
            Check.objects.filter(pk=check.id).update(deadline_at=now - timedelta(seconds=1))
    assert checking.sweep() == 1
    make.drain()
    return card(cast, check.id)


def test_a_good_server_passes_and_tells_its_folders(cast: MailCast, server: Dovecot) -> None:
    with server.client("support") as client:
        client.create(utf7_encode("보낸 편지").decode().join('""'))
    check = tried(cast, begin(cast, server.port))
    assert states(check) == ["ok"] * 4
    assert (check.state, check.is_running) == ("ok", False)
    assert {"INBOX", "보낸 편지"} <= {name for name, _is_junk in check.folders}


def test_the_round_trip(cast: MailCast, server: Dovecot, relay: Relay) -> None:
    check = tried(cast, begin(cast, server.port, relay.port), "mailbox")
    assert states(check) == [*["ok"] * 5, "running"]
    assert check.is_running
    assert states(look(cast, check)) == ["ok"] * 6
    assert b"Auto-Submitted: auto-generated" in relay.received[0]
    assert checking.sweep() == 0


def test_a_mail_that_is_late_is_looked_for_again(
    cast: MailCast, server: Dovecot, relay: Relay
) -> None:
    relay.dovecot = None
    check = tried(cast, begin(cast, server.port, relay.port), "mailbox")
    check = look(cast, check)
    assert check.is_running
    server.put("support", relay.received[0])
    assert look(cast, check).state == "ok"


def test_a_mail_that_never_comes(cast: MailCast, server: Dovecot, relay: Relay) -> None:
    relay.dovecot = None
    check = tried(cast, begin(cast, server.port, relay.port), "mailbox")
    assert failed(look(cast, check, late=True)) == ("arrive", "not_seen")


def test_a_mail_among_spam(cast: MailCast, server: Dovecot, relay: Relay) -> None:
    with server.client("support") as client:
        client.create("Junk")
    relay.folder = "Junk"
    check = tried(cast, begin(cast, server.port, relay.port), "mailbox")
    with tenant_scope(cast.acme):  # this Dovecot marks no folder as the one for spam
        Check.objects.update(facts={"folders": [["INBOX", False], ["Junk", True]]})
    assert failed(look(cast, check)) == ("arrive", "in_spam")


def test_the_test_mail_may_come_by_any_way_and_becomes_no_ticket(
    cast: MailCast, server: Dovecot, relay: Relay
) -> None:
    relay.dovecot = None
    check = tried(cast, begin(cast, server.port, relay.port), "mailbox")
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(relay.received[0], "imap", "1:1:1"))
    make.drain()
    assert card(cast, check.id).state == "ok"
    (row,) = make.ledger(cast.acme)
    assert (row.state, row.reason, row.ticket_id) == ("done", "test", None)


def test_another_tenants_test_mail_is_ordinary_mail(
    cast: MailCast, server: Dovecot, relay: Relay
) -> None:
    relay.dovecot = None
    check = tried(cast, begin(cast, server.port, relay.port), "mailbox")
    route = receiving.find_route(make.GLOBEX)
    assert route
    receiving.store_mail([route], Arrival(relay.received[0], "imap", "1:1:1"))
    make.drain()
    assert card(cast, check.id).is_running
    assert make.ledger(cast.globex)[0].reason != "test"


def test_through_the_installations_relay(cast: MailCast, server: Dovecot) -> None:
    setup_id = begin(cast, server.port, out_kind="installation")
    with make.sink() as keeper:
        check = tried(cast, setup_id, "mailbox")
    assert states(check)[4] == "ok"
    assert keeper.received[0][:2] == (ACME, [ACME])
    with make.sink() as keeper:
        keeper.on_recipient = "550 No"
        assert failed(tried(cast, setup_id, "mailbox")) == ("send", "not_sent")


@pytest.mark.parametrize(
    ("changed", "step", "code"),
    [
        ({"host": "no-such-host.invalid"}, "find", "host_unknown"),
        ({"port": 1, "host": "127.0.0.1"}, "secure", "refused"),
        ({"security": "tls"}, "secure", "tls_failed"),
        ({"security": "starttls"}, "secure", "tls_certificate"),
        ({"sealed_password": ""}, "login", "no_password"),
        ({"folder": "Nowhere"}, "folder", "folder_missing"),
        ({"folder": "없는 폴더"}, "folder", "folder_missing"),
    ],
)
def test_what_is_wrong_is_named(
    cast: MailCast, server: Dovecot, changed: dict[str, object], step: str, code: str
) -> None:
    setup_id = begin(cast, server.port)
    with tenant_scope(cast.acme):
        Setup.objects.filter(pk=setup_id).update(**changed)
    assert failed(tried(cast, setup_id)) == (step, code)


class Bare(socketserver.StreamRequestHandler):
    """An IMAP server that knows no TLS."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, command = line.split()[:2]
            if command.upper() == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            self.wfile.write(tag + b" OK done\r\n")


def test_a_server_without_tls_is_named(cast: MailCast) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Bare) as bare:
        bare.daemon_threads = True
        Thread(target=bare.serve_forever, daemon=True).start()
        try:
            setup_id = begin(cast, bare.server_address[1])
            with tenant_scope(cast.acme):
                Setup.objects.filter(pk=setup_id).update(security="starttls", host="127.0.0.1")
            assert failed(tried(cast, setup_id)) == ("secure", "tls_missing")
        finally:
            bare.shutdown()


def test_a_wrong_password(cast: MailCast, server: Dovecot) -> None:
    setup_id = begin(cast, server.port)
    with tenant_scope(cast.acme):
        entry = ServerEntry("127.0.0.1", server.port, "none", "support", "wrong")
        setups.save_incoming(cast.bo, setup_id=setup_id, entry=entry)
    check = tried(cast, setup_id)
    assert failed(check) == ("login", "wrong_password")
    assert PASSWORD not in repr(check)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("[ALERT] Application-specific password required: example (Failure)", "app_password"),
        ("[ALERT] Your account is not enabled for IMAP use.", "imap_off"),
        ("[AUTHENTICATIONFAILED] 네이버 메일의 IMAP/SMTP 설정이 사용 안함입니다.", "imap_off"),
        ("AUTHENTICATE failed. BasicAuthBlocked", "oauth_needed"),
        ("[LIMIT] Too many simultaneous connections", "too_many"),
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "wrong_password"),
    ],
)
def test_a_refused_log_in_is_explained_by_the_servers_words(
    cast: MailCast, words: str, code: str
) -> None:
    with trials.peer(trials.imap_that_refuses(words)) as port:
        assert failed(tried(cast, begin(cast, port))) == ("login", code)


def test_what_is_no_mail_server(cast: MailCast) -> None:
    def web(link: socket.socket) -> None:
        link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with trials.peer(web) as port:
        assert failed(tried(cast, begin(cast, port))) == ("secure", "not_mail")


def test_a_certificate_that_nobody_vouches_for(
    cast: MailCast, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = trials.certificate(tmp_path)
    refuse = trials.imap_that_refuses("[AUTHENTICATIONFAILED] no")

    def talk(link: socket.socket) -> None:
        with context.wrap_socket(link, server_side=True) as safe:
            refuse(safe)

    with trials.peer(talk) as port:
        setup_id = begin(cast, port, security="tls", host="localhost")
        assert failed(tried(cast, setup_id)) == ("secure", "tls_certificate")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        check = tried(cast, setup_id)
    assert failed(check) == ("login", "wrong_password")
    assert check.steps[1].detail.startswith("TLSv1.")


@pytest.mark.parametrize(
    ("refusal", "answer", "code"),
    [
        ("on_sender", "553 5.7.1 Sender address rejected", "sender_refused"),
        ("on_recipient", "550 5.7.1 Relaying denied", "recipient_refused"),
    ],
)
def test_an_outgoing_server_that_refuses(
    cast: MailCast, server: Dovecot, relay: Relay, refusal: str, answer: str, code: str
) -> None:
    setattr(relay, refusal, answer)
    check = tried(cast, begin(cast, server.port, relay.port), "mailbox")
    assert failed(check) == ("send", code)
    assert answer[4:] in check.steps[4].detail


def test_an_outgoing_servers_own_log_in(cast: MailCast, server: Dovecot, relay: Relay) -> None:
    setup_id = begin(cast, server.port, relay.port)
    for password, state in (("wrong", "failed"), (PASSWORD, "ok")):
        with tenant_scope(cast.acme):
            entry = ServerEntry("127.0.0.1", relay.port, "none", "other", password)
            setups.save_outgoing(cast.bo, setup_id=setup_id, kind="own", entry=entry)
        check = tried(cast, setup_id, "mailbox")
        assert check.steps[4].state == state
    assert len(relay.received) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "::1", "10.1.2.3"])
def test_private_addresses_are_refused_where_the_setting_says_so(
    cast: MailCast, server: Dovecot, settings, host: str
) -> None:
    setup_id = begin(cast, server.port, host=host)
    settings.MAIL_PRIVATE_HOSTS = False
    assert failed(tried(cast, setup_id)) == ("find", "host_private")


def test_a_run_is_done_once(cast: MailCast, server: Dovecot, relay: Relay) -> None:
    check = tried(cast, begin(cast, server.port, relay.port), "mailbox")
    make.drain()
    trying.advance(cast.globex, check.id)
    assert len(relay.received) == 1
    done = look(cast, check)
    trying.advance(cast.acme, check.id)
    assert card(cast, check.id) == done


def test_a_run_whose_worker_died_is_shown_as_stopped(cast: MailCast, server: Dovecot) -> None:
    setup_id = begin(cast, server.port)
    with tenant_scope(cast.acme):
        check_id = checking.start(cast.bo, kind="incoming", subject_id=setup_id, address=ACME)
        Check.objects.update(asked_at=clock.now() - timedelta(minutes=5))
    check = card(cast, check_id)
    assert failed(check) == ("find", "stopped")
    assert not check.is_running


def test_a_setup_that_was_discarded_meanwhile(cast: MailCast, server: Dovecot) -> None:
    setup_id = begin(cast, server.port)
    with tenant_scope(cast.acme):
        check_id = checking.start(cast.bo, kind="incoming", subject_id=setup_id, address=ACME)
        setups.discard(cast.bo, setup_id=setup_id)
    make.drain()
    assert card(cast, check_id).state == "failed"


def test_agents_and_other_tenants_run_no_tests(cast: MailCast, server: Dovecot) -> None:
    setup_id = begin(cast, server.port)
    with tenant_scope(cast.acme), pytest.raises(Forbidden):
        checking.start(cast.ada, kind="incoming", subject_id=setup_id, address=ACME)
    check = tried(cast, setup_id)
    with tenant_scope(cast.globex), pytest.raises(NotFound):
        checking.get_check(cast.dee, check_id=check.id)
    with tenant_scope(cast.globex), pytest.raises(NotFound):
        setups.get_setup(cast.dee, setup_id=setup_id)
