"""A workspace's own fields on a ticket."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from onque.kernel import events
from onque.kernel.access import Actor
from onque.modules.desk.contracts import TicketChanged, TicketVersionConflict
from onque.modules.desk.repositories import tickets
from onque.modules.desk.services import access, operations, writing
from onque.modules.desk.services.operations import Act
from onque.modules.fields import public as fields
from onque.modules.fields.contracts import Kept, Subject

SUBJECT = Subject.TICKET


def list_kept(actor: Actor, *, ticket_id: UUID) -> list[Kept]:
    """Return the fields with what is kept of a ticket that the caller was shown already."""
    actor.require("ticket.view")
    return fields.list_kept(SUBJECT, ticket_id)


@transaction.atomic
def write(
    actor: Actor, *, number: int, given: Mapping[UUID, Sequence[str]], shown: str
) -> UUID | None:
    """Keep what was written in the fields of a ticket; return what takes it back.

    `shown` is `fields.state_of` what the page showed: another state raises `TicketVersionConflict`.
    Raises `Forbidden`, `NotFound`, `Invalid` naming the field by its key. Locks the ticket.
    """
    actor.require(operations.CHANGE)
    ticket = access.lock_seen(actor, tickets.get_by_number(number).id)
    there = fields.list_kept(SUBJECT, ticket.id)
    if shown and shown != fields.state_of(there):
        raise TicketVersionConflict(current="")
    before, after = fields.write(SUBJECT, ticket.id, given)
    if not after:
        return None
    names = {one.field.id: one.field.key for one in there}
    step = {
        "do": "custom",
        "ticket": ticket.id.hex,
        "before": {key.hex: list(texts) for key, texts in before.items()},
        "after": {key.hex: list(texts) for key, texts in after.items()},
    }
    said = [
        {names[key]: ", ".join(texts)[:200] or None for key, texts in one.items()}
        for one in (before, after)
    ]
    did = operations.record(actor, ticket, Act("ticket.custom", said[0], said[1], [step]))
    events.publish(TicketChanged(ticket_id=ticket.id, fields=("custom",)))
    writing.tell(ticket.id, "changed", field="custom")
    return did
