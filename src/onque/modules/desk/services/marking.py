"""Small acts on one ticket: marking it unread, giving it to another brand, getting it back."""

from uuid import UUID

from django.db import transaction

from onque.kernel.access import Actor
from onque.modules.desk.contracts import Status, TicketVersionConflict
from onque.modules.desk.repositories import operations as stored
from onque.modules.desk.repositories import tickets
from onque.modules.desk.services import access, inverses, operations, properties
from onque.modules.desk.services.operations import Act
from onque.modules.identity import public as identity

_TRASH = "ticket.trash"


@transaction.atomic
def mark_unread(actor: Actor, *, number: int) -> UUID | None:
    """Let a ticket stand out as unanswered again; no clock starts. Returns what takes it back.

    Raises `Forbidden`, `NotFound`. Locks the ticket.
    """
    actor.require(operations.CHANGE)
    ticket = access.lock_seen(actor, tickets.get_by_number(number).id)
    if ticket.is_unanswered:
        return None
    before = tickets.freeze(ticket, ("is_unanswered",))
    ticket.is_unanswered = True
    step = inverses.changed(ticket, before, must=before)
    act = Act("ticket.unread", {}, {"unread": "yes"}, [step])
    return operations.act_on(actor, ticket, act, fields=("is_unanswered",))


@transaction.atomic
def set_brand(
    actor: Actor, *, ticket_id: UUID, brand_id: UUID, expected: UUID | None = None
) -> UUID | None:
    """Give a ticket to another brand: answers go out in its name. Returns what takes it back.

    The deadline follows the new brand's. `expected` is the brand the page showed. Raises
    `Forbidden`, `NotFound`, `TicketVersionConflict`. Locks the ticket.
    """
    actor.require(operations.CHANGE)
    ticket = access.lock_seen(actor, ticket_id)
    if ticket.brand_id == brand_id:
        return None
    if expected is not None and expected != ticket.brand_id:
        raise TicketVersionConflict(current=identity.get_brand(ticket.brand_id).name)
    old, new = identity.get_brand(ticket.brand_id), identity.get_brand(brand_id)
    before = tickets.freeze(ticket, ("brand_id",))
    ticket.brand_id = new.id
    step = inverses.changed(ticket, before, must=before)
    act = Act("ticket.brand", {"brand": old.name}, {"brand": new.name}, [step])
    return operations.act_on(actor, ticket, act, fields=("brand_id",))


@transaction.atomic
def restore(actor: Actor, *, number: int) -> None:
    """Take a ticket out of the trash or spam, back to the status it had, else to open.

    One that is in neither stays as it is. Raises `Forbidden`, `NotFound`. Locks the ticket.
    """
    actor.require(_TRASH)
    ticket = access.lock_seen(actor, tickets.get_by_number(number).id)
    status = Status(ticket.status)
    if status not in {Status.TRASH, Status.SPAM}:
        return
    act = stored.latest_to(ticket.id, act="ticket.status", field="status", value=status)
    if act is not None:
        operations.undo(actor, operation_id=act.id)
    else:
        properties.set_status(actor, ticket_id=ticket.id, status=Status.OPEN)
