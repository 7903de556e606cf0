"""The ledger: what is listed, what people decide about a mail, and reading it anew."""

from uuid import UUID, uuid4

import pytest

from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.desk.models import Message, Ticket
from onque.modules.mail.contracts import NotRetryable
from onque.modules.mail.contracts.ledger import InboundPage, LedgerFilter
from onque.modules.mail.models import InboundMail, Run, SenderRule
from onque.modules.mail.services import (
    acting,
    parsing_apart,
    reading,
    receiving,
    reparsing,
    running,
)
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, MailCast


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def arrive(cast: MailCast, raw: bytes, source: str = "lmtp") -> InboundMail:
    route = receiving.find_route(ACME)
    assert route
    (mail_id,) = receiving.store_mail([route], Arrival(raw, source, uuid4().hex, ""))
    make.drain()
    return row_of(cast, mail_id)


def row_of(cast: MailCast, mail_id: UUID) -> InboundMail:
    with tenant_scope(cast.acme):
        return InboundMail.objects.get(pk=mail_id)


def subjects(cast: MailCast, **wanted: object) -> list[str]:
    with tenant_scope(cast.acme):
        page = reading.list_inbound(cast.bo, LedgerFilter(**wanted))
    return [row.subject for row in page.rows]


def no_sender(subject: str = "hello") -> bytes:
    return f"Subject: {subject}\r\n\r\nwho am I\r\n".encode()


def test_the_list_is_narrowed(cast: MailCast) -> None:
    arrive(cast, make.raw_mail(subject="환불 문의"))
    arrive(cast, make.raw_mail(subject="Broken lid"), source="smtp")
    arrive(cast, no_sender("nobody"))
    assert subjects(cast, tab="all") == ["nobody", "Broken lid", "환불 문의"]
    assert subjects(cast, tab="done", source="smtp") == ["Broken lid"]
    assert subjects(cast, tab="all", words="환불") == ["환불 문의"]
    assert subjects(cast, tab="all", words="CY@customer") == ["Broken lid", "환불 문의"]
    assert subjects(cast, tab="all", source=str(uuid4())) == []
    today = row_of(cast, make.ledger(cast.acme)[0].id).received_at.date()
    assert len(subjects(cast, tab="all", since=today, until=today)) in {0, 3}  # by time zone
    assert subjects(cast, tab="quarantined") == ["nobody"]


def test_counts_stop_at_their_cap(cast: MailCast) -> None:
    row = arrive(cast, no_sender())
    with tenant_scope(cast.acme):
        InboundMail.objects.bulk_create(
            InboundMail(
                brand_id=row.brand_id,
                source="lmtp",
                position=str(number),
                recipient=ACME,
                object_key="",
                sha256="",
                size_bytes=1,
                state="quarantined",
                received_at=row.received_at,
            )
            for number in range(InboundPage.CAP + 5)
        )
        page = reading.list_inbound(cast.bo, LedgerFilter())
    assert dict(page.counts)["quarantined"] == InboundPage.CAP + 1


def test_a_list_takes_the_same_queries_however_long(
    cast: MailCast, django_assert_num_queries: object
) -> None:
    for number in range(3):
        arrive(cast, no_sender(str(number)))
    with tenant_scope(cast.acme), django_assert_num_queries(3):  # type: ignore[operator]
        reading.list_inbound(cast.bo, LedgerFilter())


def test_others_see_nothing(cast: MailCast) -> None:
    row = arrive(cast, no_sender())
    with tenant_scope(cast.acme):
        for act in (reading.list_inbound, running.start_run):
            with pytest.raises(Forbidden):
                _call(act, cast.ada, {"act": "retry", "wanted": LedgerFilter()})
        with pytest.raises(Forbidden):
            acting.let_in(cast.ada, mail_id=row.id)
    assert row_of(cast, row.id).state == "quarantined"


def _call(act: object, actor: Actor, extra: dict[str, object]) -> None:
    if act is reading.list_inbound:
        reading.list_inbound(actor, LedgerFilter())
    else:
        running.start_run(actor, **extra)  # type: ignore[arg-type]


