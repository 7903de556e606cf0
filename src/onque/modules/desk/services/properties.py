"""Members change what a ticket is: status, assignee, priority, tags."""

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
from onque.modules.desk.repositories import tags
from onque.modules.desk.services import access, writing
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket


@transaction.atomic
def set_status(
    actor: Actor, *, ticket_id: UUID, status: Status, expected: Status | None = None
) -> None:
    """Set the status; nothing happens when it is so already.

    `expected` is the status the page showed: another one raises `TicketVersionConflict`. Trash and
    spam need "ticket.trash". Raises `Forbidden`, `NotFound`, `Invalid` for a step not allowed.
    """
    actor.require("ticket.change")
    if status in {Status.TRASH, Status.SPAM}:
        actor.require("ticket.trash")
    ticket = access.lock_seen(actor, ticket_id)
    before = Status(ticket.status)
    _expect(expected, before)
    if status == before:
        return
    if not rules.may_change(before, status):
        raise Invalid(field="status", reason="not_from_here")
    solved = writing.move(ticket, status, now=clock.now())
    _save(ticket, "status", "resolution", "solved_at", "due_started_at", "is_unanswered")
    _announce(actor, ticket.id, "status", before, status)
    if solved:
        events.publish(
            TicketSolved(ticket_id=ticket.id, resolution=ticket.resolution, solved_by=actor.kind)
        )


@transaction.atomic
def assign(actor: Actor, *, ticket_id: UUID, member_id: UUID | None, group_id: UUID | None) -> None:
    """Make a member and/or a group answerable; None for both leaves nobody.

    Raises `Forbidden`, `NotFound` for a ticket, member or group that is not of this tenant.
    """
    actor.require("ticket.assign")
    ticket = access.lock_seen(actor, ticket_id)
    before = (ticket.assignee_id, ticket.group_id)
    if before == (member_id, group_id):
        return
    names = _assignee_names(member_id, group_id)
    old_names = _assignee_names(*before)
    ticket.assignee_id, ticket.group_id = member_id, group_id
    _save(ticket, "assignee_id", "group_id")
    _announce(actor, ticket.id, "assignee", old_names, names)


@transaction.atomic
def set_priority(
    actor: Actor, *, ticket_id: UUID, priority: Priority, expected: Priority | None = None
) -> None:
    """Set the priority. Raises `Forbidden`, `NotFound`, `TicketVersionConflict`."""
    actor.require("ticket.change")
    ticket = access.lock_seen(actor, ticket_id)
    before = Priority(ticket.priority)
    _expect(expected, before)
    if priority == before:
        return
    ticket.priority = priority
    _save(ticket, "priority")
    _announce(actor, ticket.id, "priority", before, priority)


@transaction.atomic
def add_tag(actor: Actor, *, ticket_id: UUID, name: str) -> None:
    """Tag a ticket; the same tag twice is one. Raises `Forbidden`, `NotFound`, `Invalid`."""
    actor.require("ticket.change")
    tag = rules.tag_name(name)
    if not tag:
        raise Invalid(field="tag", reason="empty")
    ticket = access.lock_seen(actor, ticket_id)
    if tags.put(ticket.id, tag):
        _save(ticket)
        _announce(actor, ticket.id, "tags", None, tag)


@transaction.atomic
def remove_tag(actor: Actor, *, ticket_id: UUID, name: str) -> None:
    """Take a tag off a ticket. Raises `Forbidden`, `NotFound`."""
    actor.require("ticket.change")
    ticket = access.lock_seen(actor, ticket_id)
    tag = rules.tag_name(name)
    if tags.take(ticket.id, tag):
        _save(ticket)
        _announce(actor, ticket.id, "tags", tag, None)


def _assignee_names(member_id: UUID | None, group_id: UUID | None) -> str | None:
    """Return the names to put on record; raise `NotFound` for strangers."""
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
        parts.append(group.name)
    return " · ".join(parts) or None


def _expect(expected: str | None, current: str) -> None:
    if expected is not None and expected != current:
        raise TicketVersionConflict(current=str(current))


def _save(ticket: "Ticket", *fields: str) -> None:
    brand = identity.get_brand(ticket.brand_id)
    writing.save(ticket, reply_minutes=brand.reply_minutes, fields=fields)


def _announce(
    actor: Actor, ticket_id: UUID, field: str, before: str | None, after: str | None
) -> None:
    writing.audit(actor, f"ticket.{field}", ticket_id, {field: before}, {field: after})
    events.publish(TicketChanged(ticket_id=ticket_id, fields=(field,)))
    writing.tell(ticket_id, "changed", field=field)
