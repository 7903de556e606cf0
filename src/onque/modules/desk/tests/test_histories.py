"""A customer's tickets: their history, and how tickets follow merged customers."""

import pytest

from onque.kernel import events
from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import (
    CustomerRenamed,
    CustomersMerged,
    CustomersParted,
    NewDetails,
)
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import histories, properties, searching
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import statements
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def of(email: str):
    return customers.identify_by_email(email=email).id


def test_a_history_in_pages_shows_only_what_one_may_see(cast, bo):
    ada = actor_of(cast.acme, cast.ada)
    with tenant_scope(cast.acme.id):
        made = [receive(cast.acme.id, subject=f"No {one}").ticket_id for one in range(5)]
        receive(cast.acme.id, email="other@customer.test")
        properties.assign(bo, ticket_id=made[0], member_id=cast.bo.id, group_id=None)
        cy = of("cy@customer.test")
    with tenant_scope(cast.acme.id):
        first, cursor = histories.list_history(bo, customer_id=cy, limit=3)
        rest, end = histories.list_history(bo, customer_id=cy, after=cursor, limit=3)
        assert [row.id for row in (*first, *rest)] == made[::-1]
        assert end == ""
        seen, _cursor = histories.list_history(ada, customer_id=cy)
        assert [row.id for row in seen] == made[:0:-1]
        with statements() as sql:
            histories.list_history(bo, customer_id=cy)
        assert len(sql) == 1


def test_tickets_follow_a_merge_and_go_back(cast, bo):
    with tenant_scope(cast.acme.id):
        ours = receive(cast.acme.id, email="cy@a.test", subject="First lid").ticket_id
        theirs = receive(cast.acme.id, email="cy@b.test", subject="Second lid").ticket_id
        cy, old = of("cy@a.test"), of("cy@b.test")
        merge_id = customers.merge(bo, survivor_id=cy, merged_id=old)
        merged = CustomersMerged(merge_id, survivor_id=cy, merged_id=old)
        parted = CustomersParted(merge_id, survivor_id=cy, merged_id=old)
    for _ in range(2):  # a second delivery changes nothing
        events.deliver_stream(cast.acme.id, merged.stream, "desk.follow_merge")
    with tenant_scope(cast.acme.id):
        assert histories.follow_merge(merge_id=merge_id, survivor_id=cy, merged_id=old) == 0
        assert set(Ticket.objects.filter(customer_id=cy).values_list("id", flat=True)) == {
            ours,
            theirs,
        }
        later = receive(cast.acme.id, email="cy@b.test", subject="Third lid").ticket_id
        assert Ticket.objects.get(id=later).customer_id == cy
        customers.part(bo, merge_id=merge_id)
    events.deliver_stream(cast.acme.id, parted.stream, "desk.follow_parting")
    with tenant_scope(cast.acme.id):
        assert Ticket.objects.get(id=theirs).customer_id == old
        assert {Ticket.objects.get(id=one).customer_id for one in (ours, later)} == {cy}


def test_a_merged_customer_s_answer_still_finds_its_ticket(cast, bo):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id, email="cy@a.test")
        theirs = receive(cast.acme.id, email="cy@b.test").ticket_id
        cy, old = of("cy@a.test"), of("cy@b.test")
        merge_id = customers.merge(bo, survivor_id=cy, merged_id=old)
        histories.follow_merge(merge_id=merge_id, survivor_id=cy, merged_id=old)
        answer = receive(cast.acme.id, email="cy@b.test", ticket_id=theirs)
        assert answer.ticket_id == theirs
        assert Ticket.objects.get(id=theirs).customer_id == of("cy@b.test")


def test_tickets_are_found_by_a_new_name(cast, bo):
    with tenant_scope(cast.acme.id):
        made = receive(cast.acme.id).ticket_id
        cy = of("cy@customer.test")
        new = NewDetails("Zebulon", "cy@customer.test", "general", "", "")
        customers.change_details(bo, customer_id=cy, version=1, new=new)
    events.deliver_stream(cast.acme.id, CustomerRenamed(cy).stream, "desk.follow_name")
    index.write_due()
    with tenant_scope(cast.acme.id):
        found = searching.search(bo, text="zebulon")
        assert [one.row.id for one in found.tickets] == [made]


def test_who_may_not_see_customers_finds_none(cast, bo):
    from dataclasses import replace

    with tenant_scope(cast.acme.id):
        receive(cast.acme.id)
    index.write_due()
    blind = replace(bo, permissions=bo.permissions - {"customer.view"})
    with tenant_scope(cast.acme.id):
        assert searching.search(bo, text="cy@customer.test").customers
        assert not searching.search(blind, text="cy@customer.test").customers
