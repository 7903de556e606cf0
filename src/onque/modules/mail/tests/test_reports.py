"""What programs send about our mail: kept, tied to what it speaks of, and never acted on as words
of the customer.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.tests.visiting import browser
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.models import InboundMail, OutboundMail, Silence
from onque.modules.mail.rules import addresses
from onque.modules.mail.rules.mime import open_message
from onque.modules.mail.rules.receipted import receipted_ids
from onque.modules.mail.services import receiving, writing
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


def receive(raw: bytes, recipient: str = ACME, *, sender: str = CY) -> InboundMail:
    route = receiving.find_route(recipient)
    assert route
    (mail_id,) = receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, sender))
    make.drain()
    with tenant_scope(route.tenant_id):
        return InboundMail.objects.get(pk=mail_id)


@pytest.fixture
def sent(cast: MailCast, sink: Sink) -> OutboundMail:
    """Ada's answer to Cy's ticket 1."""
    receive(make.raw_mail())
    with tenant_scope(cast.acme):
        ticket_id = Ticket.objects.get().pk
    make.answer(cast.ada, ticket_id)
    make.drain()
    return make.outgoing(cast.acme)[-1]


def return_address(cast: MailCast, mail: OutboundMail) -> str:
    return addresses.bounce_address(
        reply_keys()[0], tenant_id=cast.acme, mail_id=mail.pk, domain=settings.MAIL_DOMAIN
    )


def state(cast: MailCast) -> tuple[str, int]:
    with tenant_scope(cast.acme):
        ticket = Ticket.objects.get(number=1)
        return ticket.status, Message.objects.filter(ticket=ticket).count()


def test_an_absence_note_to_the_return_address_folds_at_its_message(
    cast: MailCast, sent: OutboundMail
) -> None:
    """Responders answer the envelope's sender, and often name no id. Source: RFC 3834, 4."""
    raw = make.raw_mail("부재중입니다.", subject="부재중", more="Auto-Submitted: auto-replied\n")
    row = receive(raw, return_address(cast, sent), sender="")
    assert (row.state, row.landing, row.suppress_answer) == ("done", "bounce_address", True)
    assert state(cast) == ("pending", 3)
    with tenant_scope(cast.acme):
        message = Message.objects.get(pk=row.message_id)
        assert (message.is_automatic, message.about_id) == (True, sent.message_id)
    page = browser("bo@acme.test").get("/desk/acme/tickets/1/").content.decode()
    assert "Automatic answer from" in page
    assert f'm={sent.message_id.hex}#m{sent.message_id.hex}"' in page


RECEIPT = (
    "From: Cy <{cy}>\r\nTo: {acme}\r\nSubject: Read: hello\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nYour message was displayed.\r\n"
    "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
    "Final-Recipient: rfc822; {cy}\r\nOriginal-Message-ID: <{id}>\r\n"
    "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
)


def test_a_receipt_finds_its_mail_by_the_id_inside(cast: MailCast, sent: OutboundMail) -> None:
    raw = RECEIPT.format(cy=CY, acme=ACME, id=sent.rfc_id).encode()
    row = receive(raw)
    assert (row.state, row.landing) == ("done", "referenced")
    assert state(cast) == ("pending", 3)
    with tenant_scope(cast.acme):
        assert Message.objects.get(pk=row.message_id).about_id == sent.message_id


def test_a_receipt_about_nothing_known_waits(cast: MailCast, sent: OutboundMail) -> None:
    row = receive(RECEIPT.format(cy=CY, acme=ACME, id="x@elsewhere.example").encode())
    assert (row.state, row.reason) == ("suspended", "report_on_nothing_known")


def odd_bounce() -> bytes:
    """A report that names neither id nor recipient in any form that can be read."""
    return (
        f"Return-Path: <>\r\nFrom: postmaster@mx.example\r\nTo: {ACME}\r\n"
        "Subject: Undeliverable: your mail\r\n\r\n"
        "The mailbox is full. It could not be delivered.\r\n"
    ).encode()


