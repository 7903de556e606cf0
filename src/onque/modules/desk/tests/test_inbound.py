"""A customer's message becomes a ticket, or joins one."""

from uuid import uuid4

import pytest

from onque.kernel.access import system_actor
from onque.kernel.errors import NotFound
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk import public
from onque.modules.desk.contracts import Status
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.tests.factories import receive
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast


def set_status(cast, ticket_id, *path):
    for status in path:
        public.set_status(system_actor(cast.acme.id), ticket_id=ticket_id, status=status)


def test_the_first_message_opens_a_numbered_ticket_with_a_deadline(acme):
    received = receive(acme.acme.id, subject="  Broken\n lid ")
    ticket = Ticket.objects.get(pk=received.ticket_id)
    assert received.created_ticket
    assert (ticket.number, ticket.subject, ticket.status) == (1, "Broken lid", "new")
    assert (ticket.due_at - ticket.created_at).total_seconds() == 240 * 60
    assert ticket.sort_at == ticket.due_at
    assert ticket.language == "en"
    assert OutboxEvent.objects.filter(name="desk.ticket_created").count() == 1


def test_the_same_source_twice_is_one_message(acme):
    key = uuid4()
    first, again = receive(acme.acme.id, key=key), receive(acme.acme.id, key=key)
    assert again.duplicate
    assert again.message_id == first.message_id
    assert Ticket.objects.count() == Message.objects.count() == 1


def test_numbers_run_for_each_tenant_from_one(cast):
    with tenant_scope(cast.acme.id):
        assert [receive(cast.acme.id).ticket_number for _ in range(2)] == [1, 2]
    with tenant_scope(cast.globex.id):
        assert receive(cast.globex.id).ticket_number == 1


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.OPEN])
def test_a_customers_answer_opens_the_ticket_again(acme, status):
    first = receive(acme.acme.id)
    set_status(acme, first.ticket_id, status)
    again = receive(acme.acme.id, ticket_id=first.ticket_id, text="Still broken.")
    ticket = Ticket.objects.get(pk=first.ticket_id)
    assert again.ticket_id == first.ticket_id
    assert (ticket.status, ticket.shelf, ticket.preview) == ("open", "active", "Still broken.")
    assert ticket.due_at is not None


@pytest.mark.parametrize("path", [(Status.SOLVED, Status.CLOSED), (Status.TRASH,)])
def test_a_closed_or_deleted_ticket_gets_one_linked_follow_up(acme, path):
    first = receive(acme.acme.id)
    set_status(acme, first.ticket_id, *path)
    second = receive(acme.acme.id, ticket_id=first.ticket_id)
    third = receive(acme.acme.id, ticket_id=first.ticket_id)
    assert second.created_ticket
    assert second.ticket_id != first.ticket_id
    assert third.ticket_id == second.ticket_id
    assert Ticket.objects.get(pk=second.ticket_id).follow_up_of_id == first.ticket_id
    assert Ticket.objects.get(pk=first.ticket_id).status == path[-1]


def test_automatic_mail_is_kept_but_opens_nothing(acme):
    first = receive(acme.acme.id)
    set_status(acme, first.ticket_id, Status.SOLVED)
    receive(acme.acme.id, ticket_id=first.ticket_id, automatic=True, text="I am away.")
    ticket = Ticket.objects.get(pk=first.ticket_id)
    assert (ticket.status, ticket.due_at) == ("solved", None)
    assert Message.objects.filter(ticket_id=first.ticket_id).count() == 2


def test_a_blocked_customers_ticket_is_spam(acme):
    customer = customers.identify_by_email(email="cy@customer.test")
    customers.set_blocked(customer.id, blocked=True)
    ticket = Ticket.objects.get(pk=receive(acme.acme.id).ticket_id)
    assert (ticket.status, ticket.shelf, ticket.due_at) == ("spam", "spam", None)


def test_a_ticket_of_another_tenant_is_not_found(cast):
    with tenant_scope(cast.globex.id):
        foreign = receive(cast.globex.id)
    with tenant_scope(cast.acme.id):
        with pytest.raises(NotFound):
            receive(cast.acme.id, ticket_id=foreign.ticket_id)
        assert not Ticket.objects.exists()
        with pytest.raises(NotFound):
            public.get_card(foreign.ticket_id)
    assert not public.may_watch(actor_of(cast.acme, cast.bo), foreign.ticket_id)
