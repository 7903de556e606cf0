"""What comes back: reports to bounce addresses, absence notes, outsiders' answers, repairs."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Status
from onque.modules.desk.models import Message
from onque.modules.desk.services import forwarding
from onque.modules.identity.tests.factories import actor_of
from onque.modules.mail import public as mail
from onque.modules.mail.contracts import NewMail, NotRetryable
from onque.modules.mail.models import InboundMail, OutboundMail
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.refusals import Fault
from onque.modules.mail.services import bouncing, faring, receiving
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


def receive(raw: bytes, to: str = ACME, *, envelope_from: str = CY) -> None:
    route = receiving.find_route(to)
    assert route
    receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, envelope_from))
    make.drain()


def last(cast: MailCast) -> InboundMail:
    return make.ledger(cast.acme)[-1]


def new_ticket(cast: MailCast) -> UUID:
    receive(make.raw_mail(message_id="first@customer.example"))
    ticket_id = last(cast).ticket_id
    assert ticket_id
    return ticket_id


def replied(cast: MailCast) -> tuple[UUID, OutboundMail]:
    ticket_id = new_ticket(cast)
    make.answer(cast.ada, ticket_id)
    make.drain()
    (row,) = make.outgoing(cast.acme)
    return ticket_id, row


def report(status: str = "5.1.1", diagnostic: str = "smtp; 550 5.1.1 unknown") -> bytes:
    """A delivery report that names nothing of ours."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <{uuid4().hex}@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; x@y.example\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n\r\n--b--\r\n"
    ).encode()


def again(cast: MailCast, row: OutboundMail) -> OutboundMail:
    with tenant_scope(cast.acme):
        return OutboundMail.objects.get(pk=row.pk)


def fares(cast: MailCast, row: OutboundMail) -> list[tuple[str, str, str]]:
    with tenant_scope(cast.acme):
        (shown,) = faring.how_they_fare(cast.ada, [row.message_id or uuid4()]).values()
    return [(one.step, one.fault, one.to_address) for one in shown.mails]


def test_a_report_is_tied_to_its_mail_by_the_address_alone(cast: MailCast, sink: Sink) -> None:
    ticket_id, row = replied(cast)
    receive(report(), row.envelope_from, envelope_from="")
    found = last(cast)
    assert (found.state, found.landing, found.ticket_id) == ("done", "bounce_address", ticket_id)
    assert (again(cast, row).bounce_kind, fares(cast, row)) == (
        Fault.NOBODY,
        [("bounced", "nobody", CY)],
    )
    with tenant_scope(cast.acme):
        assert list(customers.find_bounced([CY])) == [CY]
        assert desk.get_card(ticket_id).status is Status.PENDING
        assert desk.get_thread(ticket_id)[-1].is_note


def test_a_full_mailbox_marks_no_address(cast: MailCast, sink: Sink) -> None:
    _ticket_id, row = replied(cast)
    receive(report("5.2.2", "smtp; 552 5.2.2 full"), row.envelope_from, envelope_from="")
    assert fares(cast, row) == [("bounced", "full", CY)]
    with tenant_scope(cast.acme):
        assert customers.find_bounced([CY]) == {}


def test_a_report_on_a_mail_of_no_ticket_is_kept_too(cast: MailCast, sink: Sink) -> None:
    new = NewMail(key="1", kind="invitation", to_address=CY, subject="hi", text="x")
    with tenant_scope(cast.acme):
        mail.queue_mail(new)
    make.drain()
    (row,) = make.outgoing(cast.acme)
    receive(report(), row.envelope_from, envelope_from="")
    assert (last(cast).state, last(cast).ticket_id) == ("done", None)
    assert again(cast, row).bounced_at


def test_an_absence_note_to_the_return_address_lands_on_the_ticket(
    cast: MailCast, sink: Sink
) -> None:
    ticket_id, row = replied(cast)
    note = make.raw_mail(
        "I am away until Monday.", subject="Away", more="Auto-Submitted: auto-replied\n"
    )
    receive(note, row.envelope_from, envelope_from="")
    found = last(cast)
    assert (found.state, found.landing, found.ticket_id) == ("done", "bounce_address", ticket_id)
    with tenant_scope(cast.acme):
        assert desk.get_card(ticket_id).status is Status.PENDING


def test_a_delay_is_shown_and_hides_no_bounce(cast: MailCast, sink: Sink) -> None:
    _ticket_id, row = replied(cast)
    with tenant_scope(cast.acme):
        for fault in (Fault.DELAYED, Fault.FULL, Fault.DELAYED):
            bouncing.record_bounce(OutboundMail.objects.get(pk=row.pk), fault=fault, words="w")
        bouncing.record_delivered(OutboundMail.objects.get(pk=row.pk))
    assert again(cast, row).bounce_kind == Fault.FULL
    assert again(cast, row).delivered_at


# --- side threads --------------------


def forwarded(cast: MailCast, ticket_id: UUID) -> OutboundMail:
    with tenant_scope(cast.acme):
        asked = Message.objects.filter(ticket_id=ticket_id, direction="in").latest("stored_at")
        forwarding.forward(
            cast.ada,
            ticket_id=ticket_id,
            message_id=asked.id,
            to="bank@pay.example",
            body="확인 부탁드려요.",
            request_key=uuid4(),
        )
    make.drain()
    return next(row for row in make.outgoing(cast.acme) if row.kind == "side")


