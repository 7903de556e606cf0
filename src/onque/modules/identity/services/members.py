"""The tenant's staff: who they are, their roles and groups, and ending a membership."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import events, realtime
from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, NotFound
from onque.modules.identity import rules
from onque.modules.identity.contracts import (
    GroupCard,
    HandOver,
    LastOwner,
    MemberCard,
    MemberDeactivated,
    MemberRoleChanged,
    RoleCard,
)
from onque.modules.identity.repositories.members import groups, members, roles
from onque.modules.identity.repositories.users import users
from onque.modules.identity.services import auditing, sessions, tenants

if TYPE_CHECKING:
    from onque.modules.identity.models import Member, Role

SOURCE = "identity.members"
ACTIVE, DEACTIVATED = "active", "deactivated"


def list_members(*, with_deactivated: bool = False) -> list[MemberCard]:
    """Return the members by name, by one query; deactivated ones only when asked for."""
    rows = (row for row in members.all() if with_deactivated or row.state == ACTIVE)
    return [card(row) for row in rows]


def get_members(member_ids: Collection[UUID]) -> dict[UUID, MemberCard]:
    """Return the cards of the members that exist among the ids, by one query."""
    return {row.id: card(row) for row in members.some(member_ids)}


def acting_member(member_id: UUID) -> Actor | None:
    """Return an active member as an actor with the permissions of this moment, or None."""
    row = next(iter(members.some([member_id])), None)
    if row is None or row.state != ACTIVE:
        return None
    return Actor(
        kind="member",
        tenant_id=row.tenant_id,
        id=row.id,
        name=row.display_name,
        permissions=frozenset(row.role.permissions),
        group_ids=frozenset(group for group, one in groups.places() if one == member_id),
        locale=row.user.locale,
        time_zone=tenants.tenant_card().time_zone,
    )


def list_groups(*, with_members: bool = True) -> list[GroupCard]:
    """Return the groups with their members, archived ones too, by two queries.

    One query is enough where the members do not matter.
    """
    inside: dict[UUID, list[UUID]] = {}
    for group_id, member_id in groups.places() if with_members else ():
        inside.setdefault(group_id, []).append(member_id)
    return [
        GroupCard(
            row.id,
            row.name,
            row.auto_assign,
            tuple(inside.get(row.id, ())),
            row.version,
            row.archived_at is not None,
        )
        for row in groups.all()
    ]


def create_group(
    *, name: str, member_ids: Sequence[UUID] = (), auto_assign: bool = False
) -> GroupCard:
    """Add a group to the workspace of the open scope and put members into it."""
    row = groups.add(name=name, auto_assign=auto_assign)
    groups.put(row.id, member_ids)
    return GroupCard(row.id, row.name, row.auto_assign, tuple(member_ids))


def list_roles() -> list[RoleCard]:
    """Return the roles, built-in ones first."""
    return [role_card(row) for row in roles.all()]


@transaction.atomic
def change_role(actor: Actor, *, member_id: UUID, role_key: str) -> None:
    """Give a member another role; it applies to their next request.

    Raises `Forbidden` (also for a role that grants more than the actor's own, or taken from
    somebody who holds more), `NotFound`, `LastOwner`.
    """
    actor.require("member.manage")
    owners = members.lock_owners()
    member = members.lock(member_id)
    before, after = roles.get(member.role_id), roles.get_by_key(role_key)
    require_at_least(actor, before)
    require_grantable(actor, after)
    if before.id == after.id:
        return
    if before.key == rules.OWNER:
        _require_other_owner(owners, member_id)
    member.role = after
    members.save(member, "role")
    _record(actor, "member.role_changed", member_id, {"role": before.key}, {"role": after.key})
    events.publish(MemberRoleChanged(member_id=member_id, role_key=after.key))
    realtime.close_sockets(member_id.hex)


@transaction.atomic
def deactivate(actor: Actor, *, member_id: UUID, to: HandOver | None = None) -> None:
    """End a membership; access ends at once, for the member is looked up at each request.

    The person's sessions end too, unless they may enter another workspace. With `to` their open
    tickets are handed over soon after; without it they stay. Safe to repeat.

    Raises `Forbidden`, `NotFound` (also for whom they go to), `LastOwner`.
    """
    actor.require("member.manage")
    owners = members.lock_owners()
    member = members.lock(member_id)
    role = roles.get(member.role_id)
    require_at_least(actor, role)
    if member.state == DEACTIVATED:
        return
    if role.key == rules.OWNER:
        _require_other_owner(owners, member_id)
    member.state = DEACTIVATED
    members.save(member, "state")
    _record(actor, "member.deactivated", member_id, {"state": ACTIVE}, {"state": DEACTIVATED})
    _require_heir(to, member_id)
    events.publish(
        MemberDeactivated(
            member_id=member_id,
            hands_over=to is not None,
            to_member_id=to.member_id if to else None,
            to_group_id=to.group_id if to else None,
        )
    )
    realtime.close_sockets(member_id.hex)
    users.lock(member.user_id)  # two workspaces at once: the later one ends the sessions
    if not sessions.enters_elsewhere(member.user_id):
        sessions.end_all(member.user_id)


def _require_heir(to: HandOver | None, leaving_id: UUID) -> None:
    """Raise `NotFound` unless tickets can go there."""
    if to is None:
        return
    if to.member_id is not None:
        heir = members.get(to.member_id)
        if heir.state != ACTIVE or heir.id == leaving_id:
            raise NotFound(kind="member", id=to.member_id)
    if to.group_id is not None and groups.get(to.group_id).archived_at is not None:
        raise NotFound(kind="group", id=to.group_id)


@transaction.atomic
def reactivate(actor: Actor, *, member_id: UUID) -> None:
    """Let a deactivated member in again. Raises `Forbidden`, `NotFound`."""
    actor.require("member.manage")
    member = members.lock(member_id)
    require_at_least(actor, roles.get(member.role_id))
    if member.state == ACTIVE:
        return
    member.state = ACTIVE
    members.save(member, "state")
    _record(actor, "member.reactivated", member_id, {"state": DEACTIVATED}, {"state": ACTIVE})


def require_grantable(actor: Actor, role: "Role") -> None:
    """Raise `Forbidden` when the role grants anything that the actor does not hold.

    Raises `NotFound` for an archived one, which is given to nobody.
    """
    if role.archived_at is not None:
        raise NotFound(kind="role", id=role.key)
    require_at_least(actor, role)


def require_at_least(actor: Actor, role: "Role") -> None:
    """Raise `Forbidden` when somebody with the role holds what the actor does not."""
    more = rules.grants_more(frozenset(role.permissions), actor.permissions)
    if actor.kind != "system" and more:
        raise Forbidden(permission="role." + role.key)


def _require_other_owner(owners: "Sequence[Member]", member_id: UUID) -> None:
    if not any(owner.id != member_id for owner in owners):
        raise LastOwner(member_id=member_id)


def _record(
    actor: Actor, action: str, member_id: UUID, before: dict[str, str], after: dict[str, str]
) -> None:
    auditing.record_audit(
        actor=actor,
        action=action,
        object_kind="member",
        object_id=member_id,
        before=before,
        after=after,
        source=SOURCE,
    )


def card(row: "Member") -> MemberCard:
    """Return what other modules may know of a member."""
    return MemberCard(
        id=row.id,
        name=row.display_name,
        email=row.user.email,
        locale=row.user.locale,
        role_key=row.role.key,
        role_name=row.role.name,
        is_active=row.state == ACTIVE,
    )


def role_card(row: "Role") -> RoleCard:
    """Return what other modules may know of a role."""
    return RoleCard(
        row.id,
        row.key,
        row.name,
        frozenset(row.permissions),
        row.built_in,
        row.version,
        row.archived_at is not None,
    )
