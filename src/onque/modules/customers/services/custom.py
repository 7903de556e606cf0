"""A workspace's own fields on a customer."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from onque.kernel.access import Actor
from onque.modules.customers.contracts import CustomerChanged
from onque.modules.customers.repositories import customers
from onque.modules.customers.services.recording import record
from onque.modules.fields import public as fields
from onque.modules.fields.contracts import Kept, Subject

VIEW, CHANGE = "customer.view", "customer.change"
SUBJECT = Subject.CUSTOMER


def list_kept(actor: Actor, *, customer_id: UUID) -> list[Kept]:
    """Return the fields with what is kept of a customer. Raises `Forbidden`."""
    actor.require(VIEW)
    return fields.list_kept(SUBJECT, customer_id)


@transaction.atomic
def write_fields(
    actor: Actor, *, customer_id: UUID, given: Mapping[UUID, Sequence[str]], shown: str
) -> None:
    """Keep what was written in the fields of a customer.

    `shown` is `fields.state_of` what the page showed. Raises `Forbidden`, `NotFound`,
    `CustomerChanged` for another state, `Invalid` naming the field by its key. Locks the customer.
    """
    actor.require(CHANGE)
    row = customers.lock(customer_id)
    there = fields.list_kept(SUBJECT, row.id)
    if row.merged_into_id is not None or shown != fields.state_of(there):
        raise CustomerChanged(customer_id=row.id)
    before, after = fields.write(SUBJECT, row.id, given)
    names = {one.field.id: one.field.key for one in there}
    if after:
        said = [
            {names[key]: ", ".join(texts)[:200] for key, texts in one.items()}
            for one in (before, after)
        ]
        record(actor, "customer.fields", row.id, said[0], said[1])