def test_an_outsiders_answer_lands_beside_the_conversation(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    sent = forwarded(cast, ticket_id)
    said = make.raw_mail(
        "확인했습니다.", sender="Bank <bank@pay.example>", to=sent.reply_to, subject="Re: 환불"
    )
    receive(said, sent.reply_to, envelope_from="bank@pay.example")
    found = last(cast)
    assert (found.state, found.landing, found.ticket_id) == ("done", "side_thread", ticket_id)
    with tenant_scope(cast.acme):
        message = desk.get_thread(ticket_id)[-1]
        assert (message.is_note, message.author_kind) == (True, "outsider")
        assert message.side_id == sent.message_id
        assert desk.get_card(ticket_id).status is Status.NEW
        assert desk.list_collaborators(ticket_id) == []


def test_nothing_an_outsider_says_reaches_the_customer(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    sent = forwarded(cast, ticket_id)
    said = make.raw_mail("비밀 이야기", sender="bank@pay.example", message_id="bank1@pay.example")
    receive(said, sent.reply_to, envelope_from="bank@pay.example")
    make.answer(cast.ada, ticket_id)
    make.drain()
    raw = next(raw for _s, to, raw in sink.received if to == [CY])
    assert "비밀 이야기" not in parse_mail(raw).text
    assert b"bank1@pay.example" not in raw


def test_an_absence_note_of_an_outsider_stays_beside_too(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    sent = forwarded(cast, ticket_id)
    note = make.raw_mail("Away", sender="bank@pay.example", more="Auto-Submitted: auto-replied\n")
    receive(note, sent.envelope_from, envelope_from="")
    assert (last(cast).landing, last(cast).ticket_id) == ("side_thread", ticket_id)


def test_a_forged_side_address_leads_nowhere(cast: MailCast, sink: Sink) -> None:
    ticket_id = new_ticket(cast)
    sent = forwarded(cast, ticket_id)
    local, _, domain = sent.reply_to.partition("@")
    forged = f"{local[:-1]}{'b' if local[-1] == 'a' else 'a'}@{domain}"
    receive(make.raw_mail("hi", sender="evil@else.example", to=forged), forged)
    assert last(cast).ticket_id != ticket_id


# --- repair --------------------


def bounced(cast: MailCast) -> OutboundMail:
    _ticket_id, row = replied(cast)
    receive(report(), row.envelope_from, envelope_from="")
    return again(cast, row)


def test_the_address_is_corrected_and_the_mail_sent_again(cast: MailCast, sink: Sink) -> None:
    row = bounced(cast)
    with tenant_scope(cast.acme):
        assert faring.correct_and_send(cast.ada, mail_id=row.id, address="cy@right.example") == 1
    make.drain()
    assert sink.received[-1][1] == ["cy@right.example"]
    found = parse_mail(sink.received[-1][2])
    assert [one.address for one in found.to] == ["cy@right.example"]
    assert found.message_id == row.rfc_id
    assert sorted(fares(cast, row)) == [
        ("repaired", "nobody", CY),
        ("sent", "", "cy@right.example"),
    ]
    with tenant_scope(cast.acme):
        assert row.ticket_id
        card = desk.get_card(row.ticket_id)
        customer = customers.get_customers([card.customer_id])[card.customer_id]
        assert customer.email == "cy@right.example"
        assert customers.identify_by_email(email=CY).id == customer.id
        with pytest.raises(NotRetryable):
            faring.correct_and_send(cast.ada, mail_id=row.id, address="cy@other.example")


def test_an_address_of_somebody_else_is_sent_to_but_not_taken(cast: MailCast, sink: Sink) -> None:
    row = bounced(cast)
    with tenant_scope(cast.acme):
        customers.identify_by_email(email="other@right.example")
        faring.correct_and_send(cast.ada, mail_id=row.id, address="other@right.example")
        assert row.ticket_id
        card = desk.get_card(row.ticket_id)
        assert customers.get_customers([card.customer_id])[card.customer_id].email == CY
    make.drain()
    assert sink.received[-1][1] == ["other@right.example"]


def test_what_cannot_be_repaired_changes_nothing(cast: MailCast, sink: Sink) -> None:
    _ticket_id, row = replied(cast)
    dee = actor_of(cast.people.globex, cast.people.dee)
    with tenant_scope(cast.acme):
        with pytest.raises(NotRetryable):  # it was sent
            faring.correct_and_send(cast.ada, mail_id=row.id, address="cy@right.example")
        with pytest.raises(Invalid):
            faring.correct_and_send(cast.ada, mail_id=row.id, address="nobody")
        nobody = Actor(kind="member", tenant_id=cast.acme, id=cast.ada.id)
        with pytest.raises(Forbidden):
            faring.correct_and_send(nobody, mail_id=row.id, address="cy@right.example")
    with tenant_scope(cast.globex), pytest.raises(NotFound):
        faring.correct_and_send(dee, mail_id=row.id, address="cy@right.example")
    assert len(make.outgoing(cast.acme)) == 1


def test_a_refusal_at_the_door_marks_the_address_too(cast: MailCast, sink: Sink) -> None:
    sink.on_recipient = "550 5.1.1 no such user"
    _ticket_id, row = replied(cast)
    assert fares(cast, row) == [("failed", "nobody", CY)]
    with tenant_scope(cast.acme):
        assert customers.find_bounced([CY]) == {CY: "550 5.1.1 no such user"}
