"""Whose a workspace is, and handing it on."""

from uuid import UUID

from django.db import transaction

from onque.kernel import events, realtime
from onque.kernel.access import Actor
from onque.kernel.errors import Conflict
from onque.modules.identity import rules
from onque.modules.identity.contracts import MemberRoleChanged
from onque.modules.identity.repositories.members import members, roles
from onque.modules.identity.services import auditing

OWN = "tenant.own"
AFTERWARDS = "admin"
"""What an owner is who handed the workspace on."""


@transaction.atomic
def transfer(actor: Actor, *, member_id: UUID) -> None:
    """Make another active member the owner in the actor's place, who is an admin from then on.

    Applies at once to both, also to their open pages. Raises `Forbidden`, `NotFound`, `Conflict`
    for oneself, an owner, or somebody who was deactivated. Locks both.
    """
    actor.require(OWN)
    if actor.id is None or actor.id == member_id:
        raise Conflict(reason="same")
    members.lock_owners()
    found = {row.id: row for row in members.lock_many([actor.id, member_id])}
    heir = found.get(member_id) or members.get(member_id)
    giver = found[actor.id]
    owner, admin = roles.get_by_key(rules.OWNER), roles.get_by_key(AFTERWARDS)
    if heir.state != "active" or heir.role_id == owner.id or giver.role_id != owner.id:
        raise Conflict(reason="cannot")
    for member, role in ((heir, owner), (giver, admin)):
        before = roles.get(member.role_id).key
        member.role = role
        members.save(member, "role")
        auditing.record_audit(
            actor=actor,
            action="tenant.owner_changed",
            object_kind="member",
            object_id=member.id,
            before={"role": before},
            after={"role": role.key},
            source="identity.ownership",
        )
        events.publish(MemberRoleChanged(member_id=member.id, role_key=role.key))
        realtime.close_sockets(member.id.hex)
