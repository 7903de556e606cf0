"""Tickets that come to a group go to its members in turn; the menus and the selection bar."""

from uuid import uuid4

import pytest

from onque.kernel.errors import Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Ticket, TicketTag
from onque.modules.desk.services import operations, properties
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity import public as identity
from onque.modules.identity.services import groups
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def group_of(cast, bo, *, auto_assign: bool = True, name: str = "Refunds"):
    return groups.save_group(
        bo,
        group_id=uuid4(),
        version=0,
        name=name,
        member_ids=(cast.ada.id, cast.bo.id),
        auto_assign=auto_assign,
    )


def test_a_ticket_that_comes_to_a_group_alone_has_the_next_member(cast, bo):
    with tenant_scope(cast.acme.id):
        made = group_of(cast, bo)
        taken = []
        for _ in range(3):
            ticket_id = receive(cast.acme.id).ticket_id
            did = properties.assign(bo, ticket_id=ticket_id, member_id=None, group_id=made.id)
            taken.append(Ticket.objects.get(id=ticket_id).assignee_id)
        assert set(taken[:2]) == {cast.ada.id, cast.bo.id}
        assert taken[2] == taken[0]
        assert Ticket.objects.get(id=ticket_id).group_id == made.id
        again = properties.assign(bo, ticket_id=ticket_id, member_id=None, group_id=made.id)
        assert again  # taken from the member, it stays with the group: nobody's turn comes
        assert Ticket.objects.get(id=ticket_id).assignee_id is None
        operations.undo(bo, operation_id=again)
        operations.undo(bo, operation_id=did)
        row = Ticket.objects.get(id=ticket_id)
        assert (row.assignee_id, row.group_id) == (None, None)


def test_a_named_member_and_a_group_without_turns_are_left_alone(cast, bo):
    with tenant_scope(cast.acme.id):
        round_, plain = group_of(cast, bo), group_of(cast, bo, auto_assign=False, name="Plain")
        ticket_id = receive(cast.acme.id).ticket_id
        properties.assign(bo, ticket_id=ticket_id, member_id=cast.bo.id, group_id=round_.id)
        assert Ticket.objects.get(id=ticket_id).assignee_id == cast.bo.id
        properties.assign(bo, ticket_id=ticket_id, member_id=None, group_id=plain.id)
        assert Ticket.objects.get(id=ticket_id).assignee_id is None


def test_an_archived_group_takes_no_ticket_but_keeps_its_own(cast, bo):
    with tenant_scope(cast.acme.id):
        made = group_of(cast, bo)
        ours = receive(cast.acme.id).ticket_id
        properties.assign(bo, ticket_id=ours, member_id=None, group_id=made.id)
        groups.set_archived(bo, group_id=made.id, archived=True)
        properties.assign(bo, ticket_id=ours, member_id=cast.bo.id, group_id=made.id)
        other = receive(cast.acme.id).ticket_id
        with pytest.raises(Invalid):
            properties.assign(bo, ticket_id=other, member_id=None, group_id=made.id)
        assert Ticket.objects.get(id=other).group_id is None


def test_the_menu_gives_a_ticket_to_a_group(cast, bo):
    with tenant_scope(cast.acme.id):
        made = group_of(cast, bo)
        receive(cast.acme.id)
    client = browser(cast.bo.email)
    assert "Refunds" in read(client.get(path("tickets/1/"))).text
    client.post(path("tickets/1/properties"), {"group": str(made.id)})
    with tenant_scope(cast.acme.id):
        row = Ticket.objects.get()
        assert row.assignee_id in {cast.ada.id, cast.bo.id}
        assert row.group_id == made.id


def test_the_selection_bar_assigns_and_tags(cast, bo):
    with tenant_scope(cast.acme.id):
        made = group_of(cast, bo)
        for _ in range(2):
            receive(cast.acme.id)
    client = browser(cast.bo.email)
    offered = client.get(path("tickets/answerable")).content.decode()
    assert f'name="group" value="{made.id}"' in offered
    assert f'name="assignee" value="{cast.ada.id}"' in offered
    changes = path("tickets/changes")
    client.post(changes, {"t": ["1", "2"], "group": str(made.id), "tag": ""})
    client.post(changes, {"t": ["1", "2"], "act": "tag", "tag": " Lid "})
    with tenant_scope(cast.acme.id):
        rows = Ticket.objects.order_by("number")
        assert {row.assignee_id for row in rows} == {cast.ada.id, cast.bo.id}
        assert TicketTag.objects.count() == 2
    client.post(changes, {"t": ["1"], "act": "untag", "tag": "lid"})
    client.post(changes, {"t": ["1"], "act": "", "tag": "typed by the way", "priority": "high"})
    with tenant_scope(cast.acme.id):
        assert TicketTag.objects.get().ticket.number == 2


def test_who_may_not_assign_is_offered_nobody(cast):
    with tenant_scope(cast.acme.id):
        role = next(one for one in identity.list_roles() if one.key == "agent")
        assert "ticket.assign" in role.permissions
    from onque.modules.identity.models import Role

    with tenant_scope(cast.acme.id):
        row = Role.objects.get(key="agent")
        row.permissions = [one for one in row.permissions if one != "ticket.assign"]
        row.save()
    ada = browser(cast.ada.email)
    assert ada.get(path("tickets/answerable")).status_code == 403
