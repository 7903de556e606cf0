"""Every change of a property can be taken back, unless somebody changed it again."""

from uuid import UUID, uuid4

import pytest

from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import Priority, Status
from onque.modules.desk.errors import OperationOutdated
from onque.modules.desk.models import Operation, Ticket
from onque.modules.desk.services import operations, properties
from onque.modules.desk.tests.factories import receive
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def desk(cast):
    with tenant_scope(cast.acme.id):
        yield receive(cast.acme.id).ticket_id


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


def state(ticket_id: UUID) -> dict[str, object]:
    row = Ticket.objects.filter(pk=ticket_id).values().get()
    kept = {key: value for key, value in row.items() if key not in {"updated_at", "version"}}
    return {**kept, "tags": properties.tags.of_tickets([ticket_id])}


def solve(actor, ticket_id):
    return public.set_status(actor, ticket_id=ticket_id, status=Status.SOLVED)


def trash(actor, ticket_id):
    return public.set_status(actor, ticket_id=ticket_id, status=Status.TRASH)


def spam(actor, ticket_id):
    return public.set_status(actor, ticket_id=ticket_id, status=Status.SPAM)


def hurry(actor, ticket_id):
    return public.set_priority(actor, ticket_id=ticket_id, priority=Priority.URGENT)


def take(actor, ticket_id):
    return public.assign(actor, ticket_id=ticket_id, member_id=actor.id, group_id=None)


def tag(actor, ticket_id):
    return public.add_tag(actor, ticket_id=ticket_id, name="lid")


@pytest.mark.parametrize("act", [solve, trash, spam, hurry, take, tag])
def test_undo_gives_back_what_was(desk, bo, act):
    before = state(desk)
    operation = act(bo, desk)
    assert state(desk) != before
    operations.undo(bo, operation_id=operation)
    after = state(desk)
    assert {**after, "resolution": 0} == before
    row = Operation.objects.get(pk=operation)
    assert row.undone_by == "Bo"
    line = identity.list_audit(object_kind="ticket", object_id=desk)[0]
    assert (line.action, line.actor_name) == ("ticket.undone", "Bo")


def test_a_tag_taken_off_comes_back(desk, bo):
    tag(bo, desk)
    before = state(desk)
    operations.undo(bo, operation_id=properties.remove_tag(bo, ticket_id=desk, name="lid"))
    assert state(desk) == before


def test_what_was_changed_again_stays(desk, bo):
    operation = solve(bo, desk)
    receive(bo.tenant_id, ticket_id=desk, text="It is not solved.")
    before = state(desk)
    with pytest.raises(OperationOutdated) as refused:
        operations.undo(bo, operation_id=operation)
    assert refused.value.facts["field"] == "status"
    assert state(desk) == before
    assert Operation.objects.get(pk=operation).undone_at is None


def test_undo_leaves_what_others_changed_beside_it(desk, bo, ada):
    operation = hurry(bo, desk)
    tag(ada, desk)
    operations.undo(bo, operation_id=operation)
    assert state(desk)["priority"] == "normal"
    assert state(desk)["tags"] == {desk: ("lid",)}


def test_twice_is_once(desk, bo):
    operation = hurry(bo, desk)
    operations.undo(bo, operation_id=operation)
    hurry(bo, desk)
    operations.undo(bo, operation_id=operation)
    assert state(desk)["priority"] == "urgent"


def test_undo_asks_for_what_the_act_asked_for(desk, bo, ada):
    operation = trash(bo, desk)
    with pytest.raises(Forbidden):
        operations.undo(ada, operation_id=operation)
    powerless = Actor(kind="member", tenant_id=bo.tenant_id, id=uuid4())
    with pytest.raises(Forbidden):
        operations.undo(powerless, operation_id=operation)
    assert state(desk)["status"] == "trash"


def test_a_ticket_given_out_of_sight_can_be_taken_back_at_once_by_its_giver(desk, bo, ada):
    operation = public.assign(ada, ticket_id=desk, member_id=bo.id, group_id=None)
    assert not operations.is_seen(ada, Ticket.objects.get(pk=desk))
    done = operations.undo(ada, operation_id=operation)
    assert done.is_seen
    assert state(desk)["assignee_id"] is None


def test_nobody_undoes_what_they_do_not_see(desk, bo, ada):
    operation = hurry(bo, desk)
    take(bo, desk)
    with pytest.raises(NotFound):
        operations.undo(ada, operation_id=operation)
    assert state(desk)["priority"] == "urgent"


def test_what_programs_change_offers_no_undo(desk):
    from onque.kernel.access import system_actor
    from onque.kernel.tenancy import current_tenant

    public.set_status(system_actor(current_tenant()), ticket_id=desk, status=Status.SOLVED)
    assert not Operation.objects.exists()


def test_another_workspace_knows_of_no_act(cast):
    with tenant_scope(cast.acme.id):
        ticket_id = receive(cast.acme.id).ticket_id
        operation = hurry(actor_of(cast.acme, cast.bo), ticket_id)
    with tenant_scope(cast.globex.id), pytest.raises(NotFound):
        operations.undo(actor_of(cast.globex, cast.dee), operation_id=operation)
    with tenant_scope(cast.acme.id):
        assert state(ticket_id)["priority"] == "urgent"
