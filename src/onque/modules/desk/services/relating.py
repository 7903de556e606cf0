"""Tickets that belong together, and colleagues who follow a ticket."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.modules.desk.contracts.related import LinkedTicket
from onque.modules.desk.contracts.states import Status
from onque.modules.desk.errors import CannotLink
from onque.modules.desk.repositories import followers, links, tickets
from onque.modules.desk.services import access, inverses, operations, writing
from onque.modules.desk.services.operations import Act
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from collections.abc import Collection

    from onque.modules.desk.models import Ticket


@transaction.atomic
def link(actor: Actor, *, number: int, other: int) -> UUID | None:
    """Note that two tickets belong together; once is enough. Returns what takes it back.

    A merged ticket stands for the one that has its messages now. Raises `Forbidden`, `NotFound`,
    `CannotLink` where the other one is the ticket itself or none the actor may see. Locks both.
    """
    return _tie(actor, number, other, added=True)


@transaction.atomic
def unlink(actor: Actor, *, number: int, other: int) -> UUID | None:
    """Note that they do not; nothing happens where they were not linked. Raises as `link`."""
    return _tie(actor, number, other, added=False)


def _tie(actor: Actor, number: int, other: int, *, added: bool) -> UUID | None:
    actor.require(operations.CHANGE)
    here = access.lead_on(actor, tickets.get_by_number(number))
    try:
        there = access.lead_on(actor, tickets.get_by_number(other))
    except NotFound as error:
        raise CannotLink(reason="unknown") from error
    if here.id == there.id:
        raise CannotLink(reason="same")
    first, second = access.lock_pair(actor, here.id, there.id)
    if not (links.put if added else links.take)(first.id, second.id):
        return None
    act = "ticket.linked" if added else "ticket.unlinked"
    before, after = {"from": f"#{first.number}"}, {"to": f"#{second.number}"}
    step = inverses.linked(first.id, second.id, added=added)
    done = operations.record(actor, first, Act(act, before, after, [step], other_id=second.id))
    writing.audit(actor, act, second.id, before, after)
    for ticket in (first, second):
        writing.tell_open(ticket.id, "linked")
    return done


@transaction.atomic
def follow(actor: Actor, *, number: int, member_id: UUID, wanted: bool = True) -> None:
    """Let a member follow a ticket, or follow it no longer; safe to repeat.

    One's own following asks for sight of the ticket alone. Raises `Forbidden`, `NotFound`. Locks
    the ticket.
    """
    actor.require("ticket.view" if member_id == actor.id else operations.CHANGE)
    ticket = access.lock_seen(actor, tickets.get_by_number(number).id)
    member = identity.get_members([member_id]).get(member_id)
    if member is None or (wanted and not member.is_active):
        raise NotFound(kind="member", id=member_id)
    if not (followers.put if wanted else followers.take)(ticket.id, member_id):
        return
    before, after = (None, member.name) if wanted else (member.name, None)
    changed = {"follower": before}, {"follower": after}
    writing.audit(actor, "ticket.followers", ticket.id, *changed)
    writing.tell_open(ticket.id, "followers")


def linked_tickets(actor: Actor, found: "Collection[Ticket]") -> tuple[LinkedTicket, ...]:
    """Return what the actor may see of some tickets, in the order of their numbers."""
    seen = [one for one in found if not one.merged_into_id and operations.is_seen(actor, one)]
    ordered = sorted(seen, key=lambda one: one.number)
    return tuple(LinkedTicket(one.number, one.subject, Status(one.status)) for one in ordered)


def take_along(source: "Ticket", target: "Ticket") -> list[inverses.Step]:
    """Link what was linked with a merged ticket to the survivor; return the steps."""
    wanted = [one for one in links.of_ticket(source.id) if one != target.id]
    new = [one for one in wanted if links.put(target.id, one)]
    return [inverses.linked(target.id, one, added=True) for one in new]
