"""Roles of a workspace's own: named sets of permissions."""

import unicodedata
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, realtime
from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, Invalid
from onque.modules.identity import rules
from onque.modules.identity.contracts import RoleCard, RoleChanged, RoleInUse
from onque.modules.identity.repositories.members import roles
from onque.modules.identity.services import auditing
from onque.modules.identity.services.members import role_card

if TYPE_CHECKING:
    from onque.modules.identity.models import Role

MANAGE = "role.manage"
NAME_LENGTH = 80
MOST = 100
_OWNERS = frozenset({"tenant.own"})
"""Only the owner's own role holds these."""


@transaction.atomic
def save_role(
    actor: Actor, *, role_id: UUID, version: int, name: str, permissions: Collection[str]
) -> RoleCard:
    """Write a role of the workspace's own; an id that is new makes one, the same again changes it.

    It applies to the next request of everybody who holds it, and their open pages connect anew.
    Nobody grants or takes away what they do not hold. Raises `Forbidden` (also for built-in
    roles), `Invalid`, `RoleChanged` unless `version` is the newest. Locks the role.
    """
    actor.require(MANAGE)
    called, granted = _checked(actor, role_id, name, permissions)
    row = roles.find(role_id)
    if row is None:
        if len(roles.all()) >= MOST:
            raise Invalid(field="name", reason="too_many", limit=MOST)
        made = {"key": f"own-{role_id.hex[:12]}", "name": called, "permissions": sorted(granted)}
        row = roles.add(id=role_id, **made)
        _record(actor, "role.created", row, {}, {"permissions": row.permissions})
        return role_card(row)
    row = roles.lock(role_id)
    _refuse_built_in(row)
    before: dict[str, object] = {"name": row.name, "permissions": sorted(row.permissions)}
    after: dict[str, object] = {"name": called, "permissions": sorted(granted)}
    if before == after:
        return role_card(row)
    if row.version != version:
        raise RoleChanged(role_id=role_id)
    if not frozenset(row.permissions) <= actor.permissions and actor.kind != "system":
        raise Forbidden(permission="role." + row.key)
    row.name, row.permissions, row.version = called, sorted(granted), row.version + 1
    roles.save(row, "name", "permissions", "version")
    _record(actor, "role.changed", row, before, after)
    for member_id in roles.holders(row.id):
        realtime.close_sockets(member_id.hex)
    return role_card(row)


@transaction.atomic
def set_archived(actor: Actor, *, role_id: UUID, archived: bool) -> None:
    """Take a role out of use, or back into it. Safe to repeat.

    Raises `Forbidden`, `NotFound`, `RoleInUse` while somebody holds it or is invited to it.
    """
    actor.require(MANAGE)
    row = roles.lock(role_id)
    _refuse_built_in(row)
    if (row.archived_at is not None) == archived:
        return
    if archived and (roles.holders(row.id) or roles.is_offered(row.id)):
        raise RoleInUse(role_id=role_id)
    row.archived_at = clock.now() if archived else None
    row.version += 1
    roles.save(row, "archived_at", "version")
    _record(actor, "role.archived" if archived else "role.restored", row, {}, {})


def _checked(
    actor: Actor, role_id: UUID, name: str, permissions: Collection[str]
) -> tuple[str, frozenset[str]]:
    called = " ".join(unicodedata.normalize("NFC", name).split())
    if not called or len(called) > NAME_LENGTH:
        raise Invalid(field="name", reason="too_long" if called else "empty")
    if roles.has_name(called, but=role_id):
        raise Invalid(field="name", reason="taken")
    granted = frozenset(permissions)
    if not granted or not granted <= set(rules.PERMISSIONS) - _OWNERS:
        raise Invalid(field="permission", reason="unknown" if granted else "empty")
    if actor.kind != "system" and rules.grants_more(granted, actor.permissions):
        raise Forbidden(permission=min(granted - actor.permissions))
    return called, granted


def _refuse_built_in(row: "Role") -> None:
    if row.built_in:
        raise Forbidden(permission="role." + row.key)


def _record(
    actor: Actor, action: str, row: "Role", before: dict[str, object], after: dict[str, object]
) -> None:
    auditing.record_audit(
        actor=actor,
        action=action,
        object_kind="role",
        object_id=row.id,
        before=before,
        after={"name": row.name} | after,
        source="identity.roles",
    )
