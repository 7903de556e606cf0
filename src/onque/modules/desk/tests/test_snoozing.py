"""A ticket that is put off leaves the queues and comes back."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import Status, View
from onque.modules.desk.errors import OperationOutdated
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import operations, reading, snoozing
from onque.modules.desk.tests.factories import receive
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id)
        yield actor_of(cast.acme, cast.bo)


def ticket() -> Ticket:
    return Ticket.objects.get(number=1)


def later(**more) -> object:
    return clock.now() + timedelta(**(more or {"hours": 2}))


def seen(actor, view):
    return [row.number for row in reading.list_tickets(actor, view=view).rows]


def test_it_leaves_the_queue_for_the_view_later(bo):
    snoozing.snooze(bo, number=1, until=later())
    assert (seen(bo, View.ALL), seen(bo, View.SNOOZED)) == ([], [1])
    assert ticket().status == "new"


def test_it_comes_back_when_its_time_has_come(bo):
    until = later()
    snoozing.snooze(bo, number=1, until=until)
    assert snoozing.wake_due() == 0
    Ticket.objects.update(snoozed_until=clock.now() - timedelta(seconds=1))
    assert snoozing.wake_due() == 1
    assert snoozing.wake_due() == 0
    assert seen(bo, View.ALL) == [1]
    line = identity.list_audit(object_kind="ticket", object_id=ticket().id)[0]
    assert line.action == "ticket.woke"


def test_the_customer_brings_it_back(bo):
    snoozing.snooze(bo, number=1, until=later())
    receive(bo.tenant_id, ticket_id=ticket().id, text="Are you there?")
    assert (ticket().snoozed_until, ticket().shelf) == (None, "active")


def test_a_status_that_is_done_ends_it_and_undo_puts_it_off_again(bo):
    until = later()
    snoozing.snooze(bo, number=1, until=until)
    operation = public.set_status(bo, ticket_id=ticket().id, status=Status.SOLVED)
    assert (ticket().snoozed_until, ticket().shelf) == (None, "done")
    operations.undo(bo, operation_id=operation)
    assert (ticket().snoozed_until, ticket().shelf) == (until, "snoozed")


def test_a_moment_in_another_zone_is_undone_too(bo):
    until = later().astimezone(ZoneInfo("Asia/Seoul"))
    operations.undo(bo, operation_id=snoozing.snooze(bo, number=1, until=until))
    assert seen(bo, View.ALL) == [1]


def test_undo_and_bringing_it_back_by_hand(bo):
    operation = snoozing.snooze(bo, number=1, until=later())
    operations.undo(bo, operation_id=operation)
    assert seen(bo, View.ALL) == [1]
    operation = snoozing.snooze(bo, number=1, until=later())
    snoozing.snooze(bo, number=1, until=None)
    assert seen(bo, View.ALL) == [1]
    with pytest.raises(OperationOutdated):
        operations.undo(bo, operation_id=operation)


def test_the_same_moment_again_changes_nothing(bo):
    until = later()
    assert snoozing.snooze(bo, number=1, until=until)
    version = ticket().version
    assert snoozing.snooze(bo, number=1, until=until) is None
    assert ticket().version == version


@pytest.mark.parametrize("span", [{"seconds": -1}, {"days": 400}])
def test_a_moment_that_is_past_or_too_far_is_refused(bo, span):
    with pytest.raises(Invalid):
        snoozing.snooze(bo, number=1, until=later(**span))
    assert ticket().snoozed_until is None


def test_what_is_in_no_queue_is_not_put_off(bo):
    public.set_status(bo, ticket_id=ticket().id, status=Status.SOLVED)
    with pytest.raises(Invalid):
        snoozing.snooze(bo, number=1, until=later())


def test_who_may_not(cast):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id)
        powerless = Actor(kind="member", tenant_id=cast.acme.id, id=cast.bo.id)
        with pytest.raises(Forbidden):
            snoozing.snooze(powerless, number=1, until=later())
    with tenant_scope(cast.globex.id), pytest.raises(NotFound):
        snoozing.snooze(actor_of(cast.globex, cast.dee), number=1, until=later())
