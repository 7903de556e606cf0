"""The listener, spoken to by real clients."""

import smtplib
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import InterfaceError

from onque.kernel import storage
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.mail import public as mail
from onque.modules.mail.services import listening, watching
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, GLOBEX, MailCast


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def lmtp(port: int) -> smtplib.LMTP:
    return smtplib.LMTP("127.0.0.1", port, timeout=10)


def test_a_mail_becomes_a_ticket(cast: MailCast) -> None:
    raw = make.raw_mail()
    with make.listener() as port, lmtp(port) as peer:
        assert peer.sendmail(CY, [ACME], raw) == {}
        (row,) = make.ledger(cast.acme)
        assert (row.state, row.envelope_from, row.recipient) == ("stored", CY, ACME)
        assert storage.store().get(row.object_key) == raw
    make.drain()
    (row,) = make.ledger(cast.acme)
    assert (row.state, row.landing, row.reason) == ("done", "nothing_known", "")
    with tenant_scope(cast.acme):
        card = desk.get_card(row.ticket_id)
        (message,) = desk.get_thread(card.id)
    assert (card.number, card.subject, card.channel) == (1, "환불 문의", "email")
    assert (message.text, message.author_address) == ("결제가 두 번 됐어요.", CY)
    assert make.ledger(cast.globex) == []


@pytest.mark.parametrize("address", ["nobody@acme.example", "reply+aaaa@mail.onque.test", "x"])
def test_unknown_recipients_are_refused_at_once(cast: MailCast, address: str) -> None:
    with make.listener() as port, lmtp(port) as peer:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            peer.sendmail(CY, [address], make.raw_mail())
        code, words = refused.value.recipients[address]
        assert code in {550, 553}
        assert b"5.1.1" in words or code == 553
    assert make.ledger(cast.acme) == []


def test_recipients_are_compared_without_case(cast: MailCast) -> None:
    with make.listener() as port, lmtp(port) as peer:
        peer.sendmail(CY, [ACME.upper()], make.raw_mail())
    assert len(make.ledger(cast.acme)) == 1


def test_too_large_a_mail_is_refused(cast: MailCast) -> None:
    with make.listener(limit_bytes=5_000) as port, lmtp(port) as peer:
        with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)) as refused:
            peer.sendmail(CY, [ACME], make.raw_mail("x" * 10_000))
        assert refused.value.smtp_code == 552
    assert make.ledger(cast.acme) == []


def test_over_lmtp_each_recipient_has_an_answer(cast: MailCast) -> None:
    with make.listener() as port, socket.create_connection(("127.0.0.1", port), 10) as peer:
        lines = peer.makefile("rb")
        lines.readline()

        def say(words: str, answers: int = 1) -> list[bytes]:
            peer.sendall(words.encode() + b"\r\n")
            return [lines.readline() for _ in range(answers)]

        peer.sendall(b"LHLO peer\r\n")
        while lines.readline()[3:4] == b"-":
            pass
        say(f"MAIL FROM:<{CY}>")
        say(f"RCPT TO:<{ACME}>")
        say(f"RCPT TO:<{GLOBEX}>")
        assert say("DATA")[0].startswith(b"354")
        peer.sendall(make.raw_mail() + b".\r\n")
        assert [lines.readline()[:3] for _ in range(2)] == [b"250", b"250"]
        lines.close()
    assert len(make.ledger(cast.acme)) == len(make.ledger(cast.globex)) == 1


def test_over_smtp_too(cast: MailCast) -> None:
    with make.listener("smtp") as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as peer:
        peer.sendmail(CY, [ACME, GLOBEX], make.raw_mail())
    assert len(make.ledger(cast.acme)) == len(make.ledger(cast.globex)) == 1


def test_an_empty_envelope_sender_marks_what_a_program_sent(cast: MailCast) -> None:
    with make.listener() as port, lmtp(port) as peer:
        peer.sendmail("", [ACME], make.raw_mail())
    row = make.ledger(cast.acme)[0]
    assert (row.envelope_from, row.has_envelope) == ("", True)
    make.drain()
    with tenant_scope(cast.acme):
        card = desk.get_card(make.ledger(cast.acme)[0].ticket_id)
    assert card.number == 1


def test_overlong_lines_are_taken(cast: MailCast) -> None:
    with make.listener() as port, lmtp(port) as peer:
        peer.sendmail(CY, [ACME], make.raw_mail("x" * 20_000))
    make.drain()
    assert make.ledger(cast.acme)[0].state == "done"


@pytest.fixture
def broken_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object store whose folder is a file."""
    blocked = tmp_path / "files"
    blocked.write_text("not a folder")
    monkeypatch.setattr(settings, "FILES_DIR", str(blocked))
    storage.store.cache_clear()
    yield
    storage.store.cache_clear()


def test_without_the_store_the_peer_keeps_the_mail(cast: MailCast, broken_store: None) -> None:
    with make.listener() as port, lmtp(port) as peer:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            peer.sendmail(CY, [ACME], make.raw_mail())
        assert refused.value.smtp_code == 451
    assert make.ledger(cast.acme) == []


@pytest.mark.parametrize("where", ["find_route", "store_mail"])
def test_a_connection_closed_under_us_is_a_passing_fault(
    cast: MailCast, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_args: object) -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(listening.receiving, where, closed)
    with make.listener() as port, lmtp(port) as peer:
        refusals = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
        with pytest.raises(refusals, match="451"):
            peer.sendmail(CY, [ACME], make.raw_mail())
    assert make.ledger(cast.acme) == []


def test_the_pollers_outlive_a_closed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed() -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(watching.polling, "due_mailboxes", closed)
    assert watching._due() == []


def test_without_the_database_the_peer_keeps_the_mail(cast: MailCast) -> None:
    """The listener's own connections are pointed to a closed port."""
    from django.db import connections

    with make.listener() as port:
        before = connections.databases["default"]["PORT"]
        connections.databases["default"]["PORT"] = "1"
        try:
            with lmtp(port) as peer, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                peer.sendmail(CY, [ACME], make.raw_mail())
        finally:
            connections.databases["default"]["PORT"] = before
        assert refused.value.recipients[ACME][0] == 451
    assert make.ledger(cast.acme) == []


