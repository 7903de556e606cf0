"""From a stored mail to the ticket, with every way it can go instead."""

import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections

from onque.kernel import clock, events, storage
from onque.kernel.access import system_actor
from onque.kernel.errors import Unavailable
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import MessageItem, Status, TicketCard
from onque.modules.mail.models import InboundMail
from onque.modules.mail.rules import threading as threading_rules
from onque.modules.mail.services import filing, receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, GLOBEX, MailCast

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def store(raw: bytes, *recipients: str, envelope_from: str | None = CY) -> list[UUID]:
    routes = [receiving.find_route(item) for item in recipients or (ACME,)]
    assert None not in routes
    arrival = Arrival(raw, "lmtp", uuid4().hex, envelope_from)
    return receiving.store_mail([route for route in routes if route], arrival)


def receive(raw: bytes, *recipients: str, envelope_from: str | None = CY) -> None:
    store(raw, *recipients, envelope_from=envelope_from)
    make.drain()


def last(tenant_id: UUID) -> InboundMail:
    return make.ledger(tenant_id)[-1]


def ticket_of(row: InboundMail) -> tuple[TicketCard, list[MessageItem]]:
    with tenant_scope(row.tenant_id):
        return desk.get_card(row.ticket_id), desk.get_thread(row.ticket_id)


def solve(cast: MailCast, ticket_id: UUID) -> None:
    with tenant_scope(cast.acme):
        desk.set_status(system_actor(cast.acme), ticket_id=ticket_id, status=Status.SOLVED)


def test_the_answer_to_our_reply_comes_back_by_its_signed_address(cast: MailCast) -> None:
    receive(make.raw_mail())
    ticket, _ = ticket_of(last(cast.acme))
    make.answer(cast.ada, ticket.id)
    make.drain()
    (sent,) = make.outgoing(cast.acme)
    raw = make.raw_mail("아직 안 들어왔어요.", to=sent.reply_to.upper(), subject="다른 제목")
    receive(raw, sent.reply_to)
    row = last(cast.acme)
    assert (row.state, row.landing, row.ticket_id) == ("done", "reply_address", ticket.id)
    card, thread = ticket_of(row)
    assert card.status is Status.OPEN
    assert [message.direction for message in thread] == ["in", "out", "in"]
    assert thread[-1].reason == "reply_address"


def test_without_the_address_the_references_lead_back(cast: MailCast) -> None:
    receive(make.raw_mail())
    ticket, _ = ticket_of(last(cast.acme))
    make.answer(cast.ada, ticket.id)
    make.drain()
    (sent,) = make.outgoing(cast.acme)
    receive(make.raw_mail("네", more=f"In-Reply-To: <{sent.rfc_id}>\n"))
    assert (last(cast.acme).landing, last(cast.acme).ticket_id) == ("replied_to", ticket.id)
    receive(make.raw_mail("또", more="References: <unseen@x> <heard@x>\n"))
    second = last(cast.acme).ticket_id
    receive(make.raw_mail("또또", more="References: <heard@x>\n"))
    assert (last(cast.acme).landing, last(cast.acme).ticket_id) == ("mentioned", second)


def test_a_forged_reply_address_is_ordinary_mail_and_says_so(cast: MailCast) -> None:
    receive(make.raw_mail())
    ticket, _ = ticket_of(last(cast.acme))
    address = make.reply_to_address(cast.acme, ticket.number, ticket.customer_id)
    forged = address[:-30] + ("a" if address[-30] != "a" else "b") + address[-29:]
    domain = f"@{settings.MAIL_DOMAIN}"
    local = address.removesuffix(domain)
    forged = local[:-1] + ("a" if local[-1] != "a" else "b") + domain
    receive(make.raw_mail("내 문의인 척", to=forged), forged)
    row = last(cast.acme)
    assert (row.state, row.landing) == ("done", "forged_reply_address")
    assert row.ticket_id != ticket.id
    assert ticket_of(row)[1][0].reason == "forged_reply_address"