def test_a_bounce_without_any_facts_finds_its_mail_by_the_return_address(
    cast: MailCast, sent: OutboundMail
) -> None:
    row = receive(odd_bounce(), return_address(cast, sent), sender="")
    assert (row.state, row.landing) == ("done", "bounce_address")
    assert state(cast) == ("pending", 3)
    with tenant_scope(cast.acme):
        assert Message.objects.get(pk=row.message_id).visibility == "internal"
        assert OutboundMail.objects.get(pk=sent.pk).bounced_at
    page = browser("bo@acme.test").get("/desk/acme/tickets/1/").content.decode()
    assert "Not delivered to" in page


def test_another_workspace_s_return_address_leads_nowhere(
    cast: MailCast, sent: OutboundMail
) -> None:
    raw = odd_bounce().replace(b"To: ", b"Cc: " + return_address(cast, sent).encode() + b"\r\nTo: ")
    row = receive(raw, "help@globex.example", sender="")
    assert (row.state, row.ticket_id) == ("suspended", None)


COMPLAINT = (
    "From: fbl@provider.example\r\nTo: {acme}\r\nSubject: complaint about a mail\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
    "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
    "Feedback-Type: {kind}\r\nUser-Agent: P/1\r\nVersion: 1\r\n\r\n"
    "--b\r\nContent-Type: {part}\r\n\r\nFrom: x@y\r\nMessage-ID: <{id}>\r\nSubject: s\r\n\r\n"
    "hi\r\n--b--\r\n"
)


def complaint(message_id: str, *, kind: str = "abuse", part: str = "message/rfc822") -> bytes:
    return COMPLAINT.format(acme=ACME, kind=kind, part=part, id=message_id).encode()


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_who_complained_gets_no_automatic_mail_any_more(
    cast: MailCast, sent: OutboundMail, sink: Sink, part: str
) -> None:
    row = receive(complaint(sent.rfc_id, part=part), sender="fbl@provider.example")
    assert row.state == "done"
    assert state(cast) == ("pending", 3)
    before = len(sink.received)
    survey(cast, sent.ticket_id, "a")
    assert len(sink.received) == before
    page = browser("bo@acme.test").get("/desk/acme/tickets/1/").content.decode()
    assert f"{CY} marked a mail of this ticket as spam." in page
    make.answer(cast.ada, sent.ticket_id)  # what people write still goes out
    make.drain()
    assert len(sink.received) == before + 1
    bo = browser("bo@acme.test")
    assert CY in bo.get("/desk/acme/mail/senders/").content.decode()
    with tenant_scope(cast.acme):
        silence_id = Silence.objects.get().pk
    assert (
        browser("ada@acme.test").post(f"/desk/acme/mail/senders/silent/{silence_id}").status_code
        == 403
    )
    assert bo.post(f"/desk/acme/mail/senders/silent/{silence_id}").status_code == 302
    survey(cast, sent.ticket_id, "b")
    assert len(sink.received) == before + 2


def survey(cast: MailCast, ticket_id: UUID | None, key: str) -> None:
    with tenant_scope(cast.acme):
        new = NewMail(key, "survey", CY, "?", "?", brand_id=cast.acme_brand, ticket_id=ticket_id)
        writing.queue_mail(new)
    make.drain()


@pytest.mark.parametrize(
    ("message_id", "kind"), [("x@elsewhere.example", "abuse"), ("{sent}", "not-spam")]
)
def test_what_is_no_complaint_about_our_mail_silences_nobody(
    cast: MailCast, sent: OutboundMail, message_id: str, kind: str
) -> None:
    receive(
        complaint(message_id.format(sent=sent.rfc_id), kind=kind), sender="fbl@provider.example"
    )
    with tenant_scope(cast.acme):
        assert not Silence.objects.exists()
    assert state(cast)[0] == "pending"


def test_a_complaint_that_quotes_the_customer_s_own_mail_silences_nobody(
    cast: MailCast, sent: OutboundMail
) -> None:
    with tenant_scope(cast.acme):
        own = InboundMail.objects.get().rfc_id
    receive(complaint(own), sender="fbl@provider.example")
    with tenant_scope(cast.acme):
        assert not Silence.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"Subject: x\r\n\r\nhi", COMPLAINT[:300].encode()])
def test_no_report_reads_as_none(raw: bytes) -> None:
    assert not receipted_ids(open_message(raw))
