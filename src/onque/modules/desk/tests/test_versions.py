"""What a colleague changed since a page was shown is never overwritten unseen."""

from datetime import timedelta

import pytest

from onque.kernel import clock
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import (
    NewReply,
    Priority,
    Status,
    TicketStale,
    TicketVersionConflict,
)
from onque.modules.desk.models import HeldReply, Message, Ticket
from onque.modules.desk.services import changes, holding, snoozing
from onque.modules.desk.services.changes import Changes, Shown
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id)
        yield actor_of(cast.acme, cast.bo)


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


def ticket() -> Ticket:
    return Ticket.objects.get(number=1)


def meanwhile(ada) -> None:
    """Ada changes everything while Bo looks at the ticket as it was."""
    second = identity.create_brand(name="Second", slug="second", color="336699", locale="en")
    asked = Changes(status=Status.OPEN, priority=Priority.HIGH, assignee=ada.id, brand=second.id)
    changes.change(ada, number=1, changes=asked)


def shown() -> Shown:
    row = ticket()
    return Shown(
        Status(row.status), Priority(row.priority), row.brand_id, (row.assignee_id, row.group_id)
    )


@pytest.mark.parametrize(
    "wanted",
    [
        lambda _bo: {"status": Status.SOLVED},
        lambda _bo: {"priority": Priority.LOW},
        lambda bo: {"assignee": bo.id},
        lambda _bo: {"assignee": ""},
        lambda _bo: {"brand": identity.create_brand(name="Third", slug="third").id},
    ],
    ids=["status", "priority", "assignee", "nobody", "brand"],
)
def test_each_property_is_checked(bo, ada, wanted):
    seen = shown()
    meanwhile(ada)
    before = Ticket.objects.values().get(number=1)
    asked = wanted(bo)
    with pytest.raises(TicketVersionConflict):
        changes.change(bo, number=1, changes=Changes(**asked, shown=seen))
    assert Ticket.objects.values().get(number=1) == before
    assert changes.change(bo, number=1, changes=Changes(**asked, shown=shown()))


def test_what_is_so_already_is_no_conflict(bo, ada):
    seen = shown()
    meanwhile(ada)
    same = Changes(status=Status.OPEN, assignee=ada.id, shown=seen)
    assert changes.change(bo, number=1, changes=same) is None


def test_another_property_changed_is_no_conflict(bo, ada):
    seen = shown()
    public.set_priority(ada, ticket_id=ticket().id, priority=Priority.URGENT)
    changes.change(bo, number=1, changes=Changes(status=Status.SOLVED, shown=seen))
    assert (ticket().status, ticket().priority) == ("solved", "urgent")


def test_later_is_checked_too(bo, ada):
    first, second = (clock.now() + timedelta(hours=hours) for hours in (2, 3))
    snoozing.snooze(ada, number=1, until=first, expected=None)
    with pytest.raises(TicketVersionConflict):
        snoozing.snooze(bo, number=1, until=second, expected=None)
    assert ticket().snoozed_until == first
    snoozing.snooze(bo, number=1, until=None, expected=first)
    assert ticket().snoozed_until is None


def answer(bo, **given):
    new = NewReply(body="We send a new one.", request_key=new_id(), **given)
    return holding.send_reply(bo, ticket_id=ticket().id, new=new)


def test_a_reply_does_not_overwrite_a_status_its_writer_has_not_seen(bo, ada, settings):
    settings.UNDO_SECONDS = 8
    public.set_status(ada, ticket_id=ticket().id, status=Status.ON_HOLD)
    with pytest.raises(TicketVersionConflict) as refused:
        answer(bo, status=Status.SOLVED, shown_status=Status.NEW)
    assert refused.value.facts["current"] == "on_hold"
    assert not HeldReply.objects.exists()
    answer(bo, status=Status.ON_HOLD, shown_status=Status.NEW)
    answer(bo, status=Status.SOLVED, shown_status=Status.NEW, send_anyway=True)
    assert HeldReply.objects.count() == 2


def test_a_newer_message_is_named_first(bo):
    seen = ticket().last_public_message_id
    public.set_status(bo, ticket_id=ticket().id, status=Status.PENDING)
    receive(bo.tenant_id, ticket_id=ticket().id, text="One more thing")
    with pytest.raises(TicketStale):
        answer(bo, status=Status.SOLVED, shown_status=Status.PENDING, seen_message_id=seen)


def test_a_status_set_while_the_reply_waits_stays(bo, ada, settings):
    settings.UNDO_SECONDS = 8
    held = answer(bo, status=Status.SOLVED)
    public.set_status(ada, ticket_id=ticket().id, status=Status.ON_HOLD)
    assert holding.release(held.id) is not None
    assert ticket().status == "on_hold"
    assert Message.objects.filter(direction="out").count() == 1
    other = answer(bo, status=Status.SOLVED)
    assert holding.release(other.id) is not None
    assert ticket().status == "solved"


def test_the_page_says_who_was_faster_and_keeps_the_text(committed_cast):
    acme = committed_cast.acme
    with tenant_scope(acme.id):
        receive(acme.id)
    bo = browser("bo@acme.test")
    with tenant_scope(acme.id):
        ada = actor_of(acme, committed_cast.ada)
        public.set_status(ada, ticket_id=ticket().id, status=Status.ON_HOLD)
    htmx = {"HX-Request": "true"}
    refused = bo.post(
        path("tickets/1/properties"), {"status": "solved", "shown_status": "new"}, headers=htmx
    )
    assert refused.status_code == 409
    assert "A colleague was faster" in read(refused).text
    form = {
        "body": "My long answer",
        "request_key": str(new_id()),
        "status": "solved",
        "shown_status": "new",
    }
    refused = bo.post(path("tickets/1/replies"), form, headers=htmx)
    assert refused.status_code == 409
    text = read(refused).text
    assert "My long answer" in text
    assert "A colleague set the status to “On hold” meanwhile" in text