def test_commands_in_one_go_and_letters_of_all_scripts(cast: MailCast) -> None:
    with make.listener() as port, socket.create_connection(("127.0.0.1", port), 10) as peer:
        lines = peer.makefile("rb")
        lines.readline()
        peer.sendall(b"LHLO peer\r\n")
        said = [lines.readline()]
        while said[-1][3:4] == b"-":
            said.append(lines.readline())
        offered = {line[4:].split()[0] for line in said}
        assert {b"PIPELINING", b"SIZE", b"8BITMIME", b"SMTPUTF8"} <= offered
        assert b"AUTH" not in offered
        words = f"MAIL FROM:<사람@customer.example> SMTPUTF8\r\nRCPT TO:<{ACME}>\r\nDATA\r\n"
        peer.sendall(words.encode())
        assert [lines.readline()[:3] for _ in range(3)] == [b"250", b"250", b"354"]
        peer.sendall(make.raw_mail() + b".\r\nQUIT\r\n")
        assert lines.readline()[:3] == b"250"
        lines.close()
    assert make.ledger(cast.acme)[0].envelope_from == "사람@customer.example"


def test_the_size_is_refused_before_the_text_and_while_it_comes(cast: MailCast) -> None:
    with make.listener(limit_bytes=5_000) as port, lmtp(port) as peer:
        peer.ehlo_or_helo_if_needed()
        assert peer.docmd(f"MAIL FROM:<{CY}> SIZE=5001")[0] == 552
        assert peer.docmd(f"MAIL FROM:<{CY}>")[0] == 250  # it does not say
        assert peer.docmd(f"RCPT TO:<{ACME}>")[0] == 250
        assert peer.data(make.raw_mail("x" * 20_000))[0] == 552
        assert peer.sendmail(CY, [ACME], make.raw_mail()) == {}  # the session goes on
    assert len(make.ledger(cast.acme)) == 1


def test_several_recipients_have_one_copy_of_the_bytes(cast: MailCast) -> None:
    with tenant_scope(cast.acme):
        mail.add_address(cast.bo, brand_id=cast.acme_brand, address="sales@acme.example")
    with make.listener("smtp") as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as peer:
        peer.sendmail(CY, [ACME, "sales@acme.example"], make.raw_mail())
    rows = make.ledger(cast.acme)
    assert {row.recipient for row in rows} == {ACME, "sales@acme.example"}
    assert len({row.object_key for row in rows}) == 1


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    both = tmp_path / "both.pem"
    words = ["-subj", "/CN=localhost", "-days", "2", "-keyout", str(tmp_path / "key.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *words, "-out", both],
        check=True,
        capture_output=True,
    )
    both.write_text(both.read_text() + (tmp_path / "key.pem").read_text())
    return both


def test_starttls_with_the_configured_certificate(cast: MailCast, pem: Path) -> None:
    assert listening.certificate("", "") is None
    tls = listening.certificate(str(pem), "")
    with make.listener("smtp", tls=tls) as port, smtplib.SMTP("127.0.0.1", port) as peer:
        peer.ehlo()
        assert peer.has_extn("starttls")
        peer.starttls(context=_trusting())
        peer.ehlo()
        assert not peer.has_extn("starttls")
        assert not peer.has_extn("auth")
        peer.sendmail(CY, [ACME], make.raw_mail())
    assert len(make.ledger(cast.acme)) == 1


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


_UP_TO_DATA = f"LHLO peer\\r\\nMAIL FROM:<{CY}>\\r\\nRCPT TO:<{ACME}>\\r\\nDATA\\r\\n"


@pytest.mark.parametrize("words", ["", _UP_TO_DATA])
def test_who_drips_is_cut_off(cast: MailCast, words: str) -> None:
    with (
        make.listener(seconds=0.5) as port,
        socket.create_connection(("127.0.0.1", port), 30) as peer,
    ):
        peer.sendall(words.encode())
        ended = False
        while not ended:
            try:
                peer.sendall(b"x\r\n")
                peer.settimeout(0.1)
                ended = peer.recv(4096) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
    assert make.ledger(cast.acme) == []


def test_the_connection_too_many_is_told_to_come_again(
    cast: MailCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "MAX_SESSIONS", 2)
    with make.listener() as port:
        with lmtp(port), lmtp(port):
            with pytest.raises(smtplib.SMTPConnectError) as refused:
                lmtp(port)
            assert refused.value.smtp_code == 421
        for _try in range(100):
            try:
                with lmtp(port) as peer:
                    peer.sendmail(CY, [ACME], make.raw_mail())
                break
            except smtplib.SMTPConnectError:
                time.sleep(0.05)
    assert len(make.ledger(cast.acme)) == 1


def test_many_connections_at_once(cast: MailCast) -> None:
    def send(number: int) -> None:
        with lmtp(port) as peer:
            peer.sendmail(CY, [ACME], make.raw_mail(subject=f"no. {number}"))

    with make.listener() as port, ThreadPoolExecutor(40) as pool:
        list(pool.map(send, range(80)))
    assert len(make.ledger(cast.acme)) == 80
