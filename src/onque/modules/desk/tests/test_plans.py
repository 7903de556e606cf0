"""Hot queries walk an index under row-level security, as the application role.

With few rows a planner would rather scan: scans and sorts are priced out of the question, so that a
predicate which no index can serve shows itself as a sort or a scan all the same.
"""

import json
import os

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onque.kernel import clock
from onque.kernel.cursors import write_cursor
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import Segment
from onque.modules.desk.contracts import View
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import counting, histories, reading
from onque.modules.desk.tests.factories import receive
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of

LISTS = {
    View.MINE: "desk_ticket_mine",
    View.UNASSIGNED: "desk_ticket_unassigned",
    View.ALL: "desk_ticket_queue",
    View.AT_RISK: "desk_ticket_queue",
    View.SOLVED: "desk_ticket_recent",
    View.SPAM: "desk_ticket_recent",
    View.TRASH: "desk_ticket_recent",
}


@pytest.fixture
def bo(cast):
    with tenant_scope(cast.acme.id):
        for _ in range(3):
            receive(cast.acme.id)
        price_out_scans()
        yield actor_of(cast.acme, cast.bo)


def price_out_scans():
    with connection.cursor() as cursor:
        for name in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
            cursor.execute(f"SET LOCAL {name} = off")


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def plans_of(act, about="desk_"):
    """Return the plan nodes of the statements on tickets and messages that an act runs."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    statements = [q["sql"] for q in captured.captured_queries if about in q["sql"]]
    assert statements
    found = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
            answer = cursor.fetchone()[0]
            plan = json.loads(answer) if isinstance(answer, str) else answer
            found.extend(nodes(plan[0]["Plan"]))
    return found


def scanned(found):
    return [node for node in found if node["Node Type"] == "Seq Scan"]


@pytest.mark.parametrize(("view", "index"), LISTS.items())
def test_a_list_walks_the_index_of_its_view_in_order(bo, view, index):
    found = plans_of(lambda: reading.list_tickets(bo, view=view))
    on_tickets = [n for n in found if n.get("Relation Name") == "desk_ticket"]
    assert {n["Index Name"] for n in on_tickets} == {index}
    assert all("tenant_id" in n["Index Cond"] for n in on_tickets)
    assert not scanned(found)


def test_the_next_page_starts_where_the_last_one_ended(bo):
    first = reading.list_tickets(bo, view=View.ALL, limit=1)
    found = plans_of(lambda: reading.list_tickets(bo, view=View.ALL, after=first.next_cursor))
    tickets = next(n for n in found if n.get("Relation Name") == "desk_ticket")
    assert "ROW(" in tickets["Index Cond"]  # a position in the index, not a filter


def test_a_brands_list_walks_the_brands_index(committed_cast):
    """With few rows both indexes cost the same: here a brand has few tickets of many, analysed."""
    acme = committed_cast.acme
    with tenant_scope(acme.id):
        small = identity.create_brand(name="Small", slug="small")
        for number in range(60):
            ticket = receive(acme.id, email=f"c{number}@customer.test")
        Ticket.objects.filter(id=ticket.ticket_id).update(brand_id=small.id)
    with psycopg.connect(os.environ["ONQUE_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE desk_ticket")
    bo = actor_of(acme, committed_cast.bo)
    with tenant_scope(acme.id):
        price_out_scans()
        found = plans_of(lambda: reading.list_tickets(bo, view=View.ALL, brand_slug="small"))
    names = {n["Index Name"] for n in found if n.get("Relation Name") == "desk_ticket"}
    assert names == {"desk_ticket_brand"}


def test_counts_walk_indexes_alone(bo):
    found = plans_of(lambda: counting.count_views(bo))
    assert not scanned(found)
    for node in found:
        if node.get("Relation Name") == "desk_ticket":
            assert "tenant_id" in node["Index Cond"]


def test_a_ticket_page_reads_by_key(bo):
    found = plans_of(lambda: reading.get_ticket(bo, number=1))
    assert not scanned(found)
    for node in found:
        if node.get("Relation Name", "").startswith("desk_"):
            assert "tenant_id" in node["Index Cond"]


@pytest.mark.parametrize(
    ("segment", "index"),
    [
        (Segment.ALL, "customers_newest"),
        (Segment.VIP, "customers_rated"),
        (Segment.BLOCKED, "customers_blocked"),
    ],
)
def test_a_list_of_customers_walks_its_index_in_order(bo, segment, index):
    after = write_cursor(clock.now(), new_id())
    for cursor in ("", after):
        found = plans_of(
            lambda cursor=cursor: customers.list_customers(bo, segment=segment, after=cursor),
            about="customers_customer",
        )
        on_customers = [n for n in found if n.get("Relation Name") == "customers_customer"]
        assert {n.get("Index Name") for n in on_customers} == {index}
        assert not [n for n in found if n["Node Type"] == "Sort"]


def test_a_history_walks_the_customer_s_index(bo):
    cy = customers.identify_by_email(email="cy@customer.test").id
    found = plans_of(lambda: histories.list_history(bo, customer_id=cy))
    assert "desk_ticket_customer" in {node.get("Index Name") for node in found}
    assert not scanned(found)
