"""From ticket to ticket through a view longer than what stands beside one."""

from datetime import timedelta
from uuid import uuid4

import pytest

from onque.kernel import clock
from onque.kernel.errors import Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import Status, View
from onque.modules.desk.contracts.views import Narrowing, Order, ViewDraft
from onque.modules.desk.contracts.views import Test as Asked
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import properties, reading, saved_views, walking
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.test_plans import plans_of, price_out_scans, scanned
from onque.modules.identity.tests.factories import actor_of

MANY = walking.BEFORE + walking.AFTER + 5


@pytest.fixture
def acme(cast):
    """Tickets 1 to MANY, each due, changed and received a minute after the one before."""
    with tenant_scope(cast.acme.id):
        start = clock.now() - timedelta(hours=2)
        for number in range(1, MANY + 1):
            ticket = receive(cast.acme.id)
            at = start + timedelta(minutes=number)
            Ticket.objects.filter(id=ticket.ticket_id).update(
                due_at=at, sort_at=at, updated_at=at, created_at=at
            )
        yield cast


@pytest.fixture
def bo(acme):
    return actor_of(acme.acme, acme.bo)


def row(actor, number):
    return reading.get_ticket(actor, number=number).row


def walk(actor, look, start):
    """Return the numbers that one comes by, with the place of each step."""
    found, here, at = [start], start, ""
    while (step := look(actor, around=row(actor, here), at=at).next) is not None:
        here, at = step.number, step.at
        found.append(here)
    return found


def test_next_leads_through_the_whole_view_and_previous_back(acme, bo):
    found = walk(bo, walking.list_nearby, 1)
    assert found == list(range(1, MANY + 1))
    last = walking.list_nearby(bo, around=row(bo, MANY))
    assert (last.previous.number, last.next) == (MANY - 1, None)
    assert walking.list_nearby(bo, around=row(bo, 1)).previous is None


@pytest.mark.parametrize("order", list(Order))
def test_a_saved_view_is_walked_in_its_own_order(acme, bo, order):
    every = Narrowing((Asked("status", "in", ("new", "open")),))
    view = saved_views.save_view(bo, draft=ViewDraft("All", every, order))

    def look(actor, **given):
        return walking.list_saved_nearby(actor, view_id=view.id, **given)

    expected = list(range(1, MANY + 1))
    if order.startswith("-"):
        expected.reverse()
    assert walk(bo, look, expected[0]) == expected


def test_the_rows_beside_a_ticket_are_those_around_it(acme, bo):
    middle = MANY // 2 + 1
    nearby = walking.list_nearby(bo, around=row(bo, middle))
    numbers = [one.number for one in nearby.page.rows]
    assert middle in numbers
    assert len(numbers) <= walking.BEFORE + walking.AFTER
    assert numbers == sorted(numbers)


def test_a_ticket_that_left_the_view_keeps_its_place(acme, bo):
    opened = walking.list_nearby(bo, around=row(bo, 10))
    ticket_id = row(bo, 10).id
    properties.set_status(bo, ticket_id=ticket_id, status=Status.SOLVED)
    nearby = walking.list_nearby(bo, around=row(bo, 10), at=opened.at)
    assert (nearby.previous.number, nearby.next.number) == (9, 11)
    assert 10 not in [one.number for one in nearby.page.rows]
    assert nearby.at == opened.at


def test_a_ticket_that_moved_within_the_view_does_not_lead_to_itself(acme, bo):
    opened = walking.list_nearby(bo, around=row(bo, 10))
    Ticket.objects.filter(number=10).update(sort_at=row(bo, 11).sort_at + timedelta(seconds=1))
    nearby = walking.list_nearby(bo, around=row(bo, 10), at=opened.at)
    assert (nearby.previous.number, nearby.next.number) == (9, 11)


def test_finished_views_run_newest_first(acme, bo):
    for number in (3, 1, 2):
        properties.set_status(bo, ticket_id=row(bo, number).id, status=Status.SOLVED)
    nearby = walking.list_nearby(bo, around=row(bo, 1), view=View.SOLVED)
    assert (nearby.previous.number, nearby.next.number) == (2, 3)


def test_it_is_one_statement_however_long_the_view(acme, bo, django_assert_num_queries):
    here = row(bo, 20)
    with django_assert_num_queries(1):
        walking.list_nearby(bo, around=here)


@pytest.mark.parametrize("view", [View.ALL, View.UNASSIGNED, View.SOLVED])
def test_both_ways_walk_an_index_from_the_place(acme, bo, view):
    here = row(bo, 20)
    price_out_scans()
    found = plans_of(lambda: walking.list_nearby(bo, around=here, view=view))
    tickets = [node for node in found if node.get("Relation Name") == "desk_ticket"]
    assert len(tickets) == 2
    assert all("ROW(" in node["Index Cond"] for node in tickets)
    assert not scanned(found)


def test_it_shows_only_what_the_member_may_see(acme, bo):
    for number in (11, 12):
        public.assign(bo, ticket_id=row(bo, number).id, member_id=bo.id, group_id=None)
    ada = actor_of(acme.acme, acme.ada)
    assert walking.list_nearby(ada, around=row(bo, 10)).next.number == 13


def test_what_is_not_there_is_refused(acme, bo):
    ada = actor_of(acme.acme, acme.ada)
    here = row(ada, 1)
    with pytest.raises(NotFound):
        walking.list_nearby(ada, around=here, view=View.SPAM)
    with pytest.raises(NotFound):
        walking.list_saved_nearby(ada, around=here, view_id=uuid4())
    with pytest.raises(Invalid):
        walking.list_nearby(ada, around=here, at="%%")


def test_another_tenants_tickets_are_not_beside_it(cast):
    bo, dee = actor_of(cast.acme, cast.bo), actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id)
        receive(cast.acme.id)
        here = row(bo, 1)
    with tenant_scope(cast.globex.id):
        nearby = walking.list_nearby(dee, around=here)
        assert (nearby.page.rows, nearby.previous, nearby.next) == ((), None, None)
