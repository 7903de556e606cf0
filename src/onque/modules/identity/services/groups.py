"""Groups: who is in them, whether tickets go round, and whose turn it is."""

import unicodedata
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.modules.identity.contracts import GroupCard, GroupChanged, GroupNameTaken
from onque.modules.identity.repositories.members import groups, members
from onque.modules.identity.services import auditing

if TYPE_CHECKING:
    from onque.modules.identity.models import Group

MANAGE = "member.manage"
SOURCE = "identity.groups"
NAME_LENGTH = 80
MOST = 200
"""So many groups has a workspace at most."""


@transaction.atomic
def save_group(
    actor: Actor,
    *,
    group_id: UUID,
    version: int,
    name: str,
    member_ids: Collection[UUID],
    auto_assign: bool,
) -> GroupCard:
    """Write a group; an id that is new makes one, the same again changes it.

    Members who are put in or taken out see other tickets from their next request on. Raises
    `Forbidden`, `NotFound` for a member who is not of the workspace, `Invalid`, `GroupNameTaken`,
    `GroupChanged` unless `version` is the newest. Locks the group.
    """
    actor.require(MANAGE)
    called = " ".join(unicodedata.normalize("NFC", name).split())
    if not called or len(called) > NAME_LENGTH:
        raise Invalid(field="name", reason="too_long" if called else "empty")
    known = {one.id for one in members.some(member_ids)}
    for one in member_ids:
        if one not in known:
            raise NotFound(kind="member", id=one)
    if groups.has_name(called, but=group_id):
        raise GroupNameTaken(name=called)
    row, before = _row(group_id, called)
    wanted = {"name": called, "auto_assign": auto_assign, "members": sorted(known)}
    if before == wanted:
        return _card(row)
    if before and row.version != version:
        raise GroupChanged(group_id=group_id)
    row.name, row.auto_assign, row.version = called, auto_assign, row.version + bool(before)
    groups.save(row, "name", "auto_assign", "version")
    inside = set(groups.members_of(row.id))
    groups.take_out(row.id, inside - known)
    groups.put(row.id, sorted(known - inside))
    _record(actor, "group.changed" if before else "group.created", row.id, before, wanted)
    return _card(row)


@transaction.atomic
def set_archived(actor: Actor, *, group_id: UUID, archived: bool) -> None:
    """Take a group out of use, or back into it; its tickets stay its own. Safe to repeat.

    Raises `Forbidden`, `NotFound`. Locks the group.
    """
    actor.require(MANAGE)
    row = groups.lock(group_id)
    if (row.archived_at is not None) == archived:
        return
    row.archived_at = clock.now() if archived else None
    row.version += 1
    groups.save(row, "archived_at", "version")
    _record(actor, "group.archived" if archived else "group.restored", row.id, {}, {})


def take_turn(group_id: UUID) -> UUID | None:
    """Return which member of a group gets the next ticket, if its tickets go round.

    Exactly fair however many ask at once: the group is locked until the transaction ends. None for
    a group whose tickets do not go round, an archived one, and one without an active member.
    """
    row = groups.lock(group_id)
    if not row.auto_assign or row.archived_at is not None:
        return None
    return groups.take_turn(row.id)


def _row(group_id: UUID, name: str) -> "tuple[Group, dict[str, object]]":
    """Return the group locked, with what is written in it; of a new one there is nothing."""
    if groups.find(group_id) is None:
        if len(groups.all()) >= MOST:
            raise Invalid(field="name", reason="too_many", limit=MOST)
        try:
            with transaction.atomic():
                return groups.add(id=group_id, name=name), {}
        except IntegrityError:  # the other press of the button was first
            raise GroupNameTaken(name=name) from None
    row = groups.lock(group_id)
    inside = sorted(groups.members_of(row.id))
    return row, {"name": row.name, "auto_assign": row.auto_assign, "members": inside}


def _card(row: "Group") -> GroupCard:
    inside = tuple(groups.members_of(row.id))
    archived = row.archived_at is not None
    return GroupCard(row.id, row.name, row.auto_assign, inside, row.version, archived)


def _record(
    actor: Actor, action: str, group_id: UUID, before: dict[str, object], after: dict[str, object]
) -> None:
    changed = {name for name in after if before.get(name) != after[name]}
    auditing.record_audit(
        actor=actor,
        action=action,
        object_kind="group",
        object_id=group_id,
        before={name: _plain(before[name]) for name in changed if name in before},
        after={name: _plain(after[name]) for name in changed},
        source=SOURCE,
    )


def _plain(value: object) -> object:
    return [one.hex for one in value] if isinstance(value, list) else value
