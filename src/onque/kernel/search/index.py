"""The documents that can be found: marked in the change's own transaction, written soon after.

A module registers each kind with a provider: ids in, documents out. `mark` notes that something
changed; the schedule writes its document within a second or two, many at once, so that a mail costs
no task message more. Killed at any line, the mark is still there.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from onque.kernel import clock
from onque.kernel.search.documents import Position, Row, documents
from onque.kernel.search.terms import Terms
from onque.kernel.tenancy import NoTenantError, current_scope, tenant_scope

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
_BATCH = 200
_ROUNDS = 25
_NEWEST = 4000
_RARE = 500
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
_LAST_ID = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Document:
    """One thing to be found. `text` is raw; `parent_id` what it belongs to; `at` orders hits."""

    object_id: UUID
    text: str
    at: datetime
    parent_id: UUID | None = None


@dataclass(frozen=True)
class Hit:
    """One thing found; `id` continues the search after it, together with `at`."""

    kind: str
    object_id: UUID
    parent_id: UUID | None
    at: datetime
    id: UUID


Provider = Callable[[Collection[UUID]], Iterable[Document]]
"""Returns the documents of those ids that exist and can be found; the rest is forgotten."""

Walker = Callable[[UUID, int], Sequence[UUID]]
"""Returns the open scope's next ids after one, in order, at most so many; none at the end."""

_providers: dict[str, Provider] = {}
_walkers: dict[str, Walker] = {}


def register(kind: str, provider: Provider, walker: Walker | None = None) -> None:
    """Add a kind of thing that can be found; the same kind again replaces it.

    With a walker all things of the kind can be indexed anew.
    """
    _providers[kind] = provider
    if walker is not None:
        _walkers[kind] = walker


def walked_kinds() -> list[str]:
    """Return the kinds that `write_again` can go through."""
    return sorted(_walkers)


def write_again(
    tenant_id: UUID, kind: str, *, after: UUID, limit: int = _BATCH, only_missing: bool = True
) -> tuple[UUID | None, int]:
    """Index the next things of a kind after an id; return the last one and how many were written.

    None when there are no more. `only_missing` leaves alone what has a document. One short
    transaction, safe to repeat and beside live traffic: whoever writes documents takes turns, so
    that an older text never replaces a newer one. Raises `KeyError` for an unknown kind.
    """
    with tenant_scope(tenant_id):
        documents.have_turn()
        ids = list(_walkers[kind](after, limit))
        wanted = set(ids) - (documents.known(kind, ids) if only_missing else set())
        written = _write(kind, wanted) if wanted else 0
    return (ids[-1] if ids else None), written


def mark(kind: str, *object_ids: UUID) -> None:
    """Note in the open transaction that the documents of some things must be written anew.

    All of a scope are written by one statement at its end.
    """
    scope = current_scope()
    if scope is None:
        raise NoTenantError("Open a tenant_scope first.")
    marks = next((call for call in scope.before if isinstance(call, _Marks)), None)
    if marks is None:
        marks = _Marks()
        scope.before.append(marks)
    marks.things.update(dict.fromkeys((kind, object_id) for object_id in object_ids))


@dataclass
class _Marks:
    """What an open scope changed; a call writes the marks."""

    things: dict[tuple[str, UUID], None] = field(default_factory=dict)

    def __call__(self) -> None:
        documents.mark(self.things, now=clock.now())
        self.things.clear()


def write_marks() -> None:
    """Write now what the open scope has gathered; without a scope there is nothing."""
    scope = current_scope()
    for call in scope.before if scope else ():
        if isinstance(call, _Marks):
            call()


def write_due() -> int:
    """Write the documents of everything marked, across tenants; return how many.

    Called by the schedule; safe to repeat and to run twice at once.
    """
    write_marks()
    count = 0
    for _ in range(_ROUNDS):
        due = documents.due_tenants(most_attempts=MAX_ATTEMPTS, most=_BATCH * 5)
        done = sum(_write_batch(tenant_id) for tenant_id in due)
        count += done
        if not done:
            break
    return count


def _write_batch(tenant_id: UUID) -> int:
    """Write one batch of a tenant; when it breaks, each mark alone, so that one stops no other."""
    try:
        return _write_some(tenant_id, _BATCH)
    except Exception:
        log.exception("search_batch_broke", extra={"tenant": tenant_id.hex})
    return sum(_write_alone(tenant_id) for _ in range(_BATCH))


def _write_some(tenant_id: UUID, limit: int) -> int:
    with tenant_scope(tenant_id):
        documents.have_turn()
        marks = documents.take_marks(most_attempts=MAX_ATTEMPTS, limit=limit)
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for _mark_id, kind, object_id in marks:
            wanted[kind].add(object_id)
        for kind, object_ids in wanted.items():
            _write(kind, object_ids)
        documents.drop_marks([mark_id for mark_id, _kind, _object_id in marks])
        return len(marks)


def _write_alone(tenant_id: UUID) -> int:
    """Write the first mark alone; a failure is counted at it. Return 1 when there was one."""
    with tenant_scope(tenant_id):
        first = documents.take_marks(most_attempts=MAX_ATTEMPTS, limit=1)
    if not first:
        return 0
    mark_id, kind, object_id = first[0]
    try:
        with tenant_scope(tenant_id):
            documents.have_turn()
            _write(kind, {object_id})
            documents.drop_marks([mark_id])
    except Exception as error:
        log.exception("search_document_broke", extra={"kind": kind, "object": object_id.hex})
        with tenant_scope(tenant_id):
            documents.count_failure(mark_id, error=f"{type(error).__name__}: {error}"[:500])
    return 1


def _write(kind: str, object_ids: set[UUID]) -> int:
    provider = _providers.get(kind)
    found = list(provider(object_ids)) if provider else []
    documents.put(kind, [(one.object_id, one.parent_id, one.at, one.text) for one in found])
    documents.forget(kind, object_ids - {one.object_id for one in found})
    return len(found)


def find(
    kind: str, terms: Terms, *, after: Position | None, enough: int
) -> tuple[Sequence[Hit], bool]:
    """Return hits of the tenant, newest first, after the position of a hit; and whether it is all.

    At least `enough` where there are so many; some more may come along. Permission is the
    caller's. Frequent words are found among the newest documents without asking how many there
    are, rare ones all at once through the index; a word of neither kind costs the most.
    """
    if not terms:
        return [], True
    upto = after or (_END_OF_TIME, _LAST_ID)
    rows = documents.newest(kind, terms, upto=upto, newest=_NEWEST, most=enough)
    if len(rows) >= enough:
        return _as_hits(rows), False
    rows = documents.some(kind, terms, upto=upto, most=_RARE + 1)
    if len(rows) <= _RARE:
        return _as_hits(sorted(rows, key=lambda row: (row[3], row[4]), reverse=True)), True
    rows = documents.newest(kind, terms, upto=upto, newest=_NEWEST * 15, most=enough)
    if len(rows) >= enough:
        return _as_hits(rows), False
    rows = documents.all(kind, terms, upto=upto, most=max(enough, _RARE))
    return _as_hits(rows), False


def _as_hits(rows: Sequence[Row]) -> list[Hit]:
    return [Hit(*row) for row in rows]
