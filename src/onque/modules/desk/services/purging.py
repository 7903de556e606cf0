"""Deleting tickets for good: everything said on them goes, the record that they were stays."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor, system_actor
from onque.kernel.errors import Conflict
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Status, TicketPurged
from onque.modules.desk.repositories import purges, tickets
from onque.modules.desk.services import access, writing
from onque.modules.fields import public as fields
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket

KEPT = timedelta(days=30)
"""How long a ticket stays in the trash since its last change."""
_CHUNK = 100
MAY_PURGE = "tenant.settings"


@transaction.atomic
def purge_ticket(actor: Actor, *, number: int) -> None:
    """Delete a ticket in the trash for good, with its messages and files' places.

    Its mail never comes back, and a late answer to it opens a new ticket: other modules hear of it
    by `desk.ticket_purged`. Raises `Forbidden`, `NotFound`, `Conflict` when it is not in the
    trash. Locks the ticket.
    """
    actor.require(MAY_PURGE)
    ticket = access.lock_seen(actor, tickets.get_by_number(number).id)
    if ticket.status != Status.TRASH:
        raise Conflict(field="status")
    _purge(actor, ticket)


def purge_trash() -> int:
    """Delete for good what has lain in the trash for `KEPT`, of all tenants; return how many.

    Each ticket in a transaction of its own; safe to repeat and to run twice at once.
    """
    count = 0
    for tenant_id in identity.tenant_ids():
        with tenant_scope(tenant_id):
            due = purges.due(before=clock.now() - KEPT, limit=_CHUNK)
        for ticket_id in due:
            with tenant_scope(tenant_id):
                count += _purge_due(system_actor(tenant_id, "Trash"), ticket_id)
    return count


def _purge_due(actor: Actor, ticket_id: UUID) -> bool:
    ticket = purges.lock_due(ticket_id, before=clock.now() - KEPT)
    if ticket is None:  # restored or purged meanwhile
        return False
    _purge(actor, ticket)
    return True


def _purge(actor: Actor, ticket: "Ticket") -> None:
    ticket_id, number = ticket.id, ticket.number
    purges.remove(ticket)
    fields.forget(ticket_id)
    writing.audit(actor, "ticket.purged", ticket_id, {"number": str(number)}, {})
    events.publish(TicketPurged(ticket_id=ticket_id, number=number))
    writing.tell(ticket_id, "purged", number=number)
