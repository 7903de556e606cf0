"""Two customers who are one person: led together, and parted again."""

from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.search import index
from onque.modules.customers.contracts import (
    CannotMergeCustomers,
    CustomersMerged,
    CustomersParted,
    MergeOutdated,
)
from onque.modules.customers.repositories import customers, merges
from onque.modules.customers.repositories.customers import KIND
from onque.modules.customers.services.recording import record

CHANGE = "customer.change"


@transaction.atomic
def merge(actor: Actor, *, survivor_id: UUID, merged_id: UUID) -> UUID:
    """Lead a customer on to another; return the merge, by which they can be parted.

    Addresses, ids and notes of both are the survivor's from now on, whose name, rating and
    blocking stay. What other modules keep follows by `customers.customers_merged`. Raises
    `Forbidden`, `NotFound`, `CannotMergeCustomers`. Locks both in the order of ids.
    """
    actor.require(CHANGE)
    if survivor_id == merged_id:
        raise CannotMergeCustomers(reason="same")
    found = {row.id: row for row in customers.lock_many([survivor_id, merged_id])}
    survivor = found.get(survivor_id) or customers.get(survivor_id)
    merged = found.get(merged_id) or customers.get(merged_id)
    if survivor.merged_into_id is not None or merged.merged_into_id is not None:
        raise CannotMergeCustomers(reason="merged")
    led_on = customers.merged_into(merged.id)
    customers.lead(led_on, to=survivor.id, since=merged.id)
    merged.merged_into_id = survivor.id
    merged.version += 1
    customers.save(merged, "merged_into_id", "version")
    row = merges.add(
        survivor_id=survivor.id,
        merged_id=merged.id,
        led_on=[one.hex for one in led_on],
        merged_by=actor.name[:200],
        merged_at=clock.now(),
    )
    said = {"name": merged.name or merged.email, "email": merged.email}
    record(actor, "customer.merged", survivor.id, {}, said)
    record(actor, "customer.merged_away", merged.id, {}, {"into": survivor.id.hex})
    index.mark(KIND, survivor.id, merged.id)
    events.publish(CustomersMerged(row.id, survivor_id=survivor.id, merged_id=merged.id))
    return row.id


@transaction.atomic
def part(actor: Actor, *, merge_id: UUID) -> UUID:
    """Take a merge back; return the customer who is there again.

    What came to the survivor since stays with them. Raises `Forbidden`, `NotFound`,
    `MergeOutdated` when it was taken back before, or the survivor was merged since.
    """
    actor.require(CHANGE)
    known = merges.get(merge_id)
    found = {row.id: row for row in customers.lock_many([known.survivor_id, known.merged_id])}
    row = merges.lock(merge_id)
    survivor, merged = found[row.survivor_id], found[row.merged_id]
    if row.parted_at is not None or merged.merged_into_id != survivor.id:
        raise MergeOutdated(merge_id=merge_id)
    merged.merged_into_id = None
    merged.version += 1
    customers.save(merged, "merged_into_id", "version")
    customers.lead([UUID(one) for one in row.led_on], to=merged.id, since=survivor.id)
    row.parted_at = clock.now()
    merges.save(row, "parted_at")
    record(actor, "customer.parted", survivor.id, {"name": merged.name or merged.email}, {})
    record(actor, "customer.parted", merged.id, {}, {})
    index.mark(KIND, survivor.id, merged.id)
    events.publish(CustomersParted(row.id, survivor_id=survivor.id, merged_id=merged.id))
    return merged.id
