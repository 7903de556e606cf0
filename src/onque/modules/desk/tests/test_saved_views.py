"""Saved views: what they find, who may see and change them, what they cost."""

from dataclasses import replace

import pytest

from onque.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Priority, Status, views
from onque.modules.desk.contracts.views import Audience, Narrowing, Order, ViewDraft
from onque.modules.desk.models import SavedView, Ticket
from onque.modules.desk.repositories import walks
from onque.modules.desk.services import counting, lists, properties, saved_views
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import statements
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


def ask(field, how, *values):
    return views.Test(field, how, values)


def draft(*tests, any_of=(), name="Urgent", **more):
    return ViewDraft(name, Narrowing(tests, tuple(any_of)), **more)


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast


@pytest.fixture
def bo(acme):
    return actor_of(acme.acme, acme.bo)


@pytest.fixture
def ada(acme):
    return actor_of(acme.acme, acme.ada)


@pytest.fixture
def tickets(acme, bo):
    """1: urgent, tagged 환불; 2: Bo's; 3: solved; 4: from somebody else."""
    found = [receive(acme.acme.id, subject=f"Broken lid {n}").ticket_id for n in (1, 2, 3)]
    found.append(receive(acme.acme.id, email="kim@customer.test", subject="환불 문의").ticket_id)
    properties.set_priority(bo, ticket_id=found[0], priority=Priority.URGENT)
    properties.add_tag(bo, ticket_id=found[0], name="환불")
    properties.assign(bo, ticket_id=found[1], member_id=bo.id, group_id=None)
    properties.set_status(bo, ticket_id=found[2], status=Status.SOLVED)
    index.write_due()
    return found


def numbers(actor, wanted):
    view = saved_views.save_view(actor, draft=wanted)
    return [row.number for row in lists.list_saved(actor, view_id=view.id).rows]


CASES = [
    ([], [1, 2, 4]),
    ([ask("status", "in", "solved")], [3]),
    ([ask("status", "in", "new", "solved")], [1, 2, 3, 4]),
    ([ask("priority", "in", "urgent")], [1]),
    ([ask("priority", "out", "urgent")], [2, 4]),
    ([ask("tag", "in", "환불")], [1]),
    ([ask("tag", "out", "환불")], [2, 4]),
    ([ask("assignee", "in", "me")], [2]),
    ([ask("assignee", "in", "none")], [1, 4]),
    ([ask("assignee", "out", "me")], [1, 4]),
    ([ask("assignee", "in", "me", "none")], [1, 2, 4]),
    ([ask("group", "in", "none")], [1, 2, 4]),
    ([ask("subject", "has", "LID")], [1, 2]),
    ([ask("subject", "lacks", "lid")], [4]),
    ([ask("subject", "has", "100%")], []),
    ([ask("from", "has", "kim@")], [4]),
    ([ask("rating", "in", "general")], [1, 2, 4]),
    ([ask("unanswered", "is", "yes")], [1, 2, 4]),
    ([ask("files", "is", "yes")], []),
    ([ask("files", "is", "no")], [1, 2, 4]),
    ([ask("created", "within", "1d")], [1, 2, 4]),
    ([ask("created", "beyond", "1d")], []),
    ([ask("updated", ">=", "2020-01-01")], [1, 2, 4]),
    ([ask("due", "past")], []),
    ([ask("due", "none")], []),
    ([ask("due", "within", "900d")], [1, 2, 4]),
    ([ask("channel", "in", "mail"), ask("language", "in", "ko")], []),
]


@pytest.mark.parametrize(("tests", "found"), CASES)
def test_a_view_finds_what_all_its_tests_say(bo, tickets, tests, found):
    assert sorted(numbers(bo, draft(*tests))) == found


