"""Files of customers: taken in, looked at, started, cancelled; made, and handed out."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import Conflict, Invalid, NotFound
from onque.kernel.spreadsheets import BOM, line
from onque.kernel.storage import content_key, store
from onque.modules.customers.contracts import CustomerRunAsked, RunItem
from onque.modules.customers.repositories import runs
from onque.modules.customers.rules import tables
from onque.modules.customers.services.recording import record

if TYPE_CHECKING:
    from onque.modules.customers.models import CustomerRun

IMPORT, EXPORT = "import", "export"
MAY_IMPORT, MAY_EXPORT = "customer.change", "tenant.settings"
"""Taking all customers along asks for more than changing one."""
LARGEST_BYTES = 50 * 1024 * 1024
SAMPLE, SHOWN = 5, 100


@transaction.atomic
def take_file(actor: Actor, *, name: str, content: bytes, request_key: UUID) -> UUID:
    """Keep a file to be imported; return its run. Nothing is imported before `start_import`.

    The same key twice is one. The bytes are durable when this returns. Raises `Forbidden`, and
    `Invalid` for what is no table: empty, too_large, charset, columns, rows, cell.
    """
    actor.require(MAY_IMPORT)
    if not content or len(content) > LARGEST_BYTES:
        raise Invalid(field="file", reason="too_large" if content else "empty")
    try:
        form = tables.read_form(content)
    except tables.UnreadableTable as error:
        raise Invalid(field="file", reason=error.reason) from None
    key = content_key("imports", actor.tenant_id, content)
    store().put(key, content, content_type="text/csv")
    row = _add(
        actor,
        request_key,
        kind=IMPORT,
        name=name[-200:],
        object_key=key,
        encoding=form.encoding,
        delimiter=form.delimiter,
        header=list(form.header),
        mapping=tables.guess_mapping(form.header),
        total=form.rows,
    )
    return row.id


@transaction.atomic
def start_import(actor: Actor, *, run_id: UUID, mapping: Sequence[str], updates: bool) -> None:
    """Import a file, from now on by workers: each column is the field that `mapping` names.

    With `updates` customers who are known are changed too. Safe to repeat. Raises `Forbidden`,
    `NotFound`, `Invalid` for a mapping that names nothing to know somebody by, or a field twice.
    """
    actor.require(MAY_IMPORT)
    row = runs.lock(run_id)
    if row.kind != IMPORT:
        raise NotFound(kind="customerrun", id=run_id)
    if row.started_at is not None:
        return
    chosen = [one for one in mapping if one]
    if len(mapping) != len(row.header) or not set(chosen) <= set(tables.FIELDS):
        raise Invalid(field="mapping", reason="unknown")
    if len(chosen) != len(set(chosen)):
        raise Invalid(field="mapping", reason="twice")
    if not {"email", "external"} & set(chosen):
        raise Invalid(field="mapping", reason="nothing_to_know_by")
    row.mapping, row.updates = list(mapping), updates
    row.started_at = row.touched_at = clock.now()
    runs.save(row, "mapping", "updates", "started_at", "touched_at")
    record(
        actor, "customers.import_started", row.id, {}, {"file": row.name, "rows": str(row.total)}
    )
    events.publish(CustomerRunAsked(run_id=row.id))


@transaction.atomic
def start_export(actor: Actor, *, request_key: UUID) -> UUID:
    """Write all customers into a file, by workers; return the run. The same key twice is one.

    Raises `Forbidden`.
    """
    actor.require(MAY_EXPORT)
    known = runs.find_by_key(request_key)
    if known is not None:
        return _own(known, actor).id
    now = clock.now()
    name = f"customers-{now:%Y-%m-%d}.csv"
    row = _add(actor, request_key, kind=EXPORT, name=name, started_at=now)
    record(actor, "customers.export_started", row.id, {}, {})
    events.publish(CustomerRunAsked(run_id=row.id))
    return row.id


@transaction.atomic
def cancel_run(actor: Actor, *, run_id: UUID) -> None:
    """Stop a run after the chunk in hand; what is done stays. Safe to repeat.

    Raises `Forbidden`, `NotFound`.
    """
    actor.require(MAY_IMPORT)
    row = runs.lock(run_id)
    if row.ended_at is None and row.cancelled_at is None:
        row.cancelled_at = clock.now()
        if row.started_at is None:
            row.ended_at, row.stopped = row.cancelled_at, "cancelled"
        runs.save(row, "cancelled_at", "ended_at", "stopped")
        record(actor, "customers.run_cancelled", row.id, {}, {})


def get_run(actor: Actor, *, run_id: UUID) -> RunItem:
    """Return how far a run is, with the first rows of a file. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_IMPORT)
    row = runs.get(run_id)
    sample: tuple[tuple[str, ...], ...] = ()
    if row.kind == IMPORT and row.started_at is None:
        sample = tuple(islice(_rows(row), SAMPLE))
    faults = tuple(runs.faults_of(row.id, limit=SHOWN)) if row.failed else ()
    return _item(row, sample, faults)


