"""The listener, spoken to by real clients."""

import smtplib
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.db import InterfaceError

from onque.kernel import storage
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
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
