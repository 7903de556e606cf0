"""Groups: their settings, and whose turn it is."""

import threading
from collections import Counter
from uuid import uuid4

import pytest
from django.db import connections

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.identity.contracts import GroupChanged, GroupNameTaken
from onque.modules.identity.models import Group
from onque.modules.identity.services import groups, members
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast.acme


def save(actor, **given):
    known = {"group_id": uuid4(), "version": 0, "name": "Refunds", "member_ids": ()}
    return groups.save_group(actor, **(known | {"auto_assign": False} | given))


def test_a_group_is_made_changed_and_recorded(cast, acme, bo):
    made = save(bo, name="  Refunds ", member_ids=(cast.ada.id,))
    assert (made.name, made.member_ids, made.version) == ("Refunds", (cast.ada.id,), 1)
    changed = save(
        bo, group_id=made.id, version=1, name="환불", member_ids=(cast.bo.id,), auto_assign=True
    )
    assert (changed.name, changed.member_ids, changed.version) == ("환불", (cast.bo.id,), 2)
    assert identity.list_groups() == [changed]
    lines = identity.list_audit(object_kind="group", object_id=made.id)
    assert [one.action for one in lines] == ["group.changed", "group.created"]
    assert lines[0].after["members"] == [cast.bo.id.hex]
    same = save(
        bo, group_id=made.id, version=2, name="환불", member_ids=(cast.bo.id,), auto_assign=True
    )
    assert same.version == 2


def test_two_who_save_at_once_are_told(cast, acme, bo):
    made = save(bo)
    save(bo, group_id=made.id, version=1, name="First")
    with pytest.raises(GroupChanged):
        save(bo, group_id=made.id, version=1, name="Second")
    assert Group.objects.get().name == "First"


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_names_that_do_not_fit(acme, bo, name):
    with pytest.raises(Invalid):
        save(bo, name=name)
    assert not Group.objects.exists()


def test_a_name_stands_for_one_group(acme, bo):
    save(bo)
    with pytest.raises(GroupNameTaken):
        save(bo, name="Refunds ")
    assert Group.objects.count() == 1


def test_who_may_not_and_members_of_others(cast, acme, bo):
    with pytest.raises(Forbidden):
        save(actor_of(cast.acme, cast.ada))
    with pytest.raises(NotFound):
        save(bo, member_ids=(cast.dee.id,))
    assert not Group.objects.exists()


def test_an_archived_group_takes_nothing_and_comes_back(cast, acme, bo):
    made = save(bo, member_ids=(cast.ada.id,), auto_assign=True)
    for _ in range(2):
        groups.set_archived(bo, group_id=made.id, archived=True)
    assert identity.list_groups()[0].is_archived
    assert identity.take_group_turn(made.id) is None
    groups.set_archived(bo, group_id=made.id, archived=False)
    assert identity.take_group_turn(made.id) == cast.ada.id


def test_turns_go_round_and_pass_over_who_left(cast, acme, bo):
    made = save(bo, member_ids=(cast.ada.id, cast.bo.id), auto_assign=True)
    taken = [identity.take_group_turn(made.id) for _ in range(4)]
    assert set(taken[:2]) == {cast.ada.id, cast.bo.id}
    assert taken[2:] == taken[:2]
    members.deactivate(bo, member_id=cast.ada.id)
    assert {identity.take_group_turn(made.id) for _ in range(3)} == {cast.bo.id}
    alone = save(bo, name="Nobody", auto_assign=True)
    off = save(bo, name="Off", member_ids=(cast.bo.id,))
    assert identity.take_group_turn(alone.id) is identity.take_group_turn(off.id) is None


def test_a_new_member_is_the_last_in_turn(cast, acme, bo):
    made = save(bo, member_ids=(cast.ada.id,), auto_assign=True)
    for _ in range(5):
        identity.take_group_turn(made.id)
    save(bo, group_id=made.id, version=1, member_ids=(cast.ada.id, cast.bo.id), auto_assign=True)
    taken = [identity.take_group_turn(made.id) for _ in range(4)]
    assert Counter(taken) == {cast.ada.id: 2, cast.bo.id: 2}


def test_turns_are_fair_however_many_ask_at_once(committed_cast):
    cast = committed_cast
    with tenant_scope(cast.acme.id):
        third = identity.create_member(email="third@acme.test", name="Third", role_key="agent")
        everybody = (cast.ada.id, cast.bo.id, third.id)
        made = save(actor_of(cast.acme, cast.bo), member_ids=everybody, auto_assign=True)
    taken: list[object] = []

    def work() -> None:
        for _ in range(25):
            with tenant_scope(cast.acme.id):
                taken.append(identity.take_group_turn(made.id))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Counter(taken).values()) == [33, 33, 34]


def test_another_tenants_group_is_not_there(cast, bo):
    with tenant_scope(cast.acme.id):
        made = save(bo)
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id):
        with pytest.raises(NotFound):
            groups.set_archived(dee, group_id=made.id, archived=True)
        assert identity.list_groups() == []
