"""Copies, side threads and the addresses reports come to, against a real SMTP server."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client

from onque.kernel import clock
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import NewAttachment, NewReply, Recipient
from onque.modules.desk.models import Message
from onque.modules.desk.repositories import messages
from onque.modules.desk.services import forwarding, holding
from onque.modules.mail.models import OutboundMail
from onque.modules.mail.rules.parsed import ParsedMail
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.services import bouncing, receiving, writing
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


def new_ticket(cast: MailCast) -> UUID:
    route = receiving.find_route(ACME)
    assert route
    raw = make.raw_mail(message_id="first@customer.example")
    receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, CY))
    make.drain()
    ticket_id = make.ledger(cast.acme)[-1].ticket_id
    assert ticket_id
    return ticket_id


def reply(cast: MailCast, ticket_id: UUID, *copies: tuple[str, str]) -> UUID:
    with tenant_scope(cast.acme):
        people = tuple(Recipient(kind=kind, address=address) for kind, address in copies)
        new = NewReply("환불해 드렸습니다.", uuid4(), recipients=people)
        return holding.send_reply(cast.ada, ticket_id=ticket_id, new=new).id


def by_recipient(sink: Sink) -> dict[str, tuple[str, ParsedMail, bytes]]:
    return {to[0]: (sender, parse_mail(raw), raw) for sender, to, raw in sink.received}


def test_copies_are_one_mail_to_their_readers(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    reply(cast, ticket_id, ("cc", "lee@friend.example"), ("bcc", "boss@acme.example"), ("cc", ACME))
    make.drain()
    got = by_recipient(sink)
    assert set(got) == {CY, "lee@friend.example", "boss@acme.example"}
    assert len({mail.message_id for _sender, mail, _raw in got.values()}) == 1
    for _sender, mail, raw in got.values():
        assert [one.address for one in mail.to] == [CY]
        assert [one.address for one in mail.cc] == ["lee@friend.example"]
        assert b"boss@acme.example" not in raw
    senders = [sender for sender, _mail, _raw in got.values()]
    assert len(set(senders)) == len(senders)
    roles = {row.to_address: row.role for row in make.outgoing(cast.acme)}
    assert roles == {CY: "to", "lee@friend.example": "cc", "boss@acme.example": "bcc"}


def test_queued_twice_it_is_sent_once_to_each(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    message_id = reply(cast, ticket_id, ("cc", "lee@friend.example"))
    make.drain()
    with tenant_scope(cast.acme):
        writing.queue_reply(ticket_id, message_id)
    make.drain()
    assert len(sink.received) == 2


def test_one_refused_recipient_keeps_nobody_else_from_it(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    sink.refuse = {"lee@friend.example": "550 5.1.1 no such user"}
    reply(cast, ticket_id, ("cc", "lee@friend.example"))
    make.drain()
    states = {row.to_address: row.state for row in make.outgoing(cast.acme)}
    assert states == {CY: "sent", "lee@friend.example": "failed"}


def test_a_report_is_tied_to_the_exact_mail(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    reply(cast, ticket_id, ("cc", "lee@friend.example"))
    make.drain()
    for to, (sender, _mail, _raw) in by_recipient(sink).items():
        route = receiving.find_route(sender)
        assert route
        assert route.tenant_id == cast.acme
        with tenant_scope(cast.acme):
            found = bouncing.find_outbound_by_bounce_address(sender)
            assert found
            assert found.to_address == to
            assert bouncing.find_outbound_by_bounce_address(ACME) is None
        with tenant_scope(cast.globex):
            assert bouncing.find_outbound_by_bounce_address(sender) is None
    forged = f"bounce+{'a' * 56}@{settings.MAIL_DOMAIN}"
    assert receiving.find_route(forged) is None


def test_a_forward_goes_out_with_its_files_and_an_address_of_its_own(
    cast: MailCast, sink: Sink
) -> None:
    ticket_id = new_ticket(cast)
    with tenant_scope(cast.acme):
        asked = Message.objects.get(ticket_id=ticket_id)
        store().put("files/1", b"%PDF", content_type="application/pdf")
        messages.attach(asked, [NewAttachment("영수증.pdf", "application/pdf", 4, "files/1")])
        sent = forwarding.forward(
            cast.ada,
            ticket_id=ticket_id,
            message_id=asked.id,
            to="bank@pay.example",
            body="확인 부탁드려요.",
            request_key=uuid4(),
        )
    make.drain()
    ((_sender, to, raw),) = sink.received
    mail = parse_mail(raw)
    assert to == ["bank@pay.example"]
    assert mail.subject == "Fwd: 환불 문의"
    assert mail.text.startswith("확인 부탁드려요.")
    assert "결제가 두 번 됐어요." in mail.text
    assert [(one.name, one.content) for one in mail.attachments] == [("영수증.pdf", b"%PDF")]
    with tenant_scope(cast.acme):
        card = desk.get_card(ticket_id)
        row = OutboundMail.objects.get(message_id=sent.id)
    customers_own = make.reply_to_address(cast.acme, card.number, card.customer_id)
    assert mail.reply_to[0].address == row.reply_to != customers_own


def test_the_customer_is_told_nothing_of_a_side_thread(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    with tenant_scope(cast.acme):
        asked = Message.objects.get(ticket_id=ticket_id)
        forwarding.forward(
            cast.ada,
            ticket_id=ticket_id,
            message_id=asked.id,
            to="bank@pay.example",
            body="은행에만 하는 말",
            request_key=uuid4(),
        )
    make.drain()
    side_id = parse_mail(sink.received[0][2]).message_id
    reply(cast, ticket_id)
    make.drain()
    to_customer = by_recipient(sink)[CY][2]
    assert side_id.encode() not in to_customer
    assert "은행에만 하는 말" not in parse_mail(to_customer).text


def test_files_beyond_the_limit_become_links(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    with tenant_scope(cast.acme):
        message_id = reply(cast, ticket_id)
        sent = Message.objects.get(pk=message_id)
        for key, name in (("files/2", "작은.txt"), ("files/3", "큰 파일.zip")):
            store().put(key, b"x" * (5 if key == "files/2" else 50), content_type="x/y")
            size = 5 if key == "files/2" else 50
            messages.attach(sent, [NewAttachment(name, "text/plain", size, key)])
    before, settings.MAIL_ATTACH_LIMIT_BYTES = settings.MAIL_ATTACH_LIMIT_BYTES, 20
    try:
        make.drain()
    finally:
        settings.MAIL_ATTACH_LIMIT_BYTES = before
    mail = parse_mail(sink.received[0][2])
    assert [one.name for one in mail.attachments] == ["작은.txt"]
    link = re.search(r"큰 파일.zip: (\S+)", mail.text)
    assert link
    path = link[1].removeprefix(settings.PUBLIC_URL)
    answer = Client().get(path)
    assert answer.content == b"x" * 50
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert Client().get(path[:-3] + "abc").status_code == 410
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert Client().get(path).status_code == 410
