"""The work on files of customers: chunk by chunk, each in one transaction with its position.

A worker that dies loses the chunk in hand, which the next one does again from nothing.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.ids import new_id
from onque.kernel.search import index
from onque.kernel.spreadsheets import BOM, line
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers.contracts import CustomerRenamed, CustomerRunAsked
from onque.modules.customers.repositories import customers, identities, runs
from onque.modules.customers.repositories.customers import KIND
from onque.modules.customers.rules import tables
from onque.modules.customers.services import transfers
from onque.modules.customers.services.recording import record
from onque.modules.identity import public as identity

if TYPE_CHECKING:
    from onque.modules.customers.models import Customer, CustomerRun
    from onque.modules.customers.repositories.runs import Fault

CHUNK, PART = 200, 5000
SPELL_SECONDS = 4.0
REST = 0.5
"""How long it rests after a chunk, as a share of what the chunk took: pages come first."""
STANDS_STILL = timedelta(seconds=30)
Row = tuple[int, tuple[str, ...]]
_COLUMNS = ("name", "email", "ids", "rating", "blocked", "language", "note", "since")
_WRITTEN = (
    "position", "created", "changed", "same", "failed", "pieces", "after", "total", "touched_at",
    "ended_at", "stopped",
)  # fmt: skip


def work_on(tenant_id: UUID, run_id: UUID) -> None:
    """Do chunks for some seconds; the event for what is left goes out at the end.

    Safe to repeat and to run twice at once. Raises `NotFound`.
    """
    ends = time.monotonic() + SPELL_SECONDS
    source = _Source()
    while step(tenant_id, run_id, source):
        if time.monotonic() > ends:
            with tenant_scope(tenant_id):
                events.publish(CustomerRunAsked(run_id=run_id))
            return


def sweep() -> None:
    """Go on with files whose worker was lost, of all tenants; safe to repeat."""
    for tenant_id, run_id in runs.due(before=clock.now() - STANDS_STILL, limit=50):
        with tenant_scope(tenant_id):
            events.publish(CustomerRunAsked(run_id=run_id))


def step(tenant_id: UUID, run_id: UUID, source: "_Source | None" = None) -> bool:
    """Do one chunk and rest; tell whether there is more to do. Locks the run, then customers.

    The store is asked outside of transactions.
    """
    began = time.monotonic()
    with tenant_scope(tenant_id):
        seen = runs.get(run_id)
        if seen.ended_at is not None or seen.started_at is None:
            return False
        piece = _piece(seen) if seen.kind == transfers.EXPORT else None
    source = source or _Source()
    if piece is None:
        source.load(seen)
    elif piece.text:
        store().put(piece.key, piece.text.encode(), content_type="text/csv")
    goes_on = _advance(tenant_id, run_id, source, piece)
    if goes_on:
        time.sleep((time.monotonic() - began) * REST)
    return goes_on


def _advance(tenant_id: UUID, run_id: UUID, source: "_Source", piece: "_Piece | None") -> bool:
    with tenant_scope(tenant_id):
        row = runs.lock(run_id)
        if row.ended_at is not None:
            return False
        actor = identity.acting_member(row.asked_by_id)
        if row.cancelled_at is not None or actor is None:
            row.stopped = "cancelled" if row.cancelled_at is not None else "member_left"
            row.ended_at = clock.now()
        elif piece is None:
            _import(actor, row, source)
        elif piece.position == row.position:  # nobody else was faster
            _keep(row, piece)
        row.touched_at = clock.now()
        runs.save(row, *_WRITTEN)
        return row.ended_at is None


# --- in


@dataclass
class _Source:
    """The rows of a file from where it was left, read once for many chunks."""

    content: bytes = b""
    position: int = -1
    rows: Iterator[tuple[str, ...]] = field(default_factory=lambda: iter(()))

    def load(self, row: "CustomerRun") -> None:
        """Have the bytes at hand."""
        self.content = self.content or store().get(row.object_key)

    def chunk(self, row: "CustomerRun") -> list[Row]:
        """Return the next rows with their numbers."""
        if self.position != row.position:
            found = tables.rows(self.content, row.encoding, row.delimiter)
            self.rows = islice(found, row.position, None)
        taken = list(enumerate(islice(self.rows, CHUNK), row.position + 1))
        self.position = row.position + len(taken)
        return taken


@dataclass
class _Chunk:
    """What the rows of a chunk say, and what is known of them."""

    now: datetime
    owners: dict[tuple[str, str], UUID]
    new: list[tuple[dict[str, str], list[tuple[str, str]]]] = field(default_factory=list)
    new_rows: list[int] = field(default_factory=list)
    known: list[tuple[UUID, dict[str, str]]] = field(default_factory=list)
    waiting: set[tuple[str, str]] = field(default_factory=set)
    faults: "list[Fault]" = field(default_factory=list)


def _import(actor: Actor, row: "CustomerRun", source: _Source) -> None:
    taken = source.chunk(row)
    if not taken:
        row.ended_at = clock.now()
        return
    read = [(number, tables.values_of(cells, row.mapping)) for number, cells in taken]
    pairs = [pair for _number, values in read for pair in _pairs(values)]
    chunk = _Chunk(clock.now(), runs.owners(pairs))
    for number, values in read:
        _sort(chunk, number, values)
    made = runs.add_new(chunk.new, now=chunk.now)
    for number, customer_id in zip(chunk.new_rows, made, strict=True):
        if not customer_id.int:
            chunk.faults.append((number, "email", "just_met"))
    row.created += sum(1 for one in made if one.int)
    index.mark(KIND, *(one for one in made if one.int))
    _change_known(actor, row, chunk)
    runs.add_faults(row.id, chunk.faults)
    row.failed += len(chunk.faults)
    row.position += len(taken)


def _pairs(values: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind, values[kind]) for kind in ("email", "external") if values.get(kind)]


def _sort(chunk: _Chunk, number: int, values: dict[str, str]) -> None:
    """Put a row to the new ones, the known ones or the faults."""
    if fault := tables.fault_of(values):
        chunk.faults.append((number, *fault))
        return
    pairs = _pairs(values)
    owners = {chunk.owners[pair] for pair in pairs if pair in chunk.owners}
    if len(owners) > 1:
        chunk.faults.append((number, "email", "two_customers"))
    elif owners:
        chunk.known.append((owners.pop(), values))
    elif chunk.waiting & set(pairs):
        chunk.faults.append((number, "email", "twice"))
    else:
        chunk.waiting |= set(pairs)
        chunk.new_rows.append(number)
        chunk.new.append((_fields(values), pairs))


def _fields(values: dict[str, str]) -> dict[str, str]:
    named = {name: values.get(name, "") for name in ("name", "email", "locale", "note")}
    named["name"] = named["name"] or named["email"].partition("@")[0]
    return named | {"rating": values.get("rating") or "general"}


def _change_known(actor: Actor, row: "CustomerRun", chunk: _Chunk) -> None:
    if not row.updates:
        row.same += len(chunk.known)
        return
    locked = {one.id: one for one in customers.lock_many([key for key, _values in chunk.known])}
    for customer_id, values in chunk.known:
        if _change(actor, locked[customer_id], values, chunk):
            row.changed += 1
        else:
            row.same += 1


def _change(actor: Actor, one: "Customer", values: dict[str, str], chunk: _Chunk) -> bool:
    """Write what a file says of a known customer, empty cells aside; tell if it changed."""
    wanted = {
        name: values[name] for name in ("name", "rating", "locale", "note") if values.get(name)
    }
    if not one.email and values.get("email"):
        wanted["email"] = values["email"]
    before = {name: getattr(one, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    more = [pair for pair in _pairs(values) if pair not in chunk.owners]
    for kind, value in more:
        identities.put(one.id, kind, value, now=chunk.now)
        chunk.owners[kind, value] = one.id
    if not changed and not more:
        return False
    for name, value in changed.items():
        setattr(one, name, value)
    one.version += 1
    customers.save(one, *changed, "version")
    said = changed | dict(more)
    record(actor, "customer.imported", one.id, {name: before[name] for name in changed}, said)
    index.mark(KIND, one.id)
    if changed.keys() & {"name", "email"}:
        events.publish(CustomerRenamed(customer_id=one.id))
    return True


# --- out


@dataclass(frozen=True)
class _Piece:
    """The next customers as lines, under a key that no other try has."""

    position: int
    key: str
    text: str
    count: int
    last: UUID | None


def _piece(row: "CustomerRun") -> _Piece:
    found = runs.page_after(row.after, limit=PART)
    known_by = identities.of_all([one.id for one in found])
    text = "" if row.pieces else BOM + line(_COLUMNS)
    text += "".join(line(_cells(one, known_by.get(one.id, []))) for one in found)
    key = f"exports/{row.tenant_id.hex}/{row.id.hex}/{new_id().hex}"
    return _Piece(row.position, key, text, len(found), found[-1].id if found else None)


def _keep(row: "CustomerRun", piece: _Piece) -> None:
    if piece.text:
        row.pieces = [*row.pieces, piece.key]
    row.position += piece.count
    row.total, row.after = row.position, piece.last or row.after
    if piece.count < PART:
        row.ended_at = clock.now()


def _cells(one: "Customer", known_by: list[str]) -> tuple[object, ...]:
    others = " ".join(value for value in known_by if value != one.email)
    blocked = "yes" if one.is_blocked else ""
    since = one.created_at.isoformat()
    return one.name, one.email, others, one.rating, blocked, one.locale, one.note, since
