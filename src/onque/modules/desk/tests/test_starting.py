"""Tickets that members start towards customers."""

from uuid import uuid4

import pytest

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.customers.models import Customer
from onque.modules.desk.contracts import Status
from onque.modules.desk.contracts.starting import NewTicket
from onque.modules.desk.errors import AddressBounced, OperationOutdated
from onque.modules.desk.models import HeldReply, Message, Ticket
from onque.modules.desk.services import holding, operations, starting
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast.acme


def new(**given) -> NewTicket:
    known = {"key": uuid4(), "brand_id": identity.default_brand().id, "to": "New <n@shop.test>"}
    return NewTicket(**(known | {"subject": "Your order", "body": "It is late."} | given))


def test_a_ticket_is_opened_and_its_first_message_held(acme, bo, settings):
    settings.UNDO_SECONDS = 8
    asked = new()
    done = starting.start_ticket(bo, new=asked)
    ticket = Ticket.objects.get(number=done.number)
    assert (ticket.subject, ticket.status, ticket.assignee_id) == ("Your order", "open", bo.id)
    assert (ticket.channel, ticket.is_unanswered, ticket.due_at) == ("desk", False, None)
    assert Customer.objects.get(id=ticket.customer_id).name == "New"
    waiting = HeldReply.objects.get()
    assert (waiting.state, waiting.text, waiting.status) == ("held", "It is late.", "pending")
    assert done.operation_id is None
    holding.release(waiting.id)
    ticket.refresh_from_db()
    assert ticket.status == "pending"
    assert Message.objects.get().direction == "out"


def test_the_same_key_twice_is_one_ticket(acme, bo, settings):
    settings.UNDO_SECONDS = 8
    asked = new()
    assert starting.start_ticket(bo, new=asked) == starting.start_ticket(bo, new=asked)
    assert Ticket.objects.count() == HeldReply.objects.count() == 1


def test_going_on_in_the_ticket_keeps_the_words_as_a_draft(acme, bo):
    done = starting.start_ticket(bo, new=new(sends=False))
    assert HeldReply.objects.get().state == "draft"
    assert done.operation_id
    operations.undo(bo, operation_id=done.operation_id)
    assert Ticket.objects.get().status == "trash"


