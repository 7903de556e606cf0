"""Members change what a ticket is; every change is on record."""

from uuid import uuid4

import pytest

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import Priority, Status, TicketVersionConflict
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import properties
from onque.modules.desk.tests.factories import receive
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def desk(cast):
    with tenant_scope(cast.acme.id):
        yield receive(cast.acme.id)


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def ticket(desk):
    return Ticket.objects.get(pk=desk.ticket_id)


def audit(desk):
    return identity.list_audit(object_kind="ticket", object_id=desk.ticket_id)


def test_a_status_change_is_recorded_with_who_and_what(desk, ada):
    public.set_status(ada, ticket_id=desk.ticket_id, status=Status.ON_HOLD)
    entry = audit(desk)[0]
    assert (entry.action, entry.actor_name) == ("ticket.status", "Ada")
    assert (entry.before, entry.after) == ({"status": "new"}, {"status": "on_hold"})
    assert ticket(desk).due_at is None


def test_back_to_open_the_clock_runs_from_where_it_began(desk, ada):
    due = ticket(desk).due_at
    public.set_status(ada, ticket_id=desk.ticket_id, status=Status.PENDING)
    public.set_status(ada, ticket_id=desk.ticket_id, status=Status.OPEN)
    assert ticket(desk).due_at == due


def test_a_change_by_somebody_else_is_not_overwritten(desk, ada):
    public.set_status(ada, ticket_id=desk.ticket_id, status=Status.ON_HOLD)
    with pytest.raises(TicketVersionConflict) as refused:
        public.set_status(ada, ticket_id=desk.ticket_id, status=Status.SOLVED, expected=Status.NEW)
    assert refused.value.facts["current"] == "on_hold"
    assert ticket(desk).status == "on_hold"


def test_an_agent_may_not_delete(desk, ada, bo):
    with pytest.raises(Forbidden):
        public.set_status(ada, ticket_id=desk.ticket_id, status=Status.TRASH)
    public.set_status(bo, ticket_id=desk.ticket_id, status=Status.TRASH)
    assert ticket(desk).shelf == "trash"


def test_a_step_that_does_not_exist_is_refused(desk, bo):
    with pytest.raises(Invalid):
        public.set_status(bo, ticket_id=desk.ticket_id, status=Status.CLOSED)


def test_assigning_names_who_and_refuses_strangers(desk, cast, bo):
    public.assign(bo, ticket_id=desk.ticket_id, member_id=cast.ada.id, group_id=None)
    assert ticket(desk).assignee_id == cast.ada.id
    assert audit(desk)[0].after == {"assignee": "Ada"}
    for stranger in (cast.dee.id, uuid4()):
        with pytest.raises(NotFound):
            public.assign(bo, ticket_id=desk.ticket_id, member_id=stranger, group_id=None)
    with pytest.raises(NotFound):
        public.assign(bo, ticket_id=desk.ticket_id, member_id=None, group_id=uuid4())
    assert ticket(desk).assignee_id == cast.ada.id


def test_priority_and_tags(desk, ada):
    public.set_priority(ada, ticket_id=desk.ticket_id, priority=Priority.URGENT)
    public.add_tag(ada, ticket_id=desk.ticket_id, name="  Refund ")
    public.add_tag(ada, ticket_id=desk.ticket_id, name="refund")
    assert ticket(desk).priority == "urgent"
    assert properties.tags.of_tickets([desk.ticket_id])[desk.ticket_id] == ("refund",)
    assert [entry.action for entry in audit(desk)].count("ticket.tags") == 1
    properties.remove_tag(ada, ticket_id=desk.ticket_id, name="refund")
    assert properties.tags.of_tickets([desk.ticket_id]) == {}
    with pytest.raises(Invalid):
        public.add_tag(ada, ticket_id=desk.ticket_id, name="  ")


def test_the_same_value_changes_nothing(desk, ada):
    version = ticket(desk).version
    public.set_status(ada, ticket_id=desk.ticket_id, status=Status.NEW)
    public.set_priority(ada, ticket_id=desk.ticket_id, priority=Priority.NORMAL)
    public.assign(ada, ticket_id=desk.ticket_id, member_id=None, group_id=None)
    assert ticket(desk).version == version
