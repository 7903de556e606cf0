"""Several properties in one act, on one ticket or on a selection."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction

from onque.kernel.access import Actor
from onque.modules.desk.contracts import Priority, Status
from onque.modules.desk.repositories import tickets
from onque.modules.desk.services import access, marking, properties


@dataclass(frozen=True)
class Shown:
    """What the page showed when its reader chose; None asks for nothing.

    What a colleague changed since is not overwritten: that raises `TicketVersionConflict`.
    """

    status: Status | None = None
    priority: Priority | None = None
    brand: UUID | None = None
    answerable: properties.Expected | None = None


@dataclass(frozen=True)
class Changes:
    """What to change; None leaves a property. `assignee` and `group` are "" for
    nobody, else an id.
    """

    status: Status | None = None
    priority: Priority | None = None
    assignee: UUID | str | None = None
    group: UUID | str | None = None
    brand: UUID | None = None
    add_tag: str = ""
    remove_tag: str = ""
    shown: Shown = Shown()


def ticket_id_of(actor: Actor, *, number: int) -> UUID:
    """Return the id behind a number. Raises `Forbidden`, `NotFound`."""
    actor.require("ticket.view")
    ticket = tickets.get_by_number(number)
    access.require_sight(actor, ticket)
    return ticket.id


@transaction.atomic
def change(actor: Actor, *, number: int, changes: Changes) -> UUID | None:
    """Apply the changes to one ticket, all or none; return what takes the last one back.

    Raises what `properties` raises.
    """
    ticket_id = ticket_id_of(actor, number=number)
    return next(reversed(apply(actor, ticket_id, changes)), None)


@transaction.atomic
def change_many(actor: Actor, *, numbers: Collection[int], changes: Changes) -> int:
    """Apply the changes to a selection, all or none; return how many tickets it was.

    Locks in the order of ids. Raises what `properties` raises.
    """
    found = sorted(ticket_id_of(actor, number=number) for number in set(numbers))
    for ticket_id in found:
        apply(actor, ticket_id, changes)
    return len(found)


def apply(actor: Actor, ticket_id: UUID, changes: Changes) -> list[UUID]:
    """Apply the changes to one ticket in the open transaction; return what takes each back.

    Raises what `properties` raises.
    """
    done: list[UUID | None] = []
    one, shown = partial(_on, actor, ticket_id), changes.shown
    if changes.status is not None:
        done.append(one(properties.set_status, status=changes.status, expected=shown.status))
    if changes.priority is not None:
        done.append(
            one(properties.set_priority, priority=changes.priority, expected=shown.priority)
        )
    if changes.assignee is not None or changes.group is not None:
        done.append(_assign(actor, ticket_id, changes))
    if changes.brand is not None:
        done.append(one(marking.set_brand, brand_id=changes.brand, expected=shown.brand))
    if changes.add_tag:
        done.append(one(properties.add_tag, name=changes.add_tag))
    if changes.remove_tag:
        done.append(one(properties.remove_tag, name=changes.remove_tag))
    return [operation for operation in done if operation is not None]


def _on(
    actor: Actor, ticket_id: UUID, act: Callable[..., UUID | None], **what: object
) -> UUID | None:
    return act(actor, ticket_id=ticket_id, **what)


def _assign(actor: Actor, ticket_id: UUID, changes: Changes) -> UUID | None:
    ticket = access.lock_seen(actor, ticket_id)
    member_id, group_id = ticket.assignee_id, ticket.group_id
    if changes.assignee is not None:
        member_id = changes.assignee if isinstance(changes.assignee, UUID) else None
    if changes.group is not None:
        group_id = changes.group if isinstance(changes.group, UUID) else None
    return properties.assign(
        actor,
        ticket_id=ticket_id,
        member_id=member_id,
        group_id=group_id,
        expected=changes.shown.answerable,
    )
