"""The open tickets of a member who leaves go to somebody else."""

from uuid import UUID

from onque.kernel.access import system_actor
from onque.kernel.errors import AppError
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.repositories import tickets
from onque.modules.desk.services import properties, writing

CHUNK = 50


Heir = tuple[UUID | None, UUID | None]
"""A member or a group; neither means nobody."""


def hand_over(tenant_id: UUID, *, member_id: UUID, to: Heir) -> int:
    """Give a member's open tickets to another, a group or nobody; return how many it was.

    Each chunk in a transaction of its own; safe to repeat and to run twice at once, as what is
    done is no longer the member's. Where it goes to cannot take them any more, nobody has them.
    """
    count = 0
    while True:
        with tenant_scope(tenant_id):
            found = tickets.open_of(member_id, limit=CHUNK)
            with writing.list_told_once():
                for ticket_id in found:
                    _give(tenant_id, ticket_id, member_id, to)
            writing.tell_lists("handed_over")
        if not found:
            return count
        count += len(found)


def _give(tenant_id: UUID, ticket_id: UUID, leaving_id: UUID, to: Heir) -> None:
    ticket = tickets.lock(ticket_id)
    if ticket.assignee_id != leaving_id:  # a colleague took it meanwhile
        return
    actor = system_actor(tenant_id, "Onque")
    member_id, group_id = to[0], to[1] or ticket.group_id
    try:
        properties.assign(actor, ticket_id=ticket_id, member_id=member_id, group_id=group_id)
    except AppError:  # whom it should go to left meanwhile
        properties.assign(actor, ticket_id=ticket_id, member_id=None, group_id=None)
