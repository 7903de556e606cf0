"""The page of merging, the toast and the log with their undo, in a member's browser."""

import threading
from uuid import uuid4

import pytest
from django.db import connections

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.errors import CannotMerge
from onque.modules.desk.models import Message, Operation, Ticket
from onque.modules.desk.services import merging
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity.tests.factories import actor_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def acme(committed_cast):
    with tenant_scope(committed_cast.acme.id):
        receive(committed_cast.acme.id)
        receive(committed_cast.acme.id, subject="The box too")
        receive(committed_cast.acme.id, email="eve@customer.test", subject="Eve's own")
    return committed_cast


@pytest.fixture
def bo(acme):
    return browser("bo@acme.test")


def counts(acme):
    with tenant_scope(acme.acme.id):
        return [Message.objects.filter(ticket__number=one).count() for one in (1, 2, 3)]


def operation(acme):
    with tenant_scope(acme.acme.id):
        return Operation.objects.latest("done_at")


def merge(bo, number=1, other=2, stays="other", **given):
    return bo.post(path(f"tickets/{number}/merged"), {"other": other, "stays": stays, **given})


def test_the_page_offers_the_customers_tickets_and_one_by_number(bo):
    page = read(bo.get(path("tickets/1/merge")))
    assert "The box too" in page.text
    assert "Eve's own" not in page.text
    assert "Eve's own" in read(bo.get(path("tickets/1/merge?q=%233"))).text
    assert "#99 is not here" in read(bo.get(path("tickets/1/merge?q=99"))).text


def test_merging_leads_to_the_survivor_with_an_undo(acme, bo):
    answer = merge(bo)
    assert answer.status_code == 302
    assert counts(acme) == [0, 2, 1]
    page = read(bo.get(answer.url))
    assert "done" in page.ids
    assert "Bo merged #1 into #2" in page.text
    assert "from #1" in page.text
    undone = bo.post(path(f"operations/{operation(acme).id}/undo"))
    assert undone.status_code == 302
    assert counts(acme) == [1, 1, 1]
    assert "Undone by Bo" in read(bo.get(path("tickets/2/"))).text


def test_this_ticket_may_be_the_one_that_stays(acme, bo):
    assert merge(bo, stays="this").status_code == 302
    assert counts(acme) == [2, 0, 1]


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"other": ""}, 422, "Choose the other ticket first."),
        ({"other": "1"}, 409, "This is the same ticket."),
        ({"other": "99"}, 404, "There is no such ticket here."),
        ({"status": "solved"}, 409, "A colleague changed the ticket meanwhile."),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(acme, bo, given, status, words):
    answer = merge(bo, **given)
    assert answer.status_code == status
    assert words in read(answer).text
    assert counts(acme) == [1, 1, 1]


def test_the_old_number_leads_to_the_survivor(bo):
    merge(bo)
    answer = bo.get(path("tickets/1/"), follow=True)
    assert "tickets/2/" in answer.redirect_chain[0][0]
    page = read(answer)
    assert "#1 was merged into this ticket." in page.text
    assert "head" in read(bo.get(path("tickets/1/?parts=1"))).ids


@pytest.mark.parametrize("kind", ["replies", "notes"])
def test_what_was_typed_while_it_was_merged_goes_along(acme, bo, kind):
    merge(bo)
    body = {"body": "Typed on the old page", "request_key": str(uuid4())}
    answer = bo.post(path(f"tickets/1/{kind}"), body, headers=HTMX)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Typed on the old page" in text
    assert "tickets/2/" in text
    assert "merged into #2" in text
    assert counts(acme) == [0, 2, 1]


def test_a_property_comes_with_its_undo_and_the_undo_with_fresh_parts(acme, bo):
    answer = bo.post(path("tickets/1/properties"), {"status": "solved"}, headers=HTMX)
    page = read(answer)
    assert {"done", "head"} <= page.ids
    answer = bo.post(path(f"operations/{operation(acme).id}/undo"), headers=HTMX)
    assert answer.status_code == 200
    assert "done" not in read(answer).ids
    with tenant_scope(acme.acme.id):
        assert Ticket.objects.get(number=1).status == "new"


def test_an_undo_that_comes_too_late_says_so(acme, bo):
    bo.post(path("tickets/1/properties"), {"status": "solved"})
    first = operation(acme).id
    bo.post(path("tickets/1/properties"), {"status": "open"})
    answer = bo.post(path(f"operations/{first}/undo"), headers=HTMX)
    assert answer.status_code == 409
    assert "This cannot be undone now" in read(answer).text


def test_somebody_elses_toast_is_not_shown(acme, bo):
    bo.post(path("tickets/1/properties"), {"assignee": str(acme.bo.id)})
    did = operation(acme).id.hex
    assert "done" in read(bo.get(path(f"tickets/1/?did={did}"))).ids
    assert "done" not in read(bo.get(path(f"tickets/2/?did={did}"))).ids


def test_two_who_merge_into_each_other_merge_once(acme):
    """Given two members who choose the other survivor at the same time, one of them is refused."""
    ready = threading.Barrier(2)
    found: list[str] = []

    def act(number: int, into: int) -> None:
        ready.wait(10)
        try:
            with tenant_scope(acme.acme.id):
                merging.merge_tickets(actor_of(acme.acme, acme.bo), number=number, into=into)
            found.append("done")
        except CannotMerge as error:
            found.append(str(error.facts["reason"]))
        connections.close_all()

    threads = [threading.Thread(target=act, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == ["done", "merged"]
    assert sorted(counts(acme)) == [0, 1, 2]