def test_any_of_several_is_enough(bo, tickets):
    either = [ask("priority", "in", "urgent"), ask("assignee", "in", "me")]
    assert sorted(numbers(bo, draft(any_of=either))) == [1, 2]
    both = draft(ask("tag", "in", "환불"), any_of=either)
    assert numbers(bo, both) == [1]


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_each_other_in_every_order(bo, tickets, order):
    """Over two shelves, a page of one at a time: each ticket once, in the order of the whole."""
    view = saved_views.save_view(bo, draft=draft(ask("status", "in", "new", "solved"), order=order))
    whole = [row.number for row in lists.list_saved(bo, view_id=view.id).rows]
    assert sorted(whole) == [1, 2, 3, 4]
    found, cursor = [], ""
    while True:
        page = lists.list_saved(bo, view_id=view.id, after=cursor, limit=1)
        found += [row.number for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == whole


@pytest.mark.parametrize("order", list(Order))
def test_a_page_that_looked_at_enough_tells_where_to_go_on(bo, tickets, order, monkeypatch):
    """The bound is a number of ours, made small: pages may be empty, and yet nothing is missed."""
    monkeypatch.setattr(walks.Walk.looked, "__kwdefaults__", {"look": 1})
    monkeypatch.setattr(walks, "LOOK", 1)
    wanted = draft(ask("status", "in", "new", "solved"), ask("priority", "in", "urgent"))
    view = saved_views.save_view(bo, draft=ViewDraft(wanted.name, wanted.narrowing, order))
    found, cursor, pages = [], "", 0
    while pages < 10:
        page = lists.list_saved(bo, view_id=view.id, after=cursor, limit=3)
        found += [row.number for row in page.rows]
        cursor, pages = page.next_cursor, pages + 1
        if not cursor:
            break
    assert found == [1]
    assert pages > 1


def test_who_sees_only_their_own_tickets_sees_no_others_by_a_view(acme, ada, bo, tickets):
    assert not ada.can("ticket.view_all")
    assert sorted(numbers(ada, draft())) == [1, 4]
    assert numbers(ada, draft(ask("status", "in", "trash"))) == []


def test_counts_stand_beside_the_views_and_come_with_one_more_statement(bo, tickets):
    with statements() as plain:
        counting.count_views(bo)
    saved_views.save_view(bo, draft=draft(ask("priority", "in", "urgent"), name="A"))
    saved_views.save_view(bo, draft=draft(name="B"))
    with statements() as found:
        counted = counting.count_views(bo)
    assert [(view.name, tally.count) for view, tally in counted.saved] == [("A", 1), ("B", 3)]
    assert len(found) == len(plain) + 1


def test_a_page_of_a_view_costs_a_fixed_number_of_statements(bo, tickets):
    view = saved_views.save_view(bo, draft=draft())
    with statements() as found:
        lists.list_saved(bo, view_id=view.id)
    assert len(found) <= 3, found


def test_a_view_is_its_owners_until_it_is_shared(acme, ada, bo):
    view = saved_views.save_view(bo, draft=draft())
    with pytest.raises(NotFound):
        saved_views.get_view(ada, view_id=view.id)
    saved_views.change_view(
        bo, view_id=view.id, draft=draft(audience=Audience.ALL), expected=view.version
    )
    seen = saved_views.get_view(ada, view_id=view.id)
    assert not seen.may_change
    with pytest.raises(Forbidden):
        saved_views.delete_view(ada, view_id=view.id)
    with pytest.raises(Forbidden):
        saved_views.change_view(ada, view_id=view.id, draft=draft(name="X"), expected=seen.version)
    assert SavedView.objects.get(pk=view.id).name == "Urgent"


def test_a_groups_view_is_seen_by_its_members(acme, bo):
    group = identity.create_group(name="Refunds", member_ids=[acme.ada.id])
    ada = replace(actor_of(acme.acme, acme.ada), group_ids=frozenset([group.id]))
    view = saved_views.save_view(bo, draft=draft(audience=Audience.GROUP, group_id=group.id))
    assert [v.id for v, _ in counting.count_views(ada).saved] == [view.id]
    saved_views.save_view(ada, draft=draft(audience=Audience.GROUP, group_id=group.id))


def test_sharing_needs_the_right_or_the_group(acme, ada):
    other = identity.create_group(name="Refunds")
    for audience, group_id in ((Audience.ALL, None), (Audience.GROUP, other.id)):
        with pytest.raises(Invalid):
            saved_views.save_view(ada, draft=draft(audience=audience, group_id=group_id))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        draft(name="  "),
        draft(name="x" * 61),
        draft(ask("status", "near", "new")),
        draft(ask("nothing", "in", "new")),
        draft(ask("created", "within", "soon")),
        draft(ask("created", ">", "2026-02-31")),
        draft(ask("tag", "in", "")),
        draft(*[ask("priority", "in", "urgent")] * 31),
    ],
)
def test_what_cannot_be_asked_is_not_saved(bo, wrong):
    with pytest.raises(Invalid):
        saved_views.save_view(bo, draft=wrong)
    assert not SavedView.objects.exists()


def test_two_who_change_at_once_are_told(bo):
    view = saved_views.save_view(bo, draft=draft())
    saved_views.change_view(bo, view_id=view.id, draft=draft(name="A"), expected=view.version)
    with pytest.raises(Conflict):
        saved_views.change_view(bo, view_id=view.id, draft=draft(name="B"), expected=view.version)
    assert saved_views.get_view(bo, view_id=view.id).name == "A"


def test_a_deleted_view_comes_back_as_it_was(bo, tickets):
    view = saved_views.save_view(bo, draft=draft(ask("priority", "in", "urgent")))
    for _ in range(2):
        saved_views.delete_view(bo, view_id=view.id)
    with pytest.raises(NotFound):
        lists.list_saved(bo, view_id=view.id)
    assert counting.count_views(bo).saved == ()
    for _ in range(2):
        saved_views.restore_view(bo, view_id=view.id)
    assert saved_views.get_view(bo, view_id=view.id).draft == view.draft


def test_another_tenant_has_no_such_view(cast):
    with tenant_scope(cast.acme.id):
        view = saved_views.save_view(
            actor_of(cast.acme, cast.bo), draft=draft(audience=Audience.ALL)
        )
    with tenant_scope(cast.globex.id):
        dee = actor_of(cast.globex, cast.dee)
        for act in (saved_views.get_view, saved_views.delete_view, saved_views.restore_view):
            with pytest.raises(NotFound):
                act(dee, view_id=view.id)
        assert counting.count_views(dee).saved == ()


def test_a_view_of_something_that_is_gone_finds_nothing(bo, tickets):
    view = saved_views.save_view(bo, draft=draft())
    SavedView.objects.filter(pk=view.id).update(
        narrowing={"all": [["planet", "in", ["mars"]]], "any": []}
    )
    assert lists.list_saved(bo, view_id=view.id).rows == ()
    assert Ticket.objects.count() == 4
