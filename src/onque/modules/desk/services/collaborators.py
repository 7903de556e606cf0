"""Who else takes part in a ticket: people in copy, and strangers who answered by mail."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.modules.desk import rules
from onque.modules.desk.contracts import CollaboratorItem
from onque.modules.desk.repositories import collaborators, tickets
from onque.modules.desk.services import access, writing

if TYPE_CHECKING:
    from onque.modules.desk.models import Collaborator

MOST = 50
"""On one ticket: no mail may grow it into a list."""


@transaction.atomic
def add_collaborator(  # noqa: PLR0913 - one fact each
    ticket_id: UUID,
    *,
    address: str,
    name: str = "",
    kind: str = "cc",
    added_by: str = "agent",
    customer_id: UUID | None = None,
    marked: bool = False,
) -> CollaboratorItem | None:
    """Put somebody in copy of a ticket, for another module; the same address twice is one.

    None, and nothing changes, when the address is the customer's own, is no address, or the ticket
    has `MOST` already. `marked` says that no agent asked for it. Raises `NotFound`.
    """
    ticket = tickets.get_joined(ticket_id)
    plain = rules.comparable(address)
    if not rules.is_address(plain) or plain == rules.comparable(ticket.customer.email):
        return None
    known = collaborators.of_ticket(ticket_id)
    same = next((row for row in known if row.address == plain), None)
    if same is not None or len(known) >= MOST:
        return item(same) if same else None
    row, created = collaborators.add_once(
        ticket_id=ticket_id,
        address=plain,
        fields={
            "name": name[:200],
            "kind": kind,
            "added_by": added_by,
            "customer_id": customer_id,
            "is_marked": marked,
            "added_at": clock.now(),
        },
    )
    if created:
        writing.tell(ticket_id, "collaborators", number=ticket.number)
    return item(row)


def list_collaborators(ticket_id: UUID) -> list[CollaboratorItem]:
    """Return who else takes part in a ticket, for another module."""
    return [item(row) for row in collaborators.of_ticket(ticket_id)]


@transaction.atomic
def remove_collaborator(actor: Actor, *, ticket_id: UUID, address: str) -> None:
    """Take somebody off the ticket; nothing happens when they are not on it.

    Raises `Forbidden`, `NotFound`. Locks the ticket.
    """
    actor.require("ticket.reply")
    ticket = access.lock_seen(actor, ticket_id)
    plain = rules.comparable(address)
    if collaborators.remove(ticket_id, [plain]):
        writing.audit(actor, "ticket.cc", ticket_id, {"cc": plain}, {"cc": None})
        writing.tell(ticket_id, "collaborators", number=ticket.number)


def item(row: "Collaborator") -> CollaboratorItem:
    """Return a collaborator as others see them."""
    return CollaboratorItem(
        id=row.id,
        address=row.address,
        name=row.name,
        kind=row.kind,
        added_by=row.added_by,
        is_marked=row.is_marked,
    )