def test_undo_does_not_throw_away_what_was_said(acme, bo, settings):
    settings.UNDO_SECONDS = 0
    starting.start_ticket(bo, new=new())
    ticket = Ticket.objects.get()
    (entry,) = [
        line
        for line in identity.list_audit(object_kind="ticket", object_id=ticket.id)
        if line.action == "ticket.started"
    ]
    with pytest.raises(OperationOutdated):
        operations.undo(bo, operation_id=entry.id)
    assert Ticket.objects.get().status == "pending"


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"to": ""}, "to", "empty"),
        ({"to": "nobody"}, "to", "not_an_address"),
        ({"to": "a@b.test, c@d.test"}, "to", "not_an_address"),
        ({"subject": " \n "}, "subject", "empty"),
        ({"body": " "}, "body", "empty"),
        ({"body": "x" * 100_001}, "body", "too_long"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_opened(acme, bo, given, field, reason):
    with pytest.raises(Invalid) as refused:
        starting.start_ticket(bo, new=new(**given))
    assert (refused.value.facts["field"], refused.value.facts["reason"]) == (field, reason)
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_blocked_and_own_addresses_are_refused(acme, bo):
    cy = customers.identify_by_email(email="cy@customer.test")
    customers.set_blocked(cy.id, blocked=True)
    brand = identity.default_brand()
    identity.set_brand_address(brand.id, support_address="Help@acme.test")
    for to, reason in (("cy@customer.test", "blocked"), ("help@ACME.test", "ours")):
        with pytest.raises(Invalid) as refused:
            starting.start_ticket(bo, new=new(to=to))
        assert refused.value.facts["reason"] == reason
    assert not Ticket.objects.exists()


def test_a_bounced_address_asks_first(acme, bo):
    customers.identify_by_email(email="n@shop.test")
    customers.mark_bounced("n@shop.test", reason="No such mailbox")
    asked = new()
    with pytest.raises(AddressBounced):
        starting.start_ticket(bo, new=asked)
    assert not Ticket.objects.exists()
    starting.start_ticket(bo, new=new(despite_bounce=True))
    assert Ticket.objects.count() == 1


def test_permissions(acme, bo):
    from dataclasses import replace

    for lacking in ("ticket.create", "ticket.reply"):
        actor = replace(bo, permissions=bo.permissions - {lacking})
        with pytest.raises(Forbidden):
            starting.start_ticket(actor, new=new())
    with pytest.raises(NotFound):
        starting.start_ticket(bo, new=new(brand_id=uuid4()))
    assert not Ticket.objects.exists()


def test_the_customer_s_answer_comes_back_to_it(acme, bo, settings):
    settings.UNDO_SECONDS = 0
    starting.start_ticket(bo, new=new(to="cy@customer.test"))
    ticket = Ticket.objects.get()
    answer = receive(acme.id, ticket_id=ticket.id)
    assert answer.ticket_id == ticket.id
    ticket.refresh_from_db()
    assert (ticket.status, ticket.is_unanswered) == (Status.OPEN, True)


# --- the page


def form(page: bytes, **given: str) -> dict[str, str]:
    import re

    text = page.decode()
    found = {
        name: re.search(rf'name="{name}" value="([^"]+)"', text)[1] for name in ("key", "brand_id")
    }
    return found | {"to": "n@shop.test", "subject": "Lid", "body": "Words", "act": "send"} | given


def test_the_page_opens_a_ticket_and_leads_there(cast):
    bo = browser(cast.bo.email)
    page = bo.get(path("tickets/new"))
    sent = form(page.content, status="pending")
    first = bo.post(path("tickets/new"), sent)
    again = bo.post(path("tickets/new"), sent)
    assert first.headers["Location"] == again.headers["Location"]
    assert "/tickets/1/" in first.headers["Location"]
    shown = read(bo.get(first.headers["Location"]))
    assert "Bo started it towards n@shop.test" in shown.text
    assert "Words" in shown.text


def test_the_page_gives_back_what_was_typed(cast):
    bo = browser(cast.bo.email)
    page = bo.get(path("tickets/new"))
    answer = bo.post(path("tickets/new"), form(page.content, to="typed nonsense"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="typed nonsense"' in text
    assert "Words" in text
    assert "Enter one e-mail address" in read(answer).text
    broken = bo.post(path("tickets/new"), {"subject": "Kept"})
    assert broken.status_code == 422
    assert 'value="Kept"' in broken.content.decode()


def test_a_customer_s_page_fills_the_address_in(cast):
    with tenant_scope(cast.acme.id):
        cy = customers.identify_by_email(email="cy@customer.test", name="Cy")
    bo = browser(cast.bo.email)
    for to, shown in ((cy.id.hex, "&lt;cy@customer.test&gt;"), (uuid4().hex, ""), ("x", "")):
        text = bo.get(path(f"tickets/new?to={to}")).content.decode()
        assert shown in text
        assert ("cy@customer.test" in text) == bool(shown)


def test_customers_are_offered(cast):
    from onque.kernel.search import index

    with tenant_scope(cast.acme.id):
        customers.identify_by_email(email="cy@customer.test", name="Cy")
    index.write_due()
    bo, dee = browser(cast.bo.email), browser(cast.dee.email)
    assert "cy@customer.test" in bo.get(path("tickets/people?to=cust")).content.decode()
    assert "option" not in bo.get(path("tickets/people?to=")).content.decode()
    ours = path("tickets/people?to=cust", slug=cast.globex.slug)
    assert "cy@customer.test" not in dee.get(ours).content.decode()
