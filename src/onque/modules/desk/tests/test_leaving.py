"""A member leaves: their open tickets go to whom the admin chose."""

from uuid import uuid4

import pytest

from onque.kernel import events
from onque.kernel.errors import NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Status
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import leaving, properties
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path
from onque.modules.identity.contracts import HandOver, MemberDeactivated
from onque.modules.identity.models import Member
from onque.modules.identity.services import groups, members
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def given(cast, bo, count: int = 3) -> list:
    """Ada's tickets, the last of them solved."""
    made = [receive(cast.acme.id).ticket_id for _ in range(count)]
    for one in made:
        properties.assign(bo, ticket_id=one, member_id=cast.ada.id, group_id=None)
    properties.set_status(bo, ticket_id=made[-1], status=Status.SOLVED)
    return made


def hand_over(cast, **to) -> int:
    heir = (to.get("to_member_id"), to.get("to_group_id"))
    return leaving.hand_over(cast.acme.id, member_id=cast.ada.id, to=heir)


def test_open_tickets_go_to_a_member_and_done_ones_stay(cast, bo, monkeypatch):
    monkeypatch.setattr(leaving, "CHUNK", 1)
    with tenant_scope(cast.acme.id):
        given(cast, bo)
    assert hand_over(cast, to_member_id=cast.bo.id) == 2
    assert hand_over(cast, to_member_id=cast.bo.id) == 0
    with tenant_scope(cast.acme.id):
        rows = Ticket.objects.order_by("number").values_list("assignee_id", flat=True)
        assert list(rows) == [cast.bo.id, cast.bo.id, cast.ada.id]


def test_they_go_to_nobody_or_round_a_group(cast, bo):
    with tenant_scope(cast.acme.id):
        made = groups.save_group(
            bo,
            group_id=uuid4(),
            version=0,
            name="Refunds",
            member_ids=(cast.bo.id,),
            auto_assign=True,
        )
        given(cast, bo, 2)
    hand_over(cast, to_group_id=made.id)
    with tenant_scope(cast.acme.id):
        row = Ticket.objects.get(number=1)
        assert (row.assignee_id, row.group_id) == (cast.bo.id, made.id)
        properties.assign(bo, ticket_id=row.id, member_id=cast.ada.id, group_id=None)
    hand_over(cast)
    with tenant_scope(cast.acme.id):
        assert Ticket.objects.get(number=1).assignee_id is None


def test_where_nobody_is_left_nobody_has_them(cast, bo):
    with tenant_scope(cast.acme.id):
        given(cast, bo, 2)
    assert hand_over(cast, to_member_id=uuid4()) == 1
    with tenant_scope(cast.acme.id):
        assert Ticket.objects.get(number=1).assignee_id is None


def test_by_the_page_and_the_event(cast, bo):
    with tenant_scope(cast.acme.id):
        given(cast, bo, 2)
    client = browser(cast.bo.email)
    sent = {"act": "deactivate", "to": f"m:{cast.bo.id}"}
    assert client.post(path(f"settings/members/{cast.ada.id}"), sent).status_code == 302
    stream = MemberDeactivated(member_id=cast.ada.id).stream
    events.deliver_stream(cast.acme.id, stream, "desk.hand_over")
    with tenant_scope(cast.acme.id):
        assert Ticket.objects.get(number=1).assignee_id == cast.bo.id
        assert Member.objects.get(id=cast.ada.id).state == "deactivated"


def test_who_stays_keeps_them(cast, bo):
    with tenant_scope(cast.acme.id):
        given(cast, bo, 2)
        members.deactivate(bo, member_id=cast.ada.id)
    stream = MemberDeactivated(member_id=cast.ada.id).stream
    events.deliver_stream(cast.acme.id, stream, "desk.hand_over")
    with tenant_scope(cast.acme.id):
        assert Ticket.objects.get(number=1).assignee_id == cast.ada.id


def test_they_cannot_go_to_strangers(cast, bo):
    client = browser(cast.bo.email)
    for to in (f"m:{cast.dee.id}", f"m:{cast.ada.id}", "m:x", f"g:{uuid4()}"):
        sent = {"act": "deactivate", "to": to}
        assert client.post(path(f"settings/members/{cast.ada.id}"), sent).status_code == 404
    with tenant_scope(cast.acme.id):
        assert Member.objects.get(id=cast.ada.id).state == "active"
        with pytest.raises(NotFound):
            members.deactivate(bo, member_id=cast.ada.id, to=HandOver(member_id=cast.dee.id))