def test_a_mail_without_a_sender_becomes_a_ticket_when_a_person_says_so(cast: MailCast) -> None:
    row = arrive(cast, no_sender())
    with tenant_scope(cast.acme):
        acting.let_in(cast.bo, mail_id=row.id)
        with pytest.raises(NotRetryable):
            acting.let_in(cast.bo, mail_id=row.id)
    make.drain()
    row = row_of(cast, row.id)
    assert (row.state, row.reason) == ("done", "")
    with tenant_scope(cast.acme):
        assert row.ticket_id
        (message,) = desk.get_thread(row.ticket_id)
    assert message.text == "who am I"


def test_a_mail_is_put_onto_the_ticket_a_person_names(cast: MailCast) -> None:
    ticket_id = arrive(cast, make.raw_mail()).ticket_id
    assert ticket_id
    row = arrive(cast, no_sender())
    with tenant_scope(cast.acme):
        acting.let_in(cast.bo, mail_id=row.id, ticket_id=ticket_id)
    make.drain()
    row = row_of(cast, row.id)
    assert (row.state, row.ticket_id, row.landing) == ("done", ticket_id, "by_hand")
    with tenant_scope(cast.acme):
        assert Ticket.objects.count() == 1


def test_releasing_learns_the_sender(cast: MailCast) -> None:
    with tenant_scope(cast.acme):
        from onque.modules.mail.services import lists

        owner = Actor("system", cast.acme, name="Test")
        lists.add_rule(owner, pattern="customer.example", verdict="block")
    row = arrive(cast, make.raw_mail())
    assert (row.state, row.reason) == ("suspended", "blocked_sender")
    with tenant_scope(cast.acme):
        acting.let_in(cast.bo, mail_id=row.id)
    make.drain()
    assert row_of(cast, row.id).state == "done"
    with tenant_scope(cast.acme):
        assert SenderRule.objects.get(origin="release").verdict == "allow"
    assert arrive(cast, make.raw_mail(subject="again")).state == "done"


def test_own_addresses_are_let_in_once_and_not_learnt(cast: MailCast) -> None:
    row = arrive(cast, make.raw_mail(sender=ACME))
    assert (row.state, row.reason) == ("suspended", "own_address")
    with tenant_scope(cast.acme):
        acting.let_in(cast.bo, mail_id=row.id)
    make.drain()
    assert row_of(cast, row.id).state == "done"
    with tenant_scope(cast.acme):
        assert not SenderRule.objects.exists()


def test_closing_is_taken_back(cast: MailCast) -> None:
    row = arrive(cast, no_sender())
    with tenant_scope(cast.acme):
        acting.reject(cast.bo, mail_id=row.id)
        assert InboundMail.objects.get().state == "rejected"
        acting.restore(cast.bo, mail_id=row.id)
        with pytest.raises(NotRetryable):
            acting.restore(cast.bo, mail_id=row.id)
        acts = [line.what for line in reading.get_inbound(cast.bo, mail_id=row.id).history]
    assert row_of(cast, row.id).state == "quarantined"
    assert acts[0] == "stored"
    assert {"parsed", "quarantined", "mail.rejected", "mail.restored"} <= set(acts)


def test_an_act_on_many_goes_through_all_that_match(cast: MailCast) -> None:
    for number in range(running.CHUNK + 3):
        arrive(cast, no_sender(str(number)))
    kept = arrive(cast, make.raw_mail())
    with tenant_scope(cast.acme):
        run = running.start_run(cast.bo, act="reject", wanted=LedgerFilter())
    assert run.total == running.CHUNK + 3
    make.drain()
    with tenant_scope(cast.acme):
        (done,) = running.list_runs(cast.bo)
        assert InboundMail.objects.filter(state="rejected").count() == run.total
        assert InboundMail.objects.get(pk=kept.id).state == "done"
    assert (done.done, done.failed) == (run.total, 0)
    assert done.ended_at is not None
    running.work_on_run(cast.acme, run.id)  # once more changes nothing
    with tenant_scope(cast.acme):
        assert Run.objects.get().done == run.total
        with pytest.raises(Invalid):
            running.start_run(cast.bo, act="nonsense", wanted=LedgerFilter())


def test_a_run_whose_worker_was_lost_goes_on(cast: MailCast) -> None:
    arrive(cast, no_sender())
    with tenant_scope(cast.acme):
        running.start_run(cast.bo, act="reject", wanted=LedgerFilter())
        Run.objects.update(touched_at="2026-01-01T00:00:00Z")
    make.drain()
    with tenant_scope(cast.acme):
        Run.objects.update(ended_at=None, after="", touched_at="2026-01-01T00:00:00Z")
    running.sweep_runs()
    make.drain()
    with tenant_scope(cast.acme):
        assert Run.objects.get().ended_at is not None


