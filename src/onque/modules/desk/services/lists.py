"""Lists over any condition: saved views, and what a view would hold before it is saved."""

from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.modules.desk.contracts import TicketPage, TicketRow, View
from onque.modules.desk.contracts.views import Narrowing, Order, Tally, ViewDraft
from onque.modules.desk.repositories import counts, listing
from onque.modules.desk.repositories.walks import LOOK_TO_COUNT, WAYS, Position, Walk, edge
from onque.modules.desk.services import access, filtering, reading, saved_views

if TYPE_CHECKING:
    from onque.modules.desk.repositories.listing import Listed


def list_saved(
    actor: Actor, *, view_id: UUID, after: str = "", limit: int = reading.PAGE
) -> TicketPage:
    """Return a page of a saved view, limited to what the actor may see.

    It looks at a bounded number of tickets: a page may hold few or none, and yet have a next one.
    Raises `Forbidden`, `NotFound`, `Invalid` for a cursor that is not ours.
    """
    view = saved_views.get_view(actor, view_id=view_id)
    walk = walk_of(actor, view.draft.narrowing)
    order = view.draft.order
    found, cursor = _page(walk, order, after=read_cursor(after), limit=limit)
    shown = tuple(reading.rows(actor, found, clock.now()))
    return TicketPage(View.ALL, None, shown, cursor, saved=view)


def preview(actor: Actor, *, draft: ViewDraft, limit: int) -> tuple[Tally, TicketPage]:
    """Return what a view would hold: how many, and the first few. Raises `Forbidden`.

    Tests that are not filled in yet are left out.
    """
    actor.require("ticket.view")
    narrowing = Narrowing(
        tuple(filter(filtering.is_complete, draft.narrowing.all_of)),
        tuple(filter(filtering.is_complete, draft.narrowing.any_of)),
    )
    walk = walk_of(actor, narrowing)
    found = listing.walked(walk, draft.order, after=None, limit=limit)
    shown = tuple(reading.rows(actor, found, clock.now()))
    tally = count({"": walk})[""]
    return tally, TicketPage(View.ALL, None, shown, "")


def walk_of(actor: Actor, narrowing: Narrowing) -> Walk:
    """Return how a narrowing's tickets are walked, limited to what the actor may see."""
    return filtering.walk_of(actor, narrowing, access.reach_of(actor).condition())


def count(walks: dict[str, Walk]) -> dict[str, Tally]:
    """Return how many tickets each walk finds among those looked at, in one statement."""
    found = counts.walked(walks)
    return {key: Tally(number, seen == LOOK_TO_COUNT) for key, (number, seen) in found.items()}


def _page(
    walk: Walk, order: Order, *, after: Position | None, limit: int
) -> tuple[list["Listed"], str]:
    found = listing.walked(walk, order, after=after, limit=limit + 1)
    if len(found) > limit:
        found = found[:limit]
        return found, write_cursor(*position_of(found[-1], order))
    seen_up_to = edge(walk, order, after=after)
    if seen_up_to is None:
        return found, ""
    way = WAYS[order]
    kept = [
        row
        for row in found
        if (position_of(row, order) >= seen_up_to) == way.descends
        or position_of(row, order) == seen_up_to
    ]
    return kept, write_cursor(*seen_up_to)


def position_of(row: "Listed | TicketRow", order: Order) -> Position:
    """Return where a ticket stands in a list of some order."""
    at = {"sort_at": row.sort_at, "updated_at": row.updated_at, "created_at": row.created_at}
    return at[WAYS[order].column], row.id