def list_runs(actor: Actor, *, limit: int = 20) -> list[RunItem]:
    """Return the newest runs. Raises `Forbidden`."""
    actor.require(MAY_IMPORT)
    return [_item(row) for row in runs.newest(limit=limit)]


def faults_file(actor: Actor, *, run_id: UUID) -> Iterator[str]:
    """Return the lines of a CSV file: the rows that made no customer, each with the reason.

    It can be corrected and imported again. Raises `Forbidden`, `NotFound`.
    """
    actor.require(MAY_IMPORT)
    row = runs.get(run_id)
    if row.kind != IMPORT:
        raise NotFound(kind="customerrun", id=run_id)
    faults = {number: f"{field}: {reason}" for number, field, reason in runs.faults_of(row.id)}
    return _fault_lines(row, faults)


def export_file(actor: Actor, *, run_id: UUID) -> tuple[str, Iterator[bytes]]:
    """Return the name and the pieces of a file that was made.

    Raises `Forbidden`, `NotFound`, `Conflict` while it is being made.
    """
    actor.require(MAY_EXPORT)
    row = runs.get(run_id)
    if row.kind != EXPORT:
        raise NotFound(kind="customerrun", id=run_id)
    if row.ended_at is None or row.stopped:
        raise Conflict(field="run")
    return row.name, (store().get(key) for key in list(row.pieces))


def _rows(row: "CustomerRun") -> Iterator[tuple[str, ...]]:
    return tables.rows(store().get(row.object_key), row.encoding, row.delimiter)


def _fault_lines(row: "CustomerRun", faults: dict[int, str]) -> Iterator[str]:
    yield BOM + line([*row.header, "error"])
    for number, cells in enumerate(_rows(row), 1):
        if number in faults:
            padded = [*cells, *[""] * (len(row.header) - len(cells))]
            yield line([*padded, faults[number]])


def _add(actor: Actor, request_key: UUID, **fields: object) -> "CustomerRun":
    known = runs.find_by_key(request_key)
    if known is not None:
        return _own(known, actor)
    if actor.id is None:
        raise Invalid(field="member", reason="nobody")
    now = clock.now()
    return runs.add(
        request_key=request_key,
        asked_by_id=actor.id,
        asked_by=actor.name[:200],
        asked_at=now,
        touched_at=now,
        **fields,
    )


def _own(row: "CustomerRun", actor: Actor) -> "CustomerRun":
    if row.asked_by_id != actor.id:
        raise Conflict(field="request_key")
    return row


def _item(
    row: "CustomerRun",
    sample: tuple[tuple[str, ...], ...] = (),
    faults: tuple[tuple[int, str, str], ...] = (),
) -> RunItem:
    return RunItem(
        id=row.id,
        kind=row.kind,
        name=row.name,
        header=tuple(row.header),
        mapping=tuple(row.mapping),
        updates=row.updates,
        total=row.total,
        position=row.position,
        created=row.created,
        changed=row.changed,
        same=row.same,
        failed=row.failed,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        is_started=row.started_at is not None,
        is_cancelled=row.cancelled_at is not None,
        ended_at=row.ended_at,
        stopped=row.stopped,
        sample=sample,
        faults=faults,
    )
