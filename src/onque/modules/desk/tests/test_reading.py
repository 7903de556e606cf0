"""Lists, counts and a ticket: what each member sees, in order, in few queries."""

from datetime import timedelta

import pytest

from onque.kernel import clock
from onque.kernel.errors import Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import DueGroup, Status, View
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import counting, reading
from onque.modules.desk.tests.factories import receive, reply
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def numbers(actor, view=View.ALL, **given):
    return [row.number for row in reading.list_tickets(actor, view=view, **given).rows]


def test_the_list_runs_by_deadline_and_pages_by_keyset(acme, bo):
    for _ in range(5):
        receive(acme.acme.id)
    late = Ticket.objects.get(number=4)
    late.sort_at = late.due_at = clock.now() - timedelta(minutes=1)
    late.save()
    page = reading.list_tickets(bo, view=View.ALL, limit=2)
    assert [row.number for row in page.rows] == [4, 1]
    assert page.rows[0].due_group == DueGroup.OVERDUE
    page = reading.list_tickets(bo, view=View.ALL, limit=2, after=page.next_cursor)
    assert [row.number for row in page.rows] == [2, 3]
    page = reading.list_tickets(bo, view=View.ALL, limit=2, after=page.next_cursor)
    assert [row.number for row in page.rows] == [5]
    assert page.next_cursor == ""
    with pytest.raises(Invalid):
        reading.list_tickets(bo, view=View.ALL, after="%%%")


def test_each_view_holds_its_own(acme, ada, bo):
    tickets = [receive(acme.acme.id) for _ in range(5)]
    public.assign(bo, ticket_id=tickets[0].ticket_id, member_id=bo.id, group_id=None)
    public.set_status(bo, ticket_id=tickets[1].ticket_id, status=Status.SPAM)
    public.set_status(bo, ticket_id=tickets[2].ticket_id, status=Status.TRASH)
    reply(bo, tickets[3].ticket_id, status=Status.SOLVED)
    assert numbers(bo, View.MINE) == [1]
    assert numbers(bo, View.UNASSIGNED) == [5]
    assert numbers(bo, View.ALL) == [1, 5]
    assert numbers(bo, View.SPAM) == [2]
    assert numbers(bo, View.TRASH) == [3]
    assert numbers(bo, View.SOLVED) == [4]
    assert numbers(ada, View.ALL) == [5]  # an agent sees their own and nobody's
    with pytest.raises(NotFound):
        reading.list_tickets(ada, view=View.TRASH)
    counts = counting.count_views(bo)
    assert counts.by_view["mine"] == 1
    assert counts.by_view["all"] == 2
    assert counting.count_views(ada).by_view["all"] == 1


def test_a_group_sees_what_lies_with_it(acme, ada, bo):
    ticket = receive(acme.acme.id)
    group = identity.create_group(name="Payments", member_ids=[ada.id])
    public.assign(bo, ticket_id=ticket.ticket_id, member_id=None, group_id=group.id)
    inside = type(ada)(**{**ada.__dict__, "group_ids": frozenset({group.id})})
    assert numbers(inside, View.UNASSIGNED) == [1]
    assert numbers(ada, View.UNASSIGNED) == []
    with pytest.raises(NotFound):
        reading.get_ticket(ada, number=1)
    assert reading.get_ticket(inside, number=1).row.number == 1


def test_brand_filter(acme, bo):
    receive(acme.acme.id)
    brand = identity.default_brand()
    assert numbers(bo, brand_slug=brand.slug) == [1]
    with pytest.raises(NotFound):
        numbers(bo, brand_slug="nope")


def test_another_tenants_tickets_are_not_there(cast, bo):
    with tenant_scope(cast.globex.id):
        receive(cast.globex.id)
    with tenant_scope(cast.acme.id):
        assert numbers(bo) == []
        assert counting.count_views(bo).by_view["all"] == 0
        with pytest.raises(NotFound):
            reading.get_ticket(bo, number=1)


@pytest.mark.parametrize("count", [2, 30])
def test_the_number_of_queries_does_not_grow_with_the_list(
    acme, bo, count, django_assert_num_queries
):
    for _ in range(count):
        ticket = receive(acme.acme.id)
        public.add_tag(bo, ticket_id=ticket.ticket_id, name="refund")
    with django_assert_num_queries(1):
        reading.list_tickets(bo, view=View.ALL)
    with django_assert_num_queries(2):
        counting.count_views(bo)


def test_what_one_member_counted_serves_the_next_until_something_changes(acme, ada, bo):
    receive(acme.acme.id)
    assert counting.count_views(bo, as_of="c1").by_view["unassigned"] == 1
    ticket = receive(acme.acme.id)
    assert counting.count_views(bo, as_of="c1").by_view["unassigned"] == 1
    assert counting.count_views(ada, as_of="c1").by_view["unassigned"] == 2  # of another reach
    assert counting.count_views(bo, as_of="c2").by_view["unassigned"] == 2
    assert counting.count_views(bo).by_view["unassigned"] == 2
    public.assign(bo, ticket_id=ticket.ticket_id, member_id=bo.id, group_id=None)
    assert counting.count_views(bo, as_of="c2").by_view["mine"] == 1  # one's own are counted


def test_another_tenant_never_gets_counts_that_were_kept(cast, bo):
    with tenant_scope(cast.globex.id):
        receive(cast.globex.id)
        assert counting.count_views(bo, as_of="c1").by_view["all"] == 1
    with tenant_scope(cast.acme.id):
        assert counting.count_views(bo, as_of="c1").by_view["all"] == 0


def test_the_ticket_page_holds_the_conversation_and_what_happened(acme, bo):
    ticket = receive(acme.acme.id)
    reply(bo, ticket.ticket_id)
    detail = reading.get_ticket(bo, number=1)
    assert [m.author_kind for m in detail.messages] == ["customer", "member"]
    assert {a.action for a in detail.activities} == {"ticket.created", "ticket.status"}
    assert detail.customer_email == "cy@customer.test"
    assert detail.customer_ticket_count == 1
