"""Mail out against a real SMTP server: once, in the right thread, or waiting for a person."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from onque.kernel import clock, events
from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity.tests.factories import actor_of
from onque.modules.mail import public as mail
from onque.modules.mail.contracts import NewMail, NotRetryable
from onque.modules.mail.models import OutboundMail
from onque.modules.mail.rules import messageids
from onque.modules.mail.rules.parsed import AutoKind, ParsedMail
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.replies import MARKER_SIGN
from onque.modules.mail.services import delivery, faring, ledger, receiving, smtp, writing
from onque.modules.mail.services.keys import reply_keys
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast, Sink


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with make.sink() as keeper:
        yield keeper


class Killed(BaseException):
    """The worker dies here."""


def new_ticket(cast: MailCast) -> UUID:
    route = receiving.find_route(ACME)
    assert route
    raw = make.raw_mail(message_id="first@customer.example")
    receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, CY))
    make.drain()
    ticket_id = make.ledger(cast.acme)[-1].ticket_id
    assert ticket_id
    return ticket_id


def queued(cast: MailCast) -> UUID:
    """A queued reply whose event no worker has heard yet."""
    message_id = make.answer(cast.ada, new_ticket(cast))
    with tenant_scope(cast.acme):
        card = make.ledger(cast.acme)[-1]
        assert card.ticket_id
        found = writing.queue_reply(card.ticket_id, message_id)
    assert found
    return found


def state(cast: MailCast, mail_id: UUID) -> OutboundMail:
    with tenant_scope(cast.acme):
        return OutboundMail.objects.get(pk=mail_id)


def only(sink: Sink) -> tuple[str, list[str], ParsedMail]:
    ((sender, recipients, raw),) = sink.received
    return sender, recipients, parse_mail(raw)


def test_a_reply_reaches_the_customer_in_their_thread(cast: MailCast, sink: Sink) -> None:
    make.answer(cast.ada, new_ticket(cast))
    make.drain()
    sender, recipients, found = only(sink)
    (row,) = make.outgoing(cast.acme)
    assert (row.state, row.attempts) == ("sent", 1)
    assert recipients == [CY]
    assert found.reply_to[0].address == row.reply_to
    assert sender == row.envelope_from
    assert sender.startswith("bounce+")
    assert found.subject == "Re: 환불 문의"
    assert found.in_reply_to == found.references == ("first@customer.example",)
    assert found.message_id == row.rfc_id
    signed = messageids.read_id(reply_keys(), found.message_id, tenant_id=cast.acme)
    assert signed
    assert (signed.genuine, signed.ticket_number) == (True, 1)
    assert found.sender
    assert (found.sender.name, found.sender.address) == ("Ada (Acme)", ACME)
    assert "환불해 드렸습니다." in found.text
    assert "> 결제가 두 번 됐어요." in found.text
    assert found.text.startswith(MARKER_SIGN)
    assert found.automatic.kind is AutoKind.NONE


def test_the_same_reply_is_one_mail(cast: MailCast, sink: Sink) -> None:
    mail_id = queued(cast)
    row = state(cast, mail_id)
    with tenant_scope(cast.acme):
        assert row.ticket_id
        assert row.message_id
        assert writing.queue_reply(row.ticket_id, row.message_id) == mail_id
    make.drain()
    for _again in range(3):
        delivery.send_queued(cast.acme, mail_id)
    assert len(sink.received) == 1


def test_a_reply_is_found_however_much_was_said_since(
    cast: MailCast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket_id = new_ticket(cast)
    message_id = make.answer(cast.ada, ticket_id)
    monkeypatch.setattr(writing.desk, "get_thread", lambda _ticket: [])
    with tenant_scope(cast.acme):
        mail_id = writing.queue_reply(ticket_id, message_id)
        assert mail_id
        assert OutboundMail.objects.get(pk=mail_id).text == "환불해 드렸습니다."
        for ticket, message in ((ticket_id, uuid4()), (uuid4(), message_id)):
            with pytest.raises(NotFound):
                writing.queue_reply(ticket, message)


def test_a_module_sends_automatic_mail_once(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    new = NewMail(
        key="one",
        kind="survey",
        to_address=CY,
        subject="어땠나요?",
        text="https://onque.example/s/1",
        ticket_id=ticket_id,
    )
    with tenant_scope(cast.acme):
        assert mail.queue_mail(new) == mail.queue_mail(new)
    make.drain()
    _sender, _recipients, found = only(sink)
    assert found.automatic.kind is AutoKind.AUTO
    assert found.automatic.why == "Auto-Submitted: auto-generated"
    assert found.references == ("first@customer.example",)


def test_platform_mail_needs_no_brand(cast: MailCast, sink: Sink) -> None:
    new = NewMail(key="1", kind="invitation", to_address="new@acme.example", subject="hi", text="x")
    with tenant_scope(cast.acme):
        mail.queue_mail(new)
    make.drain()
    sender, _recipients, found = only(sink)
    assert sender.startswith("bounce+")
    assert found.sender
    assert found.sender.address == f"no-reply@{settings.MAIL_DOMAIN}"
    assert found.sender.name == "Onque"


@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_a_passing_fault_is_tried_again(cast: MailCast, sink: Sink, where: str) -> None:
    mail_id = queued(cast)
    setattr(sink, where, "451 4.7.1 greylisted")
    make.drain()
    row = state(cast, mail_id)
    assert (row.state, row.attempts, row.sent_at) == ("queued", 1, None)
    assert "greylisted" in row.error
    setattr(sink, where, "")
    assert delivery.sweep() == 0
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert delivery.sweep() == 1
        assert delivery.sweep() == 0
        make.drain()
    assert state(cast, mail_id).state == "sent"
    assert len(sink.received) == 1


def test_an_unreachable_server_is_tried_for_two_days_then_given_up(cast: MailCast) -> None:
    mail_id = queued(cast)
    settings.SMTP_URL, before = "smtp://127.0.0.1:1", settings.SMTP_URL
    moment = clock.now()
    try:
        for _day in range(60):
            with clock.frozen(moment):
                delivery.sweep()
                make.drain()
            moment += timedelta(hours=1)
            if state(cast, mail_id).state == "failed":
                break
    finally:
        settings.SMTP_URL = before
    row = state(cast, mail_id)
    assert (row.state, row.attempts) == ("failed", 11)
    assert 24 <= (moment - row.queued_at) / timedelta(hours=1) <= 60
    assert "refused" in row.error


@contextmanager
def answering(lines: dict[bytes, bytes]) -> Iterator[int]:
    """A server that answers by a command's first word; b"" is the greeting. Yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with suppress(OSError):
                peer, _address = door.accept()
                with peer, peer.makefile("rb") as heard:
                    peer.sendall(lines[b""] + b"\r\n")
                    for line in heard:
                        peer.sendall(lines.get(line.split()[0].upper(), b"221 bye") + b"\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1]
    thread.join(10)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({b"": b"554 5.7.1 not you"}, "554 5.7.1 not you"),
        (
            {
                b"": b"220 hi",
                b"EHLO": b"250-hi\r\n250 AUTH PLAIN",
                b"AUTH": b"535 5.7.8 the password was changed",
            },
            "535 5.7.8 the password was changed",
        ),
        (
            {
                b"": b"220 hi",
                b"EHLO": b"250-hi\r\n250 STARTTLS",
                b"STARTTLS": b"220 go\r\nno handshake",
            },
            "SSL",
        ),
        ({b"": b"220 hi", b"EHLO": b"550 no", b"HELO": b"550 no"}, "550 no"),
    ],
)
def test_what_the_server_refuses_before_the_mail_is_tried_later(
    lines: dict[bytes, bytes], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(lines) as port:
        monkeypatch.setattr(settings, "SMTP_URL", f"smtp://us:old@127.0.0.1:{port}")
        result = smtp.deliver(b"x", sender="a@b.example", recipient=CY, before_text=lambda: True)
    assert result.outcome is smtp.Outcome.LATER
    assert words in result.words


@pytest.mark.parametrize("url", ["", "http://mail.example", "smtp://mail.example:port"])
def test_a_wrong_setting_is_no_fault_of_the_mail(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SMTP_URL", url)
    result = smtp.deliver(b"x", sender="a@b.example", recipient=CY, before_text=lambda: True)
    assert result.outcome is smtp.Outcome.LATER


@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_a_refusal_is_final_and_shown(cast: MailCast, sink: Sink, where: str) -> None:
    setattr(sink, where, "550 5.1.1 no such user")
    mail_id = queued(cast)
    make.drain()
    row = state(cast, mail_id)
    assert (row.state, row.error) == ("failed", "550 5.1.1 no such user")
    with tenant_scope(cast.acme):
        (item,) = ledger.list_unfinished(cast.bo).rows
        (shown,) = faring.how_they_fare(cast.ada, [row.message_id]).values()
    assert (item.id, item.state, shown.mails[0].step) == (mail_id, "failed", "failed")
    setattr(sink, where, "")
    with tenant_scope(cast.acme):
        ledger.send_again(cast.bo, mail_id=mail_id)
    make.drain()
    assert state(cast, mail_id).state == "sent"


def test_killed_before_the_text_it_is_sent_again(
    cast: MailCast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = queued(cast)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_begin", _die)
        with pytest.raises(Killed):
            delivery.send_queued(cast.acme, mail_id)
    assert state(cast, mail_id).state == "claimed"
    make.drain()
    assert sink.received == []
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        delivery.sweep()
        make.drain()
    assert state(cast, mail_id).state == "sent"
    assert len(sink.received) == 1


@pytest.mark.parametrize("begun", [False, True])
def test_what_breaks_on_the_way_is_recorded(
    begun: bool, cast: MailCast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = queued(cast)

    def broken(_raw: bytes, **more: object) -> smtp.Result:
        if begun:
            assert more["before_text"]()  # type: ignore[operator]
        raise RecursionError("too deep")

    moment = clock.now()
    with monkeypatch.context() as patch:
        patch.setattr(smtp, "deliver", broken)
        delivery.send_queued(cast.acme, mail_id)
        row = state(cast, mail_id)
        assert "too deep" in row.error
        assert (row.state, row.attempts) == ("unsure" if begun else "queued", 1)
        for _hour in range(60):
            moment += timedelta(hours=1)
            with clock.frozen(moment):
                delivery.send_queued(cast.acme, mail_id)
    row = state(cast, mail_id)
    assert row.state == ("unsure" if begun else "failed")
    with tenant_scope(cast.acme):
        (item,) = ledger.list_unfinished(cast.bo).rows
    assert (item.id, item.attempts) == (mail_id, row.attempts)
    assert "too deep" in item.error


def _die(*_args: object, **_more: object) -> None:
    raise Killed


def test_killed_between_the_server_and_the_commit_a_person_decides(
    cast: MailCast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = queued(cast)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_record", _die)
        with pytest.raises(Killed):
            delivery.send_queued(cast.acme, mail_id)
    assert state(cast, mail_id).state == "sending"
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        delivery.sweep()
        make.drain()
    row = state(cast, mail_id)
    assert row.state == "unsure"
    assert len(sink.received) == 1
    with tenant_scope(cast.acme):
        ledger.mark_arrived(cast.bo, mail_id=mail_id)
        with pytest.raises(NotRetryable):
            ledger.send_again(cast.bo, mail_id=mail_id)
    assert state(cast, mail_id).state == "sent"


def test_sent_again_it_carries_the_same_id(cast: MailCast, sink: Sink) -> None:
    sink.drop_after_data = True
    mail_id = queued(cast)
    make.drain()
    row = state(cast, mail_id)
    assert row.state == "unsure"
    sink.drop_after_data = False
    with tenant_scope(cast.acme):
        ledger.send_again(cast.bo, mail_id=mail_id)
    make.drain()
    ids = [parse_mail(raw).message_id for _s, _r, raw in sink.received]
    assert ids == [row.rfc_id, row.rfc_id]
    assert state(cast, mail_id).state == "sent"


def test_a_slow_worker_that_lost_its_claim_sends_nothing(
    cast: MailCast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = queued(cast)
    real = smtp.deliver

    def slow(raw: bytes, **more: object) -> smtp.Result:
        with clock.frozen(clock.now() + timedelta(minutes=3)):
            delivery.sweep()
        return real(raw, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(smtp, "deliver", slow)
        delivery.send_queued(cast.acme, mail_id)
    assert sink.received == []
    assert state(cast, mail_id).state == "queued"
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        make.drain()
    assert len(sink.received) == 1


def test_rolled_back_nothing_is_queued(cast: MailCast, sink: Sink) -> None:
    new = NewMail(key="1", kind="notice", to_address=CY, subject="hi", text="x")

    def queue_and_break() -> None:
        with tenant_scope(cast.acme):
            mail.queue_mail(new)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        queue_and_break()
    make.drain()
    assert make.outgoing(cast.acme) == []
    assert sink.received == []


def test_only_who_may_acts_and_only_in_their_workspace(cast: MailCast, sink: Sink) -> None:
    sink.on_recipient = "550 no"
    mail_id = queued(cast)
    make.drain()
    with tenant_scope(cast.acme):
        for act in (ledger.send_again, ledger.mark_arrived):
            with pytest.raises(Forbidden):
                act(cast.ada, mail_id=mail_id)
        with pytest.raises(Forbidden):
            ledger.list_unfinished(cast.ada)
    dee = actor_of(cast.people.globex, cast.people.dee)
    with tenant_scope(cast.globex):
        assert ledger.list_unfinished(dee).rows == ()
        with pytest.raises(NotFound):
            ledger.send_again(dee, mail_id=mail_id)
    assert state(cast, mail_id).state == "failed"


def test_events_are_heard(cast: MailCast) -> None:
    heard = {s.key for s in events.all_subscribers()}
    assert {"mail.file_mail", "mail.queue_reply_mail", "mail.send_mail"} <= heard
