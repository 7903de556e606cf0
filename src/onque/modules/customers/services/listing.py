"""The list of customers: by segment, or what the words find."""

from typing import TYPE_CHECKING

from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.kernel.search import index, query, terms
from onque.kernel.search.documents import Position
from onque.modules.customers.contracts import CustomerPage, Segment
from onque.modules.customers.repositories import customers
from onque.modules.customers.repositories.customers import KIND
from onque.modules.customers.services.identities import card

if TYPE_CHECKING:
    from onque.modules.customers.models import Customer

PAGE = 50
_ROUNDS = 10
VIEW = "customer.view"


def list_customers(
    actor: Actor, *, segment: Segment, text: str = "", after: str = "", limit: int = PAGE
) -> CustomerPage:
    """Return a page of customers, the newest first; with `text` those in whom its words are found.

    A page of what was found in a segment may hold few, and yet have a next one. Raises
    `Forbidden`, `Invalid` for a cursor that is not ours.
    """
    actor.require(VIEW)
    position = read_cursor(after)
    asked = query.parse(text, keys=())
    if asked.words or asked.phrases:
        wanted = terms.conditions(asked.words, asked.phrases)
        rows, cursor = _found(wanted, segment, position, limit)
    else:
        found = customers.page(segment, after=position, limit=limit + 1)
        rows = found[:limit]
        more = len(found) > limit
        cursor = write_cursor(rows[-1].created_at, rows[-1].id) if more else ""
    return CustomerPage(segment, text, tuple(card(row) for row in rows), cursor)


def _found(
    wanted: terms.Terms, segment: Segment, after: Position | None, limit: int
) -> "tuple[list[Customer], str]":
    kept: list[Customer] = []
    for _ in range(_ROUNDS):
        hits, is_all = index.find(KIND, wanted, after=after, enough=limit - len(kept) + 1)
        rows = {row.id: row for row in customers.get_many([hit.object_id for hit in hits])}
        for hit in hits:
            if len(kept) == limit:
                return kept, write_cursor(*after) if after else ""
            after = (hit.at, hit.id)
            row = rows.get(hit.object_id)
            if row is not None and _is_in(row, segment):
                kept.append(row)
        if is_all or not hits:
            return kept, ""
    return kept, write_cursor(*after) if after else ""


def _is_in(row: "Customer", segment: Segment) -> bool:
    if segment == Segment.BLOCKED:
        return row.is_blocked
    return segment == Segment.ALL or row.rating == segment.value
