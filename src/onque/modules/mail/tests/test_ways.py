"""Through which server, how fast and signed by whom a brand's mail leaves."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import dkim
import pytest
from django.conf import LazySettings, settings

from onque.kernel import clock
from onque.kernel.errors import Forbidden, Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail import public as mail
from onque.modules.mail.contracts import DkimRecord, NewMail
from onque.modules.mail.models import OutboundMail, Sender
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.throttling import share_of
from onque.modules.mail.services import brand_senders, delivery, dkim_keys, receiving, smtp
from onque.modules.mail.services.brand_senders import Choices
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.services.smtp import Server
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast, Sink


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with make.sink() as keeper:
        yield keeper


def replied(cast: MailCast) -> None:
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, CY))
    make.drain()
    ticket_id = make.ledger(cast.acme)[-1].ticket_id
    assert ticket_id
    make.answer(cast.ada, ticket_id)
    make.drain()


def choose(cast: MailCast, **choices: object) -> None:
    with tenant_scope(cast.acme):
        brand_senders.set_choices(
            cast.bo,
            brand_id=cast.acme_brand,
            choices=Choices(**choices),  # type: ignore[arg-type]  # a test's own words
        )


def through(cast: MailCast, server: Server) -> None:
    with tenant_scope(cast.acme):
        brand_senders.send_through(
            cast.bo, brand_id=cast.acme_brand, from_address="", server=server
        )


def signing(cast: MailCast, domain: str) -> DkimRecord:
    """Make a key whose record was seen, and sign with it."""
    with tenant_scope(cast.acme):
        record = dkim_keys.make_key(cast.bo, brand_id=cast.acme_brand, domain=domain)
        Sender.objects.update(dkim_checked_at=clock.now())
        dkim_keys.set_signing(cast.bo, brand_id=cast.acme_brand, on=True)
    return record


def test_a_brand_sends_through_its_own_server(cast: MailCast, sink: Sink) -> None:
    through(cast, Server("127.0.0.1", sink.port, "none"))
    before, settings.SMTP_URL = settings.SMTP_URL, "smtp://127.0.0.1:1"
    try:
        replied(cast)
    finally:
        settings.SMTP_URL = before
    assert [to for _sender, to, _raw in sink.received] == [[CY]]


def test_a_server_in_a_private_network_is_not_called(
    cast: MailCast, sink: Sink, settings: LazySettings
) -> None:
    settings.MAIL_PRIVATE_HOSTS = False
    for host in ("127.0.0.1", "localhost", "::1"):
        through(cast, Server(host, sink.port, "none"))
        smtp.forget()
        replied(cast)
    assert sink.received == []
    with tenant_scope(cast.acme):
        rows = list(OutboundMail.objects.all())
    assert {(row.state, "host_private" in row.error) for row in rows} == {("queued", True)}
    with tenant_scope(cast.acme):  # the installation's own may lie there
        brand_senders.send_by_relay(cast.bo, brand_id=cast.acme_brand)
    replied(cast)
    assert len(sink.received) == 1


def test_the_password_is_sealed(cast: MailCast) -> None:
    through(cast, Server("smtp.acme.example", 465, "tls", "us", "secret word"))
    with tenant_scope(cast.acme):
        row = Sender.objects.get()
    assert "secret word" not in row.sealed_password
    assert "secret word" not in repr(Server("h", 1, password="secret word"))


def test_name_and_signatures_are_the_brands_and_the_members(cast: MailCast, sink: Sink) -> None:
    choose(cast, name_style="brand", signatures={"ko": "아크메 고객지원팀", "en": "Acme support"})
    with tenant_scope(cast.acme):
        brand_senders.set_signature(cast.ada, text="Ada, Support")
    replied(cast)
    found = parse_mail(sink.received[0][2])
    assert found.sender
    assert found.sender.name == "Acme"
    assert "-- \nAda, Support\n아크메 고객지원팀" in found.text
    assert "아크메 고객지원팀" in found.html


def test_signed_mail_verifies_against_the_record_to_paste(cast: MailCast, sink: Sink) -> None:
    record = signing(cast, ACME.rpartition("@")[2])
    replied(cast)
    raw = sink.received[0][2]
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        del timeout
        asked.append(name)
        return record.value.encode()

    assert dkim.verify(raw, dnsfunc=dns)
    assert asked == [f"{record.name}.".encode()]
    assert not dkim.verify(raw.replace(b"Subject:", b"Subject: no"), dnsfunc=dns)
    assert b"BEGIN" not in repr(delivery.ways.DkimKey("d", "s", b"BEGIN")).encode()


def test_mail_of_another_domain_is_not_signed_with_the_key(cast: MailCast, sink: Sink) -> None:
    signing(cast, "else.example")
    replied(cast)
    assert b"DKIM-Signature" not in sink.received[0][2]


def test_who_may_not_changes_nothing(cast: MailCast) -> None:
    with tenant_scope(cast.acme):
        for act in (
            lambda: brand_senders.set_choices(
                cast.ada, brand_id=cast.acme_brand, choices=Choices()
            ),
            lambda: dkim_keys.make_key(cast.ada, brand_id=cast.acme_brand, domain="acme.example"),
        ):
            with pytest.raises(Forbidden):
                act()
        for choices in (Choices(name_style="odd"), Choices(from_address="nobody")):
            with pytest.raises(Invalid):
                brand_senders.set_choices(cast.bo, brand_id=cast.acme_brand, choices=choices)
        with pytest.raises(Invalid):
            dkim_keys.make_key(cast.bo, brand_id=cast.acme_brand, domain="not a domain")
        assert Sender.objects.count() == 0


# --- one connection for many mails --------------------


def hand_over(count: int) -> list[smtp.Outcome]:
    return [
        smtp.deliver(
            b"Subject: x\r\n\r\nx\r\n", sender="a@b.example", recipient=CY, before_text=lambda: True
        ).outcome
        for _number in range(count)
    ]


def test_a_connection_serves_many_mails(sink: Sink) -> None:
    assert hand_over(5) == [smtp.Outcome.SENT] * 5
    assert sink.connections == 1
    smtp.forget()
    assert hand_over(1) == [smtp.Outcome.SENT]
    assert sink.connections == 2


def test_a_refusal_leaves_the_connection_usable(sink: Sink) -> None:
    sink.on_recipient = "550 5.1.1 no"
    assert hand_over(1) == [smtp.Outcome.NEVER]
    sink.on_recipient = ""
    assert hand_over(1) == [smtp.Outcome.SENT]
    assert sink.connections == 1


def test_a_connection_that_died_meanwhile_is_replaced(sink: Sink) -> None:
    assert hand_over(1) == [smtp.Outcome.SENT]
    line = smtp._kept.line
    assert line
    assert line.smtp.sock
    line.smtp.sock.shutdown(socket.SHUT_RDWR)
    assert hand_over(1) == [smtp.Outcome.SENT]
    assert sink.connections == 2


# --- limits -------------------------------------------


def queue(tenant_id: UUID, count: int) -> None:
    with tenant_scope(tenant_id):
        for number in range(count):
            mail.queue_mail(
                NewMail(
                    key=f"{number}",
                    kind="invitation",
                    to_address=f"n{number}@big.example",
                    subject="hi",
                    text="x",
                )
            )
    make.drain(tenant_id)


def test_a_large_mailing_waits_and_leaves_room_for_others(
    cast: MailCast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAIL_PER_MINUTE", 4)
    assert share_of(4) == 3
    assert share_of(1) == 1
    with clock.frozen(clock.now()):
        queue(cast.acme, 6)
        assert len(sink.received) == 3
        queue(cast.globex, 2)
        assert len(sink.received) == 4
    waiting = [row for row in make.outgoing(cast.acme) if row.state == "queued"]
    assert [row.attempts for row in waiting] == [0, 0, 0]
    for _minute in range(4):
        with clock.frozen(max(row.next_try_at for row in waiting) + timedelta(seconds=1)):
            delivery.sweep()
            make.drain()
        waiting = [
            row
            for tenant in (cast.acme, cast.globex)
            for row in make.outgoing(tenant)
            if row.state == "queued"
        ]
        if not waiting:
            break
    assert len(sink.received) == 8


# --- acknowledgement ----------------------------------


def arrives(more: str = "", *, to: str = ACME) -> None:
    route = receiving.find_route(to)
    assert route
    raw = make.raw_mail(more=more, to=to)
    receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, CY))
    make.drain()


def test_a_brand_that_wants_it_acknowledges_each_ticket_once(cast: MailCast, sink: Sink) -> None:
    arrives()
    assert sink.received == []
    choose(cast, acknowledges=True, acknowledgements={"en": "We got it."})
    arrives()
    ((_sender, to, raw),) = sink.received
    found = parse_mail(raw)
    assert to == [CY]
    assert b"Auto-Submitted: auto-replied" in raw
    assert "#2" in found.text
    assert found.references
    answer = make.outgoing(cast.acme)[-1].reply_to
    arrives(to=answer)
    assert len(sink.received) == 1


@pytest.mark.parametrize(
    "more", ["Auto-Submitted: auto-replied\n", "List-Id: <news.example>\n", "Precedence: bulk\n"]
)
def test_programs_and_lists_are_not_answered(cast: MailCast, sink: Sink, more: str) -> None:
    choose(cast, acknowledges=True)
    arrives(more)
    assert sink.received == []