HTML = (
    b"From: Cy <cy@customer.example>\r\nTo: support@acme.example\r\nSubject: s\r\n"
    b'Message-ID: <a@customer.example>\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nthe words\r\n"
    b'--b\r\nContent-Type: text/plain; name="f.txt"\r\n'
    b'Content-Disposition: attachment; filename="f.txt"\r\n\r\nfile\r\n--b--\r\n'
)


def test_reading_anew_replaces_what_the_message_says_and_nothing_else(cast: MailCast) -> None:
    row = arrive(cast, HTML)
    with tenant_scope(cast.acme):
        Ticket.objects.update(status="solved", shelf="done", preview="rubbish")
        Message.objects.update(text="rubbish")
        InboundMail.objects.update(subject="rubbish", parsed_with=0)
        before = Ticket.objects.values("status", "version", "updated_at", "number").get()
        files = [
            item.id for item in desk.get_message(cast.bo, message_id=_message(row)).attachments
        ]
    make.drain()
    assert reparsing.reparse(cast.bo, mail_id=row.id)
    with tenant_scope(cast.acme):
        message = desk.get_message(cast.bo, message_id=_message(row))
        assert (message.text, message.id) == ("the words", row.message_id)
        assert [item.id for item in message.attachments] == files
        assert Ticket.objects.values("status", "version", "updated_at", "number").get() == before
        assert Ticket.objects.get().preview == "the words"
        after = InboundMail.objects.get()
        lines = [line.what for line in reading.get_inbound(cast.bo, mail_id=row.id).history]
    assert (after.subject, after.parsed_with, after.state) == ("s", 1, "done")
    assert lines.count("mail.reparsed") == 1
    assert reparsing.reparse(cast.bo, mail_id=row.id)  # again nothing is left to say
    with tenant_scope(cast.acme):
        lines = [line.what for line in reading.get_inbound(cast.bo, mail_id=row.id).history]
        assert Message.objects.count() == 1
    assert lines.count("mail.reparsed") == 1
    assert arrive(cast, HTML).state == "duplicate"


def _message(row: InboundMail) -> UUID:
    assert row.message_id
    return row.message_id


def test_quarantined_mail_is_filed_in_place_after_a_fix(cast: MailCast) -> None:
    row = arrive(cast, make.raw_mail())
    with tenant_scope(cast.acme):
        InboundMail.objects.update(
            state="quarantined", reason="broke", fingerprint=None, ticket_id=None, message_id=None
        )
        Message.objects.all().delete()
    assert reparsing.reparse(cast.bo, mail_id=row.id)
    row = row_of(cast, row.id)
    assert (row.state, row.reason) == ("done", "")
    assert row.ticket_id


def test_the_pages_of_a_large_mail_do_not_read_it_in_their_own_process(
    cast: MailCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = arrive(cast, make.raw_mail("<b>x</b>" * 200_000))
    monkeypatch.setattr(parsing_apart, "MEMORY_BYTES", 1_000_000)
    monkeypatch.setattr(parsing_apart, "MEMORY_PER_BYTE", 0)
    with tenant_scope(cast.acme):
        shown = reading.get_inbound(cast.bo, mail_id=row.id)
        assert reading.get_preview(cast.bo, mail_id=row.id) == ""
        kept = reading.get_file(cast.bo, mail_id=row.id, index=0)
        assert kept.content == reading.get_raw(cast.bo, mail_id=row.id)
    assert (shown.text, shown.headers) == ("", ())
    assert shown.notes[0].startswith("reading it ended with")
    assert not reparsing.reparse(cast.bo, mail_id=row.id)
    assert row_of(cast, row.id).subject == row.subject


def test_reading_anew_asks_for_permission_and_leaves_other_workspaces_alone(
    cast: MailCast,
) -> None:
    from onque.kernel.errors import NotFound

    row = arrive(cast, make.raw_mail())
    with pytest.raises(Forbidden):
        reparsing.reparse(cast.ada, mail_id=row.id)
    dee = Actor("member", cast.globex, permissions=frozenset({reading.MAY_SEE}))
    with pytest.raises(NotFound):
        reparsing.reparse(dee, mail_id=row.id)
