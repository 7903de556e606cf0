"""Agents answer and take notes; nothing is sent blindly or twice."""

from uuid import uuid4

import pytest

from onque.kernel.access import Actor
from onque.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import Status, TicketClosed, TicketStale
from onque.modules.desk.models import Mention, Message, Ticket
from onque.modules.desk.tests.factories import receive, reply
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def desk(cast):
    with tenant_scope(cast.acme.id):
        yield receive(cast.acme.id)


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


def events(name):
    return OutboxEvent.objects.filter(name=name).count()


def test_a_reply_waits_for_the_customer_and_takes_the_ticket(desk, ada):
    reply(ada, desk.ticket_id)
    ticket = Ticket.objects.get(pk=desk.ticket_id)
    assert (ticket.status, ticket.due_at, ticket.is_unanswered) == ("pending", None, False)
    assert (ticket.assignee_id, ticket.preview_by) == (ada.id, "member")
    assert events("desk.ticket_replied") == 1


def test_reply_and_solve_is_one_act(desk, ada):
    reply(ada, desk.ticket_id, status=Status.SOLVED)
    ticket = Ticket.objects.get(pk=desk.ticket_id)
    assert (ticket.status, ticket.shelf, ticket.resolution) == ("solved", "done", 1)
    assert events("desk.ticket_solved") == 1


def test_solving_again_counts_a_new_resolution(cast, desk, ada):
    reply(ada, desk.ticket_id, status=Status.SOLVED)
    reply(ada, desk.ticket_id)
    receive(cast.acme.id, ticket_id=desk.ticket_id)
    reply(ada, desk.ticket_id, status=Status.SOLVED)
    assert Ticket.objects.get(pk=desk.ticket_id).resolution == 2


def test_the_same_key_twice_is_one_reply(desk, ada):
    key = uuid4()
    assert reply(ada, desk.ticket_id, request_key=key) == reply(
        ada, desk.ticket_id, request_key=key
    )
    assert events("desk.ticket_replied") == 1


def test_a_key_of_another_ticket_is_refused(cast, desk, ada):
    key = uuid4()
    reply(ada, desk.ticket_id, request_key=key)
    other = receive(cast.acme.id)
    with pytest.raises(Conflict):
        reply(ada, other.ticket_id, request_key=key)


@pytest.mark.parametrize("body", ["", "  \n "])
def test_nothing_to_say_is_refused(desk, ada, body):
    with pytest.raises(Invalid):
        reply(ada, desk.ticket_id, body=body)
    assert Message.objects.count() == 1


def test_without_permission_nothing_changes(desk, cast):
    nobody = Actor(kind="member", tenant_id=cast.acme.id, id=cast.ada.id, name="Ada")
    with pytest.raises(Forbidden):
        reply(nobody, desk.ticket_id)
    with pytest.raises(Forbidden):
        public.add_note(nobody, ticket_id=desk.ticket_id, body="x", request_key=uuid4())
    assert Message.objects.count() == 1
    assert Ticket.objects.get(pk=desk.ticket_id).status == "new"


@pytest.mark.parametrize("status", [Status.CLOSED, Status.TRASH])
def test_a_closed_or_deleted_ticket_takes_no_reply(desk, ada, status):
    Ticket.objects.update(status=status)
    with pytest.raises(TicketClosed):
        reply(ada, desk.ticket_id)
    assert events("desk.ticket_replied") == 0


def test_a_step_that_is_not_allowed_sends_nothing(desk, ada):
    with pytest.raises(Invalid):
        reply(ada, desk.ticket_id, status=Status.CLOSED)
    assert Message.objects.count() == 1


def test_a_newer_message_stops_the_reply_until_sent_anyway(cast, desk, ada):
    newer = receive(cast.acme.id, ticket_id=desk.ticket_id, text="Wait!")
    with pytest.raises(TicketStale) as refused:
        reply(ada, desk.ticket_id, seen_message_id=desk.message_id)
    assert [m.text for m in refused.value.facts["newer"]] == ["Wait!"]
    assert events("desk.ticket_replied") == 0
    reply(ada, desk.ticket_id, seen_message_id=desk.message_id, send_anyway=True)
    reply(ada, desk.ticket_id, seen_message_id=None)
    assert events("desk.ticket_replied") == 2
    assert newer.ticket_id == desk.ticket_id


def test_a_note_stays_inside_and_names_people(desk, ada, cast):
    item = public.add_note(
        ada, ticket_id=desk.ticket_id, body="@Bo please look", request_key=uuid4()
    )
    assert item.is_note
    assert Mention.objects.get().member_id == cast.bo.id
    assert events("desk.ticket_replied") == 0
    assert Ticket.objects.get(pk=desk.ticket_id).status == "new"


def test_another_tenants_ticket_is_not_found(cast, desk):
    dee = actor_of(cast.globex, cast.dee)
    tenant = Actor(kind="member", tenant_id=cast.globex.id, id=dee.id, permissions=dee.permissions)
    with pytest.raises(NotFound):
        reply(tenant, uuid4())


def test_an_agent_cannot_answer_what_they_may_not_see(cast, desk, ada):
    bo = actor_of(cast.acme, cast.bo)
    public.assign(bo, ticket_id=desk.ticket_id, member_id=bo.id, group_id=None)
    with pytest.raises(NotFound):
        reply(ada, desk.ticket_id)
