"""One box: tickets by number, words, operators; messages; customers. Only what one may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.kernel.search import index, query, terms
from onque.kernel.search.index import Hit
from onque.kernel.search.query import Query
from onque.kernel.search.terms import Terms
from onque.modules.customers import public as customers
from onque.modules.customers.contracts import CustomerCard
from onque.modules.desk.contracts import TicketRow
from onque.modules.desk.repositories import filters, kinds, listing, messages, tickets
from onque.modules.desk.repositories.conditions import Condition
from onque.modules.desk.services import access, filtering, narrowing, reading

PAGE = 20
FEW = 5
_BATCH = 100
_ROUNDS = 10
_AROUND = 70

Position = tuple[datetime, UUID] | None


@dataclass(frozen=True)
class Found:
    """A ticket that was found; with `snippet`, the words of the message that matched."""

    row: TicketRow
    snippet: str = ""
    message_id: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Findings:
    """What a search found.

    `words` are what matched, to be marked; `unknown` the operators that could not be read, as
    typed. A cursor of "" means that there is nothing more in its group.
    """

    text: str
    words: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    exact: TicketRow | None = None
    tickets: tuple[Found, ...] = ()
    tickets_cursor: str = ""
    messages: tuple[Found, ...] = ()
    messages_cursor: str = ""
    customers: tuple[CustomerCard, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing was found at all."""
        return not (self.exact or self.tickets or self.messages or self.customers)


@dataclass(frozen=True)
class _Wanted:
    terms: Terms
    condition: Condition
    shelves: tuple[str, ...]
    is_narrowed: bool


def search(
    actor: Actor, *, text: str, only: str = "", after: str = "", few: int = PAGE
) -> Findings:
    """Return what the text finds, by group, newest first.

    `only` continues one group ("tickets" or "messages") after a cursor; `few` is the most of each.
    Raises `Forbidden`, `Invalid` for a cursor that is not ours.
    """
    actor.require("ticket.view")
    asked = query.parse(text, keys=narrowing.READERS)
    if not asked:
        return Findings(text)
    narrowed, unknown = narrowing.narrow(actor, asked.operators)
    shelves = access.shelves_of(actor)
    wanted = _Wanted(
        terms.conditions(asked.words, asked.phrases),
        filters.every(filtering.compiled(actor, test) for test in narrowed)
        & access.reach_of(actor).condition()
        & filters.one_of("shelf", shelves),
        shelves,
        bool(asked.operators),
    )
    position = read_cursor(after)
    most = {"tickets": (few, 0), "messages": (0, few)}.get(only, (few, few))
    found_tickets, tickets_cursor = _tickets(actor, wanted, position, most[0])
    found_messages, messages_cursor = _messages(actor, wanted, position, most[1])
    return Findings(
        text=text,
        words=_marked(asked),
        unknown=tuple(f"{one.key}{one.how}{one.value}" for one in unknown),
        exact=_by_number(actor, asked, wanted) if not only else None,
        tickets=tuple(found_tickets),
        tickets_cursor=tickets_cursor,
        messages=tuple(found_messages),
        messages_cursor=messages_cursor,
        customers=() if only else _customers(actor, asked, wanted),
    )


def _by_number(actor: Actor, asked: Query, wanted: _Wanted) -> TicketRow | None:
    if asked.number is None:
        return None
    ids = listing.among(tickets.ids_of_numbers([asked.number]).values(), wanted.condition)
    rows = reading.rows(actor, listing.some(ids), clock.now())
    return rows[0] if rows else None


def _tickets(actor: Actor, wanted: _Wanted, after: Position, few: int) -> tuple[list[Found], str]:
    if not few or not (wanted.terms or wanted.is_narrowed):
        return [], ""
    if wanted.terms:
        hits, cursor = _hits(kinds.TICKET, wanted, after, few)
        return _found(actor, hits, {}), cursor
    listed = listing.latest(wanted.shelves, wanted.condition, after=after, limit=few + 1)
    more, listed = len(listed) > few, listed[:few]
    cursor = write_cursor(listed[-1].updated_at, listed[-1].id) if more else ""
    return [Found(row) for row in reading.rows(actor, listed, clock.now())], cursor


def _messages(actor: Actor, wanted: _Wanted, after: Position, few: int) -> tuple[list[Found], str]:
    if not few or not wanted.terms:
        return [], ""
    hits, cursor = _hits(kinds.MESSAGE, wanted, after, few)
    texts = {row.id: row.text for row in messages.get_many([hit.object_id for hit in hits])}
    words = [pattern.strip("%") for pattern in wanted.terms.patterns]
    snippets = {key: snippet(text, words) for key, text in texts.items()}
    return _found(actor, hits, snippets), cursor


def _customers(actor: Actor, asked: Query, wanted: _Wanted) -> tuple[CustomerCard, ...]:
    if not wanted.terms or asked.operators or not actor.can("customer.view"):
        return ()
    return tuple(customers.find_customers(wanted.terms, limit=FEW))


def _hits(kind: str, wanted: _Wanted, after: Position, few: int) -> tuple[list[Hit], str]:
    """Return up to `few` hits whose ticket may be seen and meets the operators.

    Goes back through the hits in batches; the cursor continues after the last one looked at.
    """
    kept: list[Hit] = []
    for _ in range(_ROUNDS):
        hits, is_all = index.find(kind, wanted.terms, after=after, enough=few - len(kept) + 1)
        for start in range(0, len(hits), _BATCH):
            batch = hits[start : start + _BATCH]
            ids = {hit.parent_id or hit.object_id for hit in batch}
            allowed = listing.among(ids, wanted.condition)
            for hit in batch:
                if (hit.parent_id or hit.object_id) not in allowed:
                    continue
                if len(kept) == few:
                    return kept, write_cursor(kept[-1].at, kept[-1].id)
                kept.append(hit)
        if is_all or not hits:
            return kept, ""
        after = (hits[-1].at, hits[-1].id)
    return kept, write_cursor(*after) if after else ""


def _found(actor: Actor, hits: Sequence[Hit], snippets: dict[UUID, str]) -> list[Found]:
    ids = {hit.parent_id or hit.object_id for hit in hits}
    rows = {row.id: row for row in reading.rows(actor, listing.some(ids), clock.now())}
    return [
        Found(
            rows[ticket_id],
            snippets.get(hit.object_id, ""),
            hit.object_id if hit.kind == kinds.MESSAGE else None,
            hit.at,
        )
        for hit in hits
        if (ticket_id := hit.parent_id or hit.object_id) in rows
    ]


def _marked(asked: Query) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            [terms.stem(terms.normalise(word)) for word in asked.words]
            + [terms.normalise(phrase) for phrase in asked.phrases]
        )
    )


def snippet(text: str, words: Sequence[str]) -> str:
    """Return the words around the first match, on one line; the beginning where none is seen."""
    line = " ".join(text.split())
    lower = line.lower()
    found = [at for word in words if (at := lower.find(word)) >= 0]
    start = max(0, min(found, default=0) - _AROUND // 2)
    cut = line[start : start + _AROUND * 2]
    return f"{'…' if start else ''}{cut}{'…' if start + _AROUND * 2 < len(line) else ''}"