def test_another_tenants_token_opens_nothing_here(cast: MailCast) -> None:
    receive(make.raw_mail())
    ticket, _ = ticket_of(last(cast.acme))
    theirs = make.reply_to_address(cast.acme, ticket.number, ticket.customer_id)
    receive(make.raw_mail("hi", to=f"{GLOBEX}, {theirs}"), GLOBEX)
    row = last(cast.globex)
    assert (row.state, row.landing) == ("done", "foreign_reply_address")
    assert len(ticket_of(last(cast.acme))[1]) == 1


def test_ids_of_another_tenant_are_unknown_here(cast: MailCast) -> None:
    receive(make.raw_mail(message_id="secret@customer.example"))
    receive(make.raw_mail("hi", more="In-Reply-To: <secret@customer.example>\n"), GLOBEX)
    assert last(cast.globex).landing == "nothing_known"


def test_one_message_by_two_ways_is_one(cast: MailCast) -> None:
    raw = make.raw_mail()
    receive(raw)
    receive(b"Received: by another.example\r\n" + raw)
    first, second = make.ledger(cast.acme)
    assert (first.state, second.state) == ("done", "duplicate")
    assert (second.reason, second.duplicate_of_id) == ("same_message", first.id)
    assert second.ticket_id == first.ticket_id
    assert len(ticket_of(first)[1]) == 1


def test_the_same_bytes_are_one_message_though_another_parser_read_them(cast: MailCast) -> None:
    raw = make.raw_mail()
    receive(raw)
    with tenant_scope(cast.acme):  # as if its words had been read differently then
        InboundMail.objects.update(fingerprint="0" * 64, parsed_with=0)
    receive(raw)
    first, second = make.ledger(cast.acme)
    assert (second.state, second.duplicate_of_id) == ("duplicate", first.id)
    assert len(ticket_of(first)[1]) == 1


def test_the_same_bytes_in_another_workspace_are_its_own_message(cast: MailCast) -> None:
    raw = make.raw_mail()
    receive(raw)
    receive(raw, GLOBEX)
    assert (last(cast.acme).state, last(cast.globex).state) == ("done", "done")
    assert last(cast.acme).sha256 == last(cast.globex).sha256


def test_the_same_bytes_as_a_mail_set_aside_are_no_copy(cast: MailCast) -> None:
    raw = make.raw_mail()
    receive(raw)
    with tenant_scope(cast.acme):
        InboundMail.objects.update(fingerprint=None)
    receive(raw)
    assert last(cast.acme).state == "done"


def test_the_same_id_on_other_words_is_another_message(cast: MailCast) -> None:
    receive(make.raw_mail("하나", message_id="same@customer.example"))
    receive(make.raw_mail("둘", message_id="same@customer.example"))
    assert [row.state for row in make.ledger(cast.acme)] == ["done", "done"]


