"""What mail must know of tickets before a message is put on one."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from onque.modules.desk import rules
from onque.modules.desk.contracts import LandingTicket, Status
from onque.modules.desk.repositories import collaborators, messages, tickets

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket

_LONGEST_CHAIN = 5


def resolve_tickets(
    ticket_ids: Collection[UUID], *, address: str, customer_id: UUID | None
) -> dict[UUID, LandingTicket]:
    """Return where messages for some tickets go now, by the ids asked for, for another module.

    A merged ticket leads to the one it was merged into; one that was deleted is left out.
    `takes_part` tells of the person with this address, or who is this customer.
    """
    found = _follow(set(ticket_ids))
    ids = {ticket.id for ticket in found.values()}
    joined = messages.tickets_written_on(ids, address=address, customer_id=customer_id)
    if address:
        joined |= collaborators.tickets_with(ids, address=rules.comparable(address))
    return {
        asked: LandingTicket(
            id=ticket.id,
            number=ticket.number,
            status=Status(ticket.status),
            brand_id=ticket.brand_id,
            customer_id=ticket.customer_id,
            is_merged=ticket.id != asked,
            is_requester=(own := _is_requester(ticket, address, customer_id)),
            takes_part=own or ticket.id in joined,
        )
        for asked, ticket in found.items()
    }


def latest_subjects(customer_id: UUID) -> list[tuple[UUID, str]]:
    """Return a customer's last twenty tickets with their subjects, newest first."""
    return tickets.latest_of_customer(customer_id, limit=20)


def _follow(ticket_ids: set[UUID]) -> "dict[UUID, Ticket]":
    """Return the tickets that exist, each merged one as the one it leads to in the end."""
    found = {row.id: row for row in tickets.get_with_customers(ticket_ids)}
    for _step in range(_LONGEST_CHAIN):
        wanted = {row.merged_into_id for row in found.values() if row.merged_into_id is not None}
        if not wanted:
            break
        next_ones = {row.id: row for row in tickets.get_with_customers(wanted)}
        found = {
            asked: next_ones.get(row.merged_into_id, row) if row.merged_into_id else row
            for asked, row in found.items()
        }
    return found


def _is_requester(ticket: "Ticket", address: str, customer_id: UUID | None) -> bool:
    if ticket.customer_id == customer_id:
        return True
    return bool(address) and rules.mailbox_of(ticket.customer.email) == rules.mailbox_of(address)
