"""Acts on many tickets: asked for here, done by workers (`bulk_working`), cancelled, taken back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import Conflict, Invalid, NotFound
from onque.modules.desk.contracts import Status
from onque.modules.desk.contracts.bulk import BulkAsked, BulkItem, Selection, Skipped
from onque.modules.desk.repositories import bulk_chunks, bulk_runs
from onque.modules.desk.services import operations, reading, replies
from onque.modules.desk.services.changes import Changes
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.desk.models import BulkRun

CHANGE, REPLY, UNDO = "change", "reply", "undo"
SHOWN = 200
_TRASH = {Status.TRASH, Status.SPAM}


@transaction.atomic
def start_change(
    actor: Actor, *, selection: Selection, changes: Changes, request_key: UUID
) -> BulkItem:
    """Change every ticket of a selection, from now on by workers; the same key twice is one act.

    Each ticket is asked for the actor's permission of that moment. Raises `Forbidden`, `Invalid`
    for nothing to change, `Conflict` for another member's key.
    """
    if changes == Changes():
        raise Invalid(field="changes", reason="empty")
    only_assigns = changes == Changes(assignee=changes.assignee, group=changes.group)
    actor.require("ticket.assign" if only_assigns else operations.CHANGE)
    if changes.status in _TRASH:
        actor.require("ticket.trash")
    return _start(actor, CHANGE, _as_json(changes), selection, request_key)


@transaction.atomic
def start_reply(
    actor: Actor,
    *,
    selection: Selection,
    body: str,
    status: Status | None,
    request_key: UUID,
) -> BulkItem:
    """Answer every ticket of a selection, once each. Placeholders are filled in for each.

    Raises `Forbidden`, `Invalid`, `Conflict` as `start_change`.
    """
    actor.require("ticket.reply")
    wanted = {"body": replies.body_of(body), "status": status.value if status else ""}
    return _start(actor, REPLY, wanted, selection, request_key)


@transaction.atomic
def start_undo(actor: Actor, *, bulk_id: UUID, request_key: UUID) -> BulkItem:
    """Take back what a change of many tickets did, as far as nobody changed it again since.

    Raises `Forbidden`, `NotFound`, `Invalid` for an act that has not ended or sent replies.
    """
    row = _own(actor, bulk_id)
    if not _may_undo(row):
        raise Invalid(field="bulk", reason="not_undoable")
    return _start(actor, UNDO, {"bulk": row.id.hex}, Selection(), request_key)


def get_bulk(actor: Actor, *, bulk_id: UUID) -> BulkItem:
    """Return how far one's own act is and what it skipped. Raises `Forbidden`, `NotFound`."""
    row = _own(actor, bulk_id)
    pairs = [p for chunk in bulk_chunks.with_skips(row.id, limit=SHOWN) for p in chunk.skipped]
    cards = reading.list_cards(actor, {UUID(ticket_id) for ticket_id, _why in pairs[:SHOWN]})
    report = tuple(
        Skipped(cards[UUID(ticket_id)].number, cards[UUID(ticket_id)].subject, why)
        if UUID(ticket_id) in cards
        else Skipped(0, "", why)
        for ticket_id, why in pairs[:SHOWN]
    )
    return _item(row, report)


@transaction.atomic
def cancel(actor: Actor, *, bulk_id: UUID) -> BulkItem:
    """Stop one's own act after the chunk in hand; what is done stays. Safe to repeat.

    Raises `Forbidden`, `NotFound`.
    """
    row = bulk_runs.lock(_own(actor, bulk_id).id)
    if row.ended_at is None and row.cancelled_at is None:
        row.cancelled_at = clock.now()
        bulk_runs.save(row, "cancelled_at")
        _audit(actor, row, "cancelled", {})
        events.publish(BulkAsked(bulk_id=row.id))
    return _item(row)


def _start(
    actor: Actor, kind: str, wanted: Mapping[str, Any], selection: Selection, request_key: UUID
) -> BulkItem:
    actor.require("ticket.view")
    if actor.id is None:
        raise Invalid(field="member", reason="nobody")
    known = bulk_runs.find_by_key(request_key)
    if known is not None:
        if known.started_by_id != actor.id:
            raise Conflict(field="request_key")
        return _item(known)
    now = clock.now()
    row = bulk_runs.add(
        request_key=request_key,
        kind=kind,
        wanted=dict(wanted),
        selection={**asdict(selection), "numbers": list(selection.numbers)},
        total=len(selection.numbers),
        started_by_id=actor.id,
        started_at=now,
        touched_at=now,
    )
    _audit(actor, row, "started", {"kind": kind, **{k: str(v) for k, v in wanted.items() if v}})
    events.publish(BulkAsked(bulk_id=row.id))
    return _item(row)


def _own(actor: Actor, bulk_id: UUID) -> "BulkRun":
    actor.require("ticket.view")
    row = bulk_runs.get(bulk_id)
    if row.started_by_id != actor.id:
        raise NotFound(kind="bulk", id=bulk_id)
    return row


def _may_undo(row: "BulkRun") -> bool:
    return row.kind == CHANGE and row.ended_at is not None and row.changed > 0


def _audit(actor: Actor, row: "BulkRun", what: str, after: Mapping[str, str]) -> None:
    identity.record_audit(
        actor=actor,
        action=f"bulk.{what}",
        object_kind="bulk",
        object_id=row.id,
        before={},
        after=dict(after),
    )


def _as_json(changes: Changes) -> dict[str, Any]:
    kept = {
        name: value
        for name, value in asdict(changes).items()
        if value is not None and name != "shown"
    }
    return {k: v.hex if isinstance(v, UUID) else str(v) for k, v in kept.items()}


def read_changes(kept: Mapping[str, str]) -> Changes:
    """Return the changes that a run keeps."""
    from onque.modules.desk.contracts import Priority

    fields: dict[str, Any] = dict(kept)
    for name, kind in (("status", Status), ("priority", Priority), ("brand", UUID)):
        if name in fields:
            fields[name] = kind(fields[name])
    for name in ("assignee", "group"):
        if fields.get(name):
            fields[name] = UUID(fields[name])
    return Changes(**fields)


def _item(row: "BulkRun", report: tuple[Skipped, ...] = ()) -> BulkItem:
    return BulkItem(
        id=row.id,
        kind=row.kind,
        total=row.total,
        changed=row.changed,
        same=row.same,
        skipped=row.skipped,
        started_at=row.started_at,
        is_gathered=row.gathered_at is not None,
        is_cancelled=row.cancelled_at is not None,
        ended_at=row.ended_at,
        stopped=row.stopped,
        may_undo=_may_undo(row),
        report=report,
    )
