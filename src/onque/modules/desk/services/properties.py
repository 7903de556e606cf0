"""Members change what a ticket is: status, assignee, priority, tags."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import Invalid, NotFound
from onque.modules.desk import rules
from onque.modules.desk.contracts import (
    Priority,
    Status,
    TicketChanged,
    TicketSolved,
    TicketVersionConflict,
)
from onque.modules.desk.contracts.telling import News
from onque.modules.desk.repositories import tags, tickets
from onque.modules.desk.services import access, inverses, operations, telling, writing
from onque.modules.desk.services.operations import Act
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket


Expected = tuple[UUID | None, UUID | None]
"""Assignee and group as a page showed them."""
_ANSWERABLE = ("assignee_id", "group_id")
_TRASH = "ticket.trash"


@transaction.atomic
def set_status(
    actor: Actor, *, ticket_id: UUID, status: Status, expected: Status | None = None
) -> UUID | None:
    """Set the status; nothing happens when it is so already. Returns what takes it back.

    `expected` is the status the page showed: another one raises `TicketVersionConflict`. Trash and
    spam need "ticket.trash". Raises `Forbidden`, `NotFound`, `Invalid` for a step not allowed.
    """
    actor.require("ticket.change")
    if status in {Status.TRASH, Status.SPAM}:
        actor.require(_TRASH)
    ticket = access.lock_seen(actor, ticket_id)
    before = Status(ticket.status)
    if status == before:
        return None
    _expect(expected, before)
    if not rules.may_change(before, status):
        raise Invalid(field="status", reason="not_from_here")
    frozen = tickets.freeze(ticket, inverses.STATE)
    solved = writing.move(ticket, status, now=clock.now())
    _save(ticket, "resolution", *inverses.STATE)
    step = inverses.changed(ticket, frozen, must=["status"])
    done = _announce(actor, ticket, _Change("status", before, status, step, _asks(before, status)))
    if solved:
        events.publish(
            TicketSolved(ticket_id=ticket.id, resolution=ticket.resolution, solved_by=actor.kind)
        )
    return done


@transaction.atomic
def assign(
    actor: Actor,
    *,
    ticket_id: UUID,
    member_id: UUID | None,
    group_id: UUID | None,
    expected: Expected | None = None,
) -> UUID | None:
    """Make a member and/or a group answerable; None for both leaves nobody.

    A ticket that comes to a group alone goes to the member whose turn it is, where its tickets go
    round. `expected` is what the page showed; other values raise `TicketVersionConflict`. Returns
    what takes it back. Raises `Forbidden`, `NotFound` for a ticket, member or group that is not of
    this tenant, `Invalid` for an archived group. Locks the ticket, then the group.
    """
    actor.require("ticket.assign")
    ticket = access.lock_seen(actor, ticket_id)
    before = (ticket.assignee_id, ticket.group_id)
    if group_id is not None and group_id != before[1] and member_id is None:
        member_id = identity.take_group_turn(group_id)
    if before == (member_id, group_id):
        return None
    if expected is not None and before != expected:
        raise TicketVersionConflict(current=_assignee_names(*before) or "")
    names = _assignee_names(member_id, group_id, is_there=group_id == before[1])
    old_names = _assignee_names(*before)
    frozen = tickets.freeze(ticket, _ANSWERABLE)
    ticket.assignee_id, ticket.group_id = member_id, group_id
    _save(ticket, *_ANSWERABLE)
    step = inverses.changed(ticket, frozen, must=_ANSWERABLE)
    change = _Change("assignee", old_names, names, step, "ticket.assign")
    if member_id != before[0]:
        telling.tell_members(ticket, News.ASSIGNED, [member_id], actor=actor)
    return _announce(actor, ticket, change)


@transaction.atomic
def set_priority(
    actor: Actor, *, ticket_id: UUID, priority: Priority, expected: Priority | None = None
) -> UUID | None:
    """Set the priority; return what takes it back.

    Raises `Forbidden`, `NotFound`, `TicketVersionConflict`.
    """
    actor.require("ticket.change")
    ticket = access.lock_seen(actor, ticket_id)
    before = Priority(ticket.priority)
    if priority == before:
        return None
    _expect(expected, before)
    frozen = tickets.freeze(ticket, ("priority",))
    ticket.priority = priority
    _save(ticket, "priority")
    step = inverses.changed(ticket, frozen, must=["priority"])
    return _announce(actor, ticket, _Change("priority", before, priority, step))


@transaction.atomic
def add_tag(actor: Actor, *, ticket_id: UUID, name: str) -> UUID | None:
    """Tag a ticket; the same tag twice is one. Returns what takes it back.

    Raises `Forbidden`, `NotFound`, `Invalid`.
    """
    actor.require("ticket.change")
    tag = rules.tag_name(name)
    if not tag:
        raise Invalid(field="tag", reason="empty")
    ticket = access.lock_seen(actor, ticket_id)
    if not tags.put(ticket.id, tag):
        return None
    _save(ticket)
    return _announce(actor, ticket, _Change("tags", None, tag, _tagged(ticket, tag, added=True)))


@transaction.atomic
def remove_tag(actor: Actor, *, ticket_id: UUID, name: str) -> UUID | None:
    """Take a tag off a ticket; return what takes that back. Raises `Forbidden`, `NotFound`."""
    actor.require("ticket.change")
    ticket = access.lock_seen(actor, ticket_id)
    tag = rules.tag_name(name)
    if not tags.take(ticket.id, tag):
        return None
    _save(ticket)
    return _announce(actor, ticket, _Change("tags", tag, None, _tagged(ticket, tag, added=False)))


def _tagged(ticket: "Ticket", name: str, *, added: bool) -> inverses.Step:
    return {"do": "tag", "ticket": ticket.id.hex, "name": name, "added": added}


def _asks(before: Status, after: Status) -> str:
    """Return what taking a change of status back asks for: as much as doing it."""
    return _TRASH if {before, after} & {Status.TRASH, Status.SPAM} else operations.CHANGE


def _assignee_names(
    member_id: UUID | None, group_id: UUID | None, *, is_there: bool = True
) -> str | None:
    """Return the names to put on record; raise `NotFound` for strangers.

    An archived group may stay where it `is_there`, else raises `Invalid`.
    """
    parts: list[str] = []
    if member_id is not None:
        member = identity.get_members([member_id]).get(member_id)
        if member is None:
            raise NotFound(kind="member", id=member_id)
        parts.append(member.name)
    if group_id is not None:
        group = next((g for g in identity.list_groups() if g.id == group_id), None)
        if group is None:
            raise NotFound(kind="group", id=group_id)
        if group.is_archived and not is_there:
            raise Invalid(field="group", reason="archived")
        parts.append(group.name)
    return " · ".join(parts) or None


def _expect(expected: str | None, current: str) -> None:
    if expected is not None and expected != current:
        raise TicketVersionConflict(current=str(current))


def _save(ticket: "Ticket", *fields: str) -> None:
    brand = identity.get_brand(ticket.brand_id)
    writing.save(ticket, reply_minutes=brand.reply_minutes, fields=fields)


@dataclass(frozen=True)
class _Change:
    """One property before and after, with the step that takes it back and what that asks for."""

    field: str
    before: str | None
    after: str | None
    step: inverses.Step
    permission: str = operations.CHANGE


def _announce(actor: Actor, ticket: "Ticket", change: _Change) -> UUID | None:
    act = Act(
        f"ticket.{change.field}",
        {change.field: change.before},
        {change.field: change.after},
        [change.step],
        change.permission,
    )
    operation_id = operations.record(actor, ticket, act)
    events.publish(TicketChanged(ticket_id=ticket.id, fields=(change.field,)))
    writing.tell(ticket.id, "changed", field=change.field)
    return operation_id
