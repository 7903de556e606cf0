"""The work on acts on many tickets: chunk by chunk, each in one transaction with its position.

A worker that dies loses the chunk in hand, which the next one does again from nothing: every
ticket is acted on once. Each ticket has a savepoint, so that a refusal skips it alone.
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction

from onque.kernel import clock, events, realtime
from onque.kernel.access import Actor
from onque.kernel.errors import AppError
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import rules
from onque.modules.desk.contracts import NewReply, Status, View
from onque.modules.desk.contracts.bulk import BulkAsked
from onque.modules.desk.repositories import bulk_chunks, bulk_runs, conditions, filters
from onque.modules.desk.services import (
    access,
    bulk,
    changes,
    holding,
    lists,
    macros,
    operations,
    placeholders,
    replies,
    saved_views,
    writing,
)
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import BulkChunk, BulkRun
    from onque.modules.desk.repositories.conditions import Condition

CHUNK = 25
MOST = 100_000
SPELL_SECONDS = 4.0
REST = 1.0
"""How long it rests after a chunk, as a share of what the chunk took: pages come first."""
STANDS_STILL = timedelta(seconds=30)


def work_on(tenant_id: UUID, bulk_id: UUID) -> None:
    """Do chunks for some seconds; the event for what is left goes out at the end.

    Safe to repeat and to run twice at once. Raises `NotFound`.
    """
    ends = time.monotonic() + SPELL_SECONDS
    while step(tenant_id, bulk_id):
        if time.monotonic() > ends:
            with tenant_scope(tenant_id):
                realtime.hint("desk.list", kind="bulk")
                events.publish(BulkAsked(bulk_id=bulk_id))
            return


def step(tenant_id: UUID, bulk_id: UUID) -> bool:
    """Do one chunk and rest; tell whether there is more to do. Locks the act, then its tickets."""
    began = time.monotonic()
    with tenant_scope(tenant_id):
        row = bulk_runs.lock(bulk_id)
        if row.ended_at is not None:
            return False
        _go_on(row)
        row.touched_at = clock.now()
        bulk_runs.save(row, *_WRITTEN)
        topic = f"desk.bulk.{row.started_by_id.hex}"
        realtime.hint(topic, kind="bulk", data={"bulk": row.id.hex})
        goes_on = not row.ended_at
        if not goes_on:
            realtime.hint("desk.list", kind="bulk")
    if goes_on:
        time.sleep((time.monotonic() - began) * REST)
    return goes_on


_WRITTEN = (
    "total",
    "position",
    "changed",
    "same",
    "skipped",
    "gathered_at",
    "touched_at",
    "ended_at",
    "stopped",
)


def sweep() -> None:
    """Go on with acts whose worker was lost, of all tenants; safe to repeat."""
    for tenant_id, bulk_id in bulk_runs.due(before=clock.now() - STANDS_STILL, limit=50):
        with tenant_scope(tenant_id):
            events.publish(BulkAsked(bulk_id=bulk_id))


def _go_on(row: "BulkRun") -> None:
    actor = identity.acting_member(row.started_by_id)
    if row.cancelled_at is not None:
        _end(row, "cancelled")
    elif actor is None:
        _end(row, "member_left")
    elif row.gathered_at is None:
        _gather(actor, row)
    else:
        chunk = bulk_chunks.find_at(row.id, row.position)
        if chunk is None:
            _end(row, "")
        else:
            _work(actor, row, chunk)


def _end(row: "BulkRun", why: str) -> None:
    row.ended_at, row.stopped = clock.now(), why


def _gather(actor: Actor, row: "BulkRun") -> None:
    """Write down which tickets it is, so that changing them does not change the selection."""
    row.gathered_at = clock.now()
    try:
        targets = _targets(actor, row)
    except AppError as refusal:
        _end(row, _why(refusal))
        return
    row.total = len(targets)
    bulk_chunks.add_all(row.id, targets, size=CHUNK)


def _targets(actor: Actor, row: "BulkRun") -> list[str]:
    if row.kind == bulk.UNDO:
        return bulk_chunks.operations_of(UUID(row.wanted["bulk"]))
    selection = row.selection
    if selection["numbers"]:
        found = bulk_runs.numbered(selection["numbers"])
    else:
        condition = _condition(actor, selection["view"], selection["brand"])
        found = bulk_runs.matching(condition, limit=MOST)
    return [one.hex for one in found]


def _condition(actor: Actor, view: str, brand_slug: str) -> "Condition":
    if view not in set(View):
        saved = saved_views.get_view(actor, view_id=UUID(view))
        walk = lists.walk_of(actor, saved.draft.narrowing)
        return filters.one_of("shelf", walk.shelves) & walk.rest
    soon = clock.now() + timedelta(seconds=rules.RISK_SECONDS)
    condition = conditions.in_view(View(view), access.reach_of(actor), soon=soon)
    if brand_slug:
        brands = [brand.id for brand in identity.list_brands() if brand.slug == brand_slug]
        condition &= filters.one_of("brand", brands)
    return condition


def _work(actor: Actor, row: "BulkRun", chunk: "BulkChunk") -> None:
    act = ACTS[row.kind]
    with writing.list_told_once():
        for target in chunk.targets:
            try:
                with transaction.atomic():
                    done = act(actor, row, UUID(target))
            except AppError as refusal:
                chunk.skipped.append([target, _why(refusal)])
                row.skipped += 1
            else:
                chunk.operations += [one.hex for one in done or ()]
                row.changed += done is not None
                row.same += done is None
    chunk.ended_at = clock.now()
    bulk_chunks.save(chunk, "skipped", "operations", "ended_at")
    row.position += 1


def _why(refusal: AppError) -> str:
    return str(refusal.facts.get("reason") or refusal.code)[:40]


def _change(actor: Actor, row: "BulkRun", ticket_id: UUID) -> list[UUID] | None:
    return changes.apply(actor, ticket_id, bulk.read_changes(row.wanted)) or None


def _reply(actor: Actor, row: "BulkRun", ticket_id: UUID) -> list[UUID] | None:
    actor.require("ticket.reply")
    ticket = access.lock_seen(actor, ticket_id)
    new = NewReply(
        body=placeholders.fill(row.wanted["body"], macros.values_of(actor, ticket)),
        request_key=uuid5(row.id, ticket_id.hex),
        status=Status(row.wanted["status"]) if row.wanted["status"] else None,
    )
    holding.refuse_bounced(ticket, new)
    replies.post(actor, ticket_id=ticket_id, new=new, ends_draft=False)
    return []


def _undo(actor: Actor, row: "BulkRun", operation_id: UUID) -> list[UUID] | None:
    del row
    operations.undo(actor, operation_id=operation_id)
    return []


ACTS: Mapping[str, Callable[[Actor, "BulkRun", UUID], list[UUID] | None]] = {
    bulk.CHANGE: _change,
    bulk.REPLY: _reply,
    bulk.UNDO: _undo,
}
"""What is done to one target: returns what takes it back, None for one that was so already."""
