"""Tickets deleted for good: their mail never comes back, a late answer opens a new ticket."""

from datetime import timedelta
from uuid import uuid4

import pytest

from onque.kernel import clock
from onque.kernel.errors import Conflict, Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Attachment, Message, Ticket
from onque.modules.desk.services import purging
from onque.modules.mail.models import InboundMail
from onque.modules.mail.services import reading, receiving, reparsing
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, MailCast


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def arrive(cast: MailCast, raw: bytes, position: str = "") -> InboundMail:
    route = receiving.find_route(ACME)
    assert route
    arrival = Arrival(raw, "imap", position or uuid4().hex, None)
    (mail_id,) = receiving.store_mail([route], arrival)
    make.drain()
    with tenant_scope(cast.acme):
        return InboundMail.objects.get(pk=mail_id)


def trash(cast: MailCast, *, days: int = 0) -> None:
    with tenant_scope(cast.acme):
        at = clock.now() - timedelta(days=days)
        Ticket.objects.update(status="trash", shelf="trash", updated_at=at)


def test_its_mail_never_comes_back(cast: MailCast) -> None:
    raw = make.raw_mail(message_id="first@customer.example")
    row = arrive(cast, raw, "box:1:7")
    trash(cast)
    with tenant_scope(cast.acme):
        purging.purge_ticket(cast.bo, number=1)
        assert (Ticket.objects.count(), Message.objects.count()) == (0, 0)
        assert Attachment.objects.count() == 0
    make.drain()
    with tenant_scope(cast.acme):
        kept = InboundMail.objects.get(pk=row.id)
        assert kept.state == "done"
        assert kept.ticket_gone_at is not None
        found = reading.get_inbound(cast.bo, mail_id=row.id)
    assert found.ticket_number is None
    assert [line.what for line in found.history][-1] == "ticket_gone"
    again = arrive(cast, raw, "box:2:1")  # after a new UIDVALIDITY everything is fetched anew
    assert (again.state, again.duplicate_of_id) == ("duplicate", row.id)
    with tenant_scope(cast.acme):
        assert Ticket.objects.count() == 0
    assert not reparsing.reparse(cast.bo, mail_id=row.id)


def test_a_late_answer_opens_a_new_ticket_and_says_why(cast: MailCast) -> None:
    arrive(cast, make.raw_mail(message_id="first@customer.example"))
    trash(cast)
    with tenant_scope(cast.acme):
        purging.purge_ticket(cast.bo, number=1)
    make.drain()
    late = arrive(
        cast, make.raw_mail("late", subject="Re: x", more="In-Reply-To: <first@customer.example>\n")
    )
    assert (late.state, late.landing) == ("done", "unknown_ticket")
    with tenant_scope(cast.acme):
        assert Ticket.objects.get().number == 2


def test_only_what_lies_in_the_trash_and_only_by_whom_it_may(cast: MailCast) -> None:
    arrive(cast, make.raw_mail())
    with tenant_scope(cast.acme), pytest.raises(Conflict):
        purging.purge_ticket(cast.bo, number=1)
    trash(cast)
    with tenant_scope(cast.acme), pytest.raises(Forbidden):
        purging.purge_ticket(cast.ada, number=1)
    with tenant_scope(cast.globex), pytest.raises(NotFound):
        purging.purge_ticket(cast.bo, number=1)
    assert numbers(cast) == [1]


@pytest.mark.parametrize(("days", "left"), [(29, [1]), (31, [])])
def test_the_trash_is_emptied_after_thirty_days(cast: MailCast, days: int, left: list[int]) -> None:
    arrive(cast, make.raw_mail())
    trash(cast, days=days)
    purging.purge_trash()
    purging.purge_trash()
    assert numbers(cast) == left


def numbers(cast: MailCast) -> list[int]:
    with tenant_scope(cast.acme):
        return list(Ticket.objects.values_list("number", flat=True))


def test_the_desk_deletes_for_good_from_the_trash(cast: MailCast) -> None:
    from onque.modules.desk.tests.visiting import browser

    arrive(cast, make.raw_mail())
    bo = browser("bo@acme.test")
    assert bo.post("/desk/acme/tickets/1/purge").status_code == 409
    trash(cast)
    assert "Delete for good" in bo.get("/desk/acme/tickets/1/").content.decode()
    assert browser("ada@acme.test").post("/desk/acme/tickets/1/purge").status_code == 403
    assert bo.post("/desk/acme/tickets/1/purge").status_code == 302
    assert numbers(cast) == []
