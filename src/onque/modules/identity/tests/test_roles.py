"""Roles of a workspace's own."""

from uuid import uuid4

import pytest

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.identity import rules
from onque.modules.identity.contracts import RoleChanged, RoleInUse
from onque.modules.identity.models import Role
from onque.modules.identity.services import invitations, members, roles
from onque.modules.identity.tests.factories import actor_of

PAGE = "/desk/acme/settings/roles/"


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast.acme


def save(actor, **given):
    known = {"role_id": uuid4(), "version": 0, "name": "Reader"}
    return roles.save_role(actor, **(known | {"permissions": {"ticket.view"}} | given))


def test_a_role_is_made_changed_and_applies_at_once(cast, acme, bo):
    made = save(bo)
    members.change_role(bo, member_id=cast.ada.id, role_key=made.key)
    ada = identity.acting_member(cast.ada.id)
    assert ada is not None
    assert ada.permissions == {"ticket.view"}
    changed = save(bo, role_id=made.id, version=1, permissions={"ticket.view", "ticket.note"})
    assert changed.version == 2
    ada = identity.acting_member(cast.ada.id)
    assert ada is not None
    assert ada.can("ticket.note")
    lines = identity.list_audit(object_kind="role", object_id=made.id)
    assert [one.action for one in lines] == ["role.changed", "role.created"]
    same = save(bo, role_id=made.id, version=1, permissions={"ticket.view", "ticket.note"})
    assert same.version == 2
    with pytest.raises(RoleChanged):
        save(bo, role_id=made.id, version=1, name="Stale")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": " "}, "empty"),
        ({"name": "x" * 81}, "too_long"),
        ({"name": "Agent"}, "taken"),
        ({"permissions": ()}, "empty"),
        ({"permissions": {"ticket.eat"}}, "unknown"),
        ({"permissions": {"tenant.own"}}, "unknown"),
    ],
)
def test_what_does_not_fit(acme, bo, given, reason):
    before = Role.objects.count()
    with pytest.raises(Invalid) as refused:
        save(bo, **given)
    assert refused.value.facts["reason"] == reason
    assert Role.objects.count() == before


def test_nobody_grants_what_they_do_not_hold(cast, acme, bo):
    from dataclasses import replace

    less = replace(bo, permissions=bo.permissions - {"mail.settings"})
    with pytest.raises(Forbidden):
        save(less, permissions={"mail.settings"})
    made = save(bo, permissions={"mail.settings", "ticket.view"})
    with pytest.raises(Forbidden):  # nor take it from others
        save(less, role_id=made.id, version=1, permissions={"ticket.view"})
    with pytest.raises(Forbidden):
        save(actor_of(cast.acme, cast.ada))


def test_built_in_roles_stay(acme, bo):
    agent = next(one for one in identity.list_roles() if one.key == "agent")
    with pytest.raises(Forbidden):
        save(bo, role_id=agent.id, version=1, name="Other")
    with pytest.raises(Forbidden):
        roles.set_archived(bo, role_id=agent.id, archived=True)
    granted = Role.objects.get(key="agent").permissions
    assert set(granted) == rules.BUILT_IN_ROLES["agent"][1]


def test_an_archived_role_is_given_to_nobody(cast, acme, bo):
    made = save(bo)
    members.change_role(bo, member_id=cast.ada.id, role_key=made.key)
    with pytest.raises(RoleInUse):
        roles.set_archived(bo, role_id=made.id, archived=True)
    members.change_role(bo, member_id=cast.ada.id, role_key="agent")
    invited = invitations.invite_member(bo, email="x@new.test", role_key=made.key)
    with pytest.raises(RoleInUse):
        roles.set_archived(bo, role_id=made.id, archived=True)
    invitations.revoke_invitation(bo, invitation_id=invited)
    for _ in range(2):
        roles.set_archived(bo, role_id=made.id, archived=True)
    with pytest.raises(NotFound):
        members.change_role(bo, member_id=cast.ada.id, role_key=made.key)
    with pytest.raises(NotFound):
        invitations.invite_member(bo, email="x@new.test", role_key=made.key)
    roles.set_archived(bo, role_id=made.id, archived=False)
    members.change_role(bo, member_id=cast.ada.id, role_key=made.key)


def test_another_tenants_role_is_not_there(cast, bo):
    with tenant_scope(cast.acme.id):
        made = save(bo)
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id), pytest.raises(NotFound):
        roles.set_archived(dee, role_id=made.id, archived=True)


# --- the page


def test_the_page_makes_shows_and_archives(browser, cast):
    bo = browser("bo@acme.test")
    role_id = uuid4()
    sent = {"version": "0", "name": "Reader", "permission": ["ticket.view", "customer.view"]}
    done = bo.post(f"{PAGE}{role_id}", sent, follow=True).content.decode()
    assert "The role is saved." in done
    assert 'value="customer.view" checked' in done
    refused = bo.post(f"{PAGE}{uuid4()}", sent)
    assert refused.status_code == 422
    assert "Another role is called so" in refused.content.decode()
    assert 'value="ticket.view" checked' in refused.content.decode()
    stale = bo.post(f"{PAGE}{role_id}", sent | {"name": "Late"})
    assert stale.status_code == 409
    gone = bo.post(f"{PAGE}{role_id}/archive", {"archived": "1"}, follow=True).content.decode()
    assert "given to nobody any more" in gone
    assert "Reader" not in bo.get("/desk/acme/settings/members/").content.decode()
    bo.post(f"{PAGE}{role_id}/archive", {"archived": "0"})
    assert "Reader" in bo.get("/desk/acme/settings/members/").content.decode()


def test_built_in_roles_are_shown_and_copied(browser, cast):
    bo = browser("bo@acme.test")
    with tenant_scope(cast.acme.id):
        agent = next(one for one in identity.list_roles() if one.key == "agent")
        owner = next(one for one in identity.list_roles() if one.key == "owner")
    shown = bo.get(f"{PAGE}?role={agent.id.hex}").content.decode()
    assert 'name="permission"' not in shown
    assert "Answer customers" in shown
    assert "See every ticket" not in shown
    copied = bo.get(f"{PAGE}?from={owner.id.hex}").content.decode()
    assert 'value="ticket.view_all" checked' in copied
    assert "tenant.own" not in copied


def test_agents_may_not(browser, cast):
    ada = browser("ada@acme.test")
    assert ada.get(PAGE).status_code == 403
    sent = {"version": "0", "name": "Mine", "permission": ["ticket.view"]}
    assert ada.post(f"{PAGE}{uuid4()}", sent).status_code == 403


def test_every_permission_has_words():
    from onque.modules.identity.web.permission_words import AREAS

    said = [code for permissions in AREAS.values() for code in permissions]
    assert sorted(said) == sorted(rules.PERMISSIONS)
