"""Which tickets an actor may touch."""

from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.modules.desk import rules
from onque.modules.desk.contracts import TicketMergedAway
from onque.modules.desk.repositories import tickets
from onque.modules.desk.repositories.conditions import Reach

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket


_SHELVES = ("active", "snoozed", "done")
_HIDDEN_SHELVES = ("spam", "trash")


def reach_of(actor: Actor) -> Reach:
    """Return whose tickets the actor may see."""
    return Reach(actor.id, actor.group_ids, actor.can("ticket.view_all"))


def shelves_of(actor: Actor) -> tuple[str, ...]:
    """Return on which shelves the actor may find tickets."""
    return _SHELVES + (_HIDDEN_SHELVES if actor.can("ticket.trash") else ())


def require_sight(actor: Actor, ticket: "Ticket") -> None:
    """Raise `NotFound` when the actor may not know of the ticket."""
    seen = rules.may_see(
        sees_all=actor.can("ticket.view_all"),
        actor_id=actor.id,
        group_ids=actor.group_ids,
        assignee_id=ticket.assignee_id,
        group_id=ticket.group_id,
    )
    if not seen:
        raise NotFound(kind="ticket", id=ticket.id)


def refuse_merged(ticket: "Ticket") -> None:
    """Raise `TicketMergedAway` with the survivor's number when the ticket was merged."""
    if ticket.merged_into_id is None:
        return
    survivor = tickets.find_survivor(ticket.merged_into_id)
    if survivor is not None:
        raise TicketMergedAway(ticket_id=ticket.id, into=survivor.number)


def lead_on(actor: Actor, ticket: "Ticket") -> "Ticket":
    """Return the ticket, or the one it was merged into; raise `NotFound` unless seen."""
    found = tickets.find_survivor(ticket.merged_into_id) if ticket.merged_into_id else None
    require_sight(actor, found or ticket)
    return found or ticket


def lock_seen(actor: Actor, ticket_id: UUID) -> "Ticket":
    """Return the ticket locked until the transaction ends; raise `NotFound` unless seen.

    On a merged one members do nothing: raises `TicketMergedAway`. What programs do there, such as
    noting a report, they do on the survivor.
    """
    ticket = tickets.lock(ticket_id)
    require_sight(actor, ticket)
    if ticket.merged_into_id is not None and actor.kind != "member":
        survivor = tickets.find_survivor(ticket.merged_into_id)
        return tickets.lock(survivor.id) if survivor is not None else ticket
    refuse_merged(ticket)
    return ticket


def lock_pair(actor: Actor, first_id: UUID, second_id: UUID) -> "tuple[Ticket, Ticket]":
    """Return two tickets locked in the order of ids; raise `NotFound` unless both are seen."""
    found = tickets.lock_all({first_id, second_id})
    for ticket_id in (first_id, second_id):
        if ticket_id not in found:
            raise NotFound(kind="ticket", id=ticket_id)
        require_sight(actor, found[ticket_id])
    return found[first_id], found[second_id]


def may_watch(actor: Actor, ticket_id: UUID) -> bool:
    """Tell whether the actor may hear of a ticket live."""
    ticket = tickets.find(ticket_id)
    if ticket is None or not actor.can("ticket.view"):
        return False
    try:
        require_sight(actor, ticket)
    except NotFound:
        return False
    return True
