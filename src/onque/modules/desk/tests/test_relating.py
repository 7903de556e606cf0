"""Tickets that belong together, and colleagues who follow a ticket."""

from uuid import uuid4

import pytest

from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import Status, View
from onque.modules.desk.errors import CannotLink
from onque.modules.desk.models import Follower, Link, Operation, Ticket
from onque.modules.desk.services import merging, operations, purging, reading, relating
from onque.modules.desk.tests.factories import receive
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    with tenant_scope(cast.acme.id):
        for subject in ("First", "Second", "Third"):
            receive(cast.acme.id, subject=subject)
        yield actor_of(cast.acme, cast.bo)


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


def linked(actor, number):
    return [one.number for one in reading.get_ticket(actor, number=number).linked]


def followers(actor, number=1):
    return [one.name for one in reading.get_ticket(actor, number=number).followers]


def acts(number):
    ticket_id = Ticket.objects.get(number=number).id
    return [line.action for line in identity.list_audit(object_kind="ticket", object_id=ticket_id)]


def test_a_link_shows_on_both_once(bo):
    assert relating.link(bo, number=1, other=2)
    assert relating.link(bo, number=2, other=1) is None
    assert (linked(bo, 1), linked(bo, 2), linked(bo, 3)) == ([2], [1], [])
    assert [acts(number)[0] for number in (1, 2)] == ["ticket.linked"] * 2
    assert Operation.objects.count() == 1


def test_a_link_is_taken_off_and_both_are_undone(bo):
    first = relating.link(bo, number=1, other=2)
    operations.undo(bo, operation_id=first)
    assert linked(bo, 1) == []
    relating.link(bo, number=1, other=2)
    second = relating.unlink(bo, number=2, other=1)
    assert linked(bo, 1) == []
    assert relating.unlink(bo, number=1, other=2) is None
    operations.undo(bo, operation_id=second)
    assert (linked(bo, 1), linked(bo, 2)) == ([2], [1])


@pytest.mark.parametrize(("other", "reason"), [(1, "same"), (99, "unknown")])
def test_what_cannot_be_linked(bo, other, reason):
    with pytest.raises(CannotLink) as refused:
        relating.link(bo, number=1, other=other)
    assert refused.value.facts["reason"] == reason
    assert not Link.objects.exists()


def test_links_follow_a_merge_and_return_with_it(bo):
    relating.link(bo, number=1, other=3)
    done = merging.merge_tickets(bo, number=1, into=2)
    assert (linked(bo, 2), linked(bo, 3)) == ([3], [2])
    relating.link(bo, number=3, other=1)  # the merged number stands for its survivor
    assert linked(bo, 3) == [2]
    operations.undo(bo, operation_id=done.operation_id)
    assert (linked(bo, 1), linked(bo, 2), linked(bo, 3)) == ([3], [], [1])


def test_a_linked_ticket_out_of_sight_is_not_shown(bo, ada):
    relating.link(bo, number=1, other=2)
    second = Ticket.objects.get(number=2).id
    public.assign(bo, ticket_id=second, member_id=bo.id, group_id=None)
    assert linked(bo, 1) == [2]
    assert linked(ada, 1) == []
    with pytest.raises(CannotLink):
        relating.link(ada, number=3, other=2)


def test_a_purged_ticket_leaves_no_link_and_no_follower(bo):
    relating.link(bo, number=1, other=2)
    relating.follow(bo, number=1, member_id=bo.id)
    public.set_status(bo, ticket_id=Ticket.objects.get(number=1).id, status=Status.TRASH)
    purging.purge_ticket(bo, number=1)
    assert not Link.objects.exists()
    assert not Follower.objects.exists()
    assert linked(bo, 2) == []


def test_a_member_follows_and_stops(bo):
    version = Ticket.objects.get(number=1).version
    for _ in range(2):
        relating.follow(bo, number=1, member_id=bo.id)
    assert followers(bo) == ["Bo"]
    page = reading.list_tickets(bo, view=View.FOLLOWED)
    assert [row.number for row in page.rows] == [1]
    for _ in range(2):
        relating.follow(bo, number=1, member_id=bo.id, wanted=False)
    assert followers(bo) == []
    assert acts(1).count("ticket.followers") == 2
    assert Ticket.objects.get(number=1).version == version


def test_a_colleague_is_made_a_follower_by_who_may_change(bo, ada):
    relating.follow(bo, number=1, member_id=ada.id)
    assert followers(bo) == ["Ada"]
    reader = Actor(
        kind="member", tenant_id=bo.tenant_id, id=bo.id, permissions=frozenset({"ticket.view"})
    )
    relating.follow(reader, number=1, member_id=bo.id)
    with pytest.raises(Forbidden):
        relating.follow(reader, number=1, member_id=ada.id, wanted=False)
    with pytest.raises(NotFound):
        relating.follow(bo, number=1, member_id=uuid4())
    assert followers(bo) == ["Ada", "Bo"]


def test_following_shows_nothing_that_one_may_not_see(bo, ada):
    relating.follow(ada, number=1, member_id=ada.id)
    ticket_id = Ticket.objects.get(number=1).id
    public.assign(bo, ticket_id=ticket_id, member_id=bo.id, group_id=None)
    assert reading.list_tickets(ada, view=View.FOLLOWED).rows == ()


def test_who_may_not(bo):
    powerless = Actor(kind="member", tenant_id=bo.tenant_id, id=bo.id)
    for act in (
        lambda: relating.link(powerless, number=1, other=2),
        lambda: relating.unlink(powerless, number=1, other=2),
        lambda: relating.follow(powerless, number=1, member_id=bo.id),
    ):
        with pytest.raises(Forbidden):
            act()
    assert not Link.objects.exists()


def test_another_workspace_links_and_follows_nothing(cast):
    with tenant_scope(cast.acme.id):
        for _ in range(2):
            receive(cast.acme.id)
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id):
        for act in (
            lambda: relating.link(dee, number=1, other=2),
            lambda: relating.follow(dee, number=1, member_id=dee.id),
        ):
            with pytest.raises(NotFound):
                act()
        receive(cast.globex.id)
        with pytest.raises(CannotLink):
            relating.link(dee, number=1, other=2)
        with pytest.raises(NotFound):
            relating.follow(dee, number=1, member_id=cast.bo.id)
        assert not Link.objects.exists()
        assert not Follower.objects.exists()
