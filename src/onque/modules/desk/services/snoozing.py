"""Putting a ticket off: it leaves the queues and comes back by itself.

What the customer writes meanwhile brings it back at once; a status that is not active ends it.
"""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor, system_actor
from onque.kernel.errors import Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import rules
from onque.modules.desk.contracts import Status, TicketVersionConflict
from onque.modules.desk.contracts.operations import TicketWoke
from onque.modules.desk.repositories import tickets
from onque.modules.desk.services import access, inverses, operations
from onque.modules.desk.services.operations import Act

LONGEST = timedelta(days=366)
_LIMIT = 500
_FIELD = ("snoozed_until",)


@transaction.atomic
def snooze(
    actor: Actor,
    *,
    number: int,
    until: datetime | None,
    expected: datetime | Literal["any"] | None = "any",
) -> UUID | None:
    """Put a ticket off until a moment, or bring it back with None; return what takes it back.

    `expected` is the moment the page showed: another one raises `TicketVersionConflict`. Raises
    `Forbidden`, `NotFound`, `Invalid` for a moment that is past or too far, and for a ticket that
    is in no queue. Locks the ticket.
    """
    actor.require(operations.CHANGE)
    ticket = access.lock_seen(actor, tickets.get_by_number(number).id)
    _check(Status(ticket.status), until)
    if ticket.snoozed_until == until:
        return None
    if expected not in {"any", ticket.snoozed_until}:
        raise TicketVersionConflict(current=str(ticket.snoozed_until or ""))
    before = tickets.freeze(ticket, _FIELD)
    ticket.snoozed_until = until
    step = inverses.changed(ticket, before, must=_FIELD)
    values = {"until": before["snoozed_until"]}, {"until": until.isoformat() if until else None}
    return operations.act_on(actor, ticket, Act("ticket.snoozed", *values, [step]), fields=_FIELD)


def wake_due() -> int:
    """Bring back every ticket whose time has come, across tenants; return how many.

    Called by the schedule; safe to repeat and to run twice at once.
    """
    found = tickets.due_snoozes(now=clock.now(), limit=_LIMIT)
    return sum(_wake(tenant_id, ticket_id) for tenant_id, ticket_id in found)


def _wake(tenant_id: UUID, ticket_id: UUID) -> bool:
    with tenant_scope(tenant_id):
        ticket = tickets.lock(ticket_id)
        until = ticket.snoozed_until
        if until is None or until > clock.now():  # brought back or put off again meanwhile
            return False
        ticket.snoozed_until = None
        act = Act("ticket.woke", {"until": until.isoformat()}, {"until": None})
        operations.act_on(system_actor(tenant_id), ticket, act, fields=_FIELD)
        events.publish(TicketWoke(ticket_id=ticket.id))
    return True


def _check(status: Status, until: datetime | None) -> None:
    if until is None:
        return
    if not clock.now() < until < clock.now() + LONGEST:
        raise Invalid(field="until", reason="not_later")
    if status not in rules.ACTIVE:
        raise Invalid(field="until", reason="not_active")