def test_two_copies_at_once_are_one(cast: MailCast) -> None:
    raw = make.raw_mail()
    rows = [*store(raw), *store(b"Received: by another.example\r\n" + raw)]
    start = threading.Barrier(2)

    def work(mail_id: UUID) -> None:
        start.wait(10)
        filing.file_mail(cast.acme, mail_id)
        connections.close_all()

    threads = [threading.Thread(target=work, args=(mail_id,)) for mail_id in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(row.state for row in make.ledger(cast.acme)) == ["done", "duplicate"]


def test_filing_twice_has_one_effect(cast: MailCast) -> None:
    (mail_id,) = store(make.raw_mail())
    for _again in range(2):
        filing.file_mail(cast.acme, mail_id)
    row = last(cast.acme)
    assert (row.state, row.attempts) == ("done", 1)
    assert len(ticket_of(row)[1]) == 1
    events.deliver_stream(cast.acme, f"mailin:{mail_id.hex}", "mail.file_mail")
    assert len(ticket_of(row)[1]) == 1


def test_the_same_source_position_is_one_row(cast: MailCast) -> None:
    route = receiving.find_route(ACME)
    assert route
    arrival = Arrival(make.raw_mail(), "imap", "box:1:7")
    assert receiving.store_mail([route], arrival) == receiving.store_mail([route], arrival)
    assert len(make.ledger(cast.acme)) == 1


def test_attachments_are_kept(cast: MailCast) -> None:
    receive((SAMPLES / "own-winmail-dat.eml").read_bytes())
    (message,) = ticket_of(last(cast.acme))[1]
    (item,) = message.attachments
    assert item.name == "분기 보고서.txt"
    assert storage.store().get(item.object_key).decode().startswith("분기별 보고서")


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.eml")))
def test_every_sample_ends_somewhere(cast: MailCast, name: str) -> None:
    receive((SAMPLES / f"{name}.eml").read_bytes(), envelope_from="")
    row = last(cast.acme)
    assert row.state in {"done", "suspended", "quarantined"}
    assert row.detail == "" or row.reason
    assert storage.store().get(row.object_key)


def test_automatic_mail_does_not_reopen(cast: MailCast) -> None:
    receive(make.raw_mail(message_id="first@customer.example"))
    row = last(cast.acme)
    solve(cast, row.ticket_id)
    absent = make.raw_mail(
        "부재중입니다.",
        more="In-Reply-To: <first@customer.example>\nAuto-Submitted: auto-replied\n",
    )
    receive(absent)
    card, thread = ticket_of(last(cast.acme))
    assert (card.id, card.status, len(thread)) == (row.ticket_id, Status.SOLVED, 2)
    receive(make.raw_mail("아직요", more="In-Reply-To: <first@customer.example>\n"))
    assert ticket_of(row)[0].status is Status.OPEN


def bounce(rfc_id: str, to: str = CY) -> bytes:
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 mailbox full\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{rfc_id}>\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_goes_to_the_ticket_it_reports_on(cast: MailCast) -> None:
    receive(make.raw_mail())
    ticket, _ = ticket_of(last(cast.acme))
    make.answer(cast.ada, ticket.id)
    make.drain()
    (sent,) = make.outgoing(cast.acme)
    receive(bounce(sent.rfc_id), sent.reply_to, envelope_from="")
    row = last(cast.acme)
    assert (row.state, row.landing, row.ticket_id) == ("done", "reply_address", ticket.id)
    note = ticket_of(row)[1][-1]
    assert note.is_note
    assert "mailbox full" in note.text
    assert CY in note.text
    (sent,) = make.outgoing(cast.acme)
    assert sent.bounced_at
    assert ticket_of(row)[0].status is Status.PENDING


def test_a_bounce_about_nothing_known_waits_to_be_read(cast: MailCast) -> None:
    receive(bounce("nothing@else.example"), envelope_from="")
    row = last(cast.acme)
    assert (row.state, row.reason) == ("suspended", "report_on_nothing_known")
    assert row.ticket_id is None


def test_mail_from_our_own_address_makes_no_loop(cast: MailCast) -> None:
    receive(make.raw_mail(sender=ACME))
    assert (last(cast.acme).state, last(cast.acme).reason) == ("suspended", "own_address")


def test_without_a_sender_it_is_set_aside(cast: MailCast) -> None:
    receive(b"Subject: who\r\n\r\nhello\r\n", envelope_from="")
    row = last(cast.acme)
    assert (row.state, row.reason) == ("quarantined", "no_sender")
    receive(b"Subject: who\r\n\r\nhello again\r\n", envelope_from=CY)
    assert (last(cast.acme).state, last(cast.acme).sender) == ("done", CY)


def test_a_blocked_customer_lands_in_spam(cast: MailCast) -> None:
    with tenant_scope(cast.acme):
        cy = customers.identify_by_email(email=CY)
        customers.set_blocked(cy.id, blocked=True)
    receive(make.raw_mail())
    assert ticket_of(last(cast.acme))[0].status is Status.SPAM


def test_what_breaks_is_set_aside_and_can_be_tried_again(
    cast: MailCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onque.modules.mail.services import acting

    with monkeypatch.context() as patch:  # a fault of ours, not a double of anything
        patch.setattr(threading_rules, "decide", lambda *_a: 1 / 0)
        receive(make.raw_mail())
    row = last(cast.acme)
    assert (row.state, row.reason) == ("quarantined", "broke")
    assert "ZeroDivisionError" in row.detail
    with tenant_scope(cast.acme):
        acting.retry(cast.bo, mail_id=row.id)
    make.drain()
    assert last(cast.acme).state == "done"


def test_a_missing_raw_mail_is_set_aside(cast: MailCast) -> None:
    (mail_id,) = store(make.raw_mail())
    with tenant_scope(cast.acme):
        InboundMail.objects.filter(pk=mail_id).update(object_key="raw/none")
    filing.file_mail(cast.acme, mail_id)
    assert (last(cast.acme).state, last(cast.acme).reason) == ("quarantined", "raw_missing")


def test_while_the_store_is_down_nothing_is_decided(
    cast: MailCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mail_id,) = store(make.raw_mail())

    class Down:
        def get(self, _key: str) -> bytes:
            raise Unavailable(store="files")

    with monkeypatch.context() as patch:
        patch.setattr(filing, "store", Down)
        for _try in range(5):
            with pytest.raises(Unavailable):
                filing.file_mail(cast.acme, mail_id)
    assert (last(cast.acme).state, last(cast.acme).attempts) == ("stored", 0)
    filing.file_mail(cast.acme, mail_id)
    assert last(cast.acme).state == "done"


def test_a_mail_that_kills_workers_is_set_aside_unopened(cast: MailCast) -> None:
    (mail_id,) = store(make.raw_mail())
    with tenant_scope(cast.acme):
        InboundMail.objects.filter(pk=mail_id).update(attempts=3)
    filing.file_mail(cast.acme, mail_id)
    assert (last(cast.acme).state, last(cast.acme).reason) == ("quarantined", "reading_crashed")


def test_killed_before_the_commit_nothing_is_left_and_it_is_done_again(
    cast: MailCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mail_id,) = store(make.raw_mail())

    class Killed(BaseException):
        pass

    def die(*_args: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(filing, "_close", die)
        with pytest.raises(Killed):
            filing.file_mail(cast.acme, mail_id)
    row = last(cast.acme)
    assert (row.state, row.ticket_id) == ("stored", None)
    filing.file_mail(cast.acme, mail_id)
    card, thread = ticket_of(last(cast.acme))
    assert (card.number, len(thread)) == (1, 1)


def test_one_mail_to_two_of_our_addresses_is_one_raw_copy_and_two_rows(cast: MailCast) -> None:
    from onque.modules.mail import public as mail

    with tenant_scope(cast.acme):
        mail.add_address(
            system_actor(cast.acme), brand_id=cast.acme_brand, address="vip@acme.example"
        )
    receive(make.raw_mail(), ACME, "vip@acme.example")
    rows = make.ledger(cast.acme)
    assert len({row.object_key for row in rows}) == 1
    assert sorted(row.state for row in rows) == ["done", "duplicate"]


def test_the_same_words_without_id_and_date_are_new_on_another_day(cast: MailCast) -> None:
    raw = f"From: {CY}\r\nTo: {ACME}\r\nSubject: alarm\r\n\r\nThe door is open.\r\n".encode()
    noon = clock.now().replace(hour=12)
    for moment in (noon, noon + timedelta(hours=1), noon + timedelta(days=1)):
        with clock.frozen(moment):
            receive(raw)
    assert [row.state for row in make.ledger(cast.acme)] == ["done", "duplicate", "done"]


def test_a_mail_built_to_hold_us_up_is_set_aside_unopened(cast: MailCast) -> None:
    head = b"From: cy@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    receive(head + b"--b\r\n\r\nx\r\n" * 10_000)
    row = last(cast.acme)
    assert (row.state, row.reason, row.ticket_id) == ("quarantined", "bomb", None)
    assert "parts" in row.detail
