"""From ticket to ticket through a view of any length, by keyset from where one stands."""

from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.modules.desk.contracts import TicketPage, TicketRow, View
from onque.modules.desk.contracts.nearby import Nearby, Step
from onque.modules.desk.contracts.views import Order
from onque.modules.desk.repositories import listing
from onque.modules.desk.repositories.walks import WAYS, Position
from onque.modules.desk.services import lists, reading, saved_views

if TYPE_CHECKING:
    from onque.modules.desk.repositories.listing import Listed

BEFORE, AFTER = 15, 25
"""How many rows stand beside a ticket, on either side of its place."""


def list_nearby(
    actor: Actor, *, around: TicketRow, at: str = "", view: View = View.ALL, brand_slug: str = ""
) -> Nearby:
    """Return a standard view around an open ticket, whether or not it still belongs to it.

    `at` is the place where the ticket was opened, "" for where it stands now. Raises as
    `reading.list_tickets`.
    """
    brand, condition = reading.condition_of(actor, view=view, brand_slug=brand_slug)
    empty = TicketPage(view, brand, (), "")
    position = read_cursor(at) or lists.position_of(around, empty.order)
    found = listing.around(empty.order, condition, position, before=BEFORE, after=AFTER)
    return _nearby(actor, empty, found, position, around)


def list_saved_nearby(actor: Actor, *, around: TicketRow, at: str = "", view_id: UUID) -> Nearby:
    """Return a saved view around an open ticket, as `list_nearby`.

    It looks at a bounded number of tickets either way. Raises as `lists.list_saved`.
    """
    view = saved_views.get_view(actor, view_id=view_id)
    order = view.draft.order
    position = read_cursor(at) or lists.position_of(around, order)
    walk = lists.walk_of(actor, view.draft.narrowing)
    found = listing.walked_around(walk, order, position, before=BEFORE, after=AFTER)
    empty = TicketPage(View.ALL, None, (), "", saved=view)
    return _nearby(actor, empty, found, position, around)


def _nearby(
    actor: Actor,
    empty: TicketPage,
    found: "list[Listed]",
    position: Position,
    around: TicketRow,
) -> Nearby:
    order = empty.order
    others = [row for row in found if row.id != around.id]
    behind = [row for row in others if _is_before(lists.position_of(row, order), position, order)]
    ahead = others[len(behind) :]
    rows = tuple(reading.rows(actor, found, clock.now()))
    page = TicketPage(empty.view, empty.brand, rows, "", saved=empty.saved)
    return Nearby(
        page,
        write_cursor(*position),
        _step(behind[-1], order) if behind else None,
        _step(ahead[0], order) if ahead else None,
    )


def _is_before(one: Position, other: Position, order: Order) -> bool:
    return one > other if WAYS[order].descends else one < other


def _step(row: "Listed", order: Order) -> Step:
    return Step(row.number, write_cursor(*lists.position_of(row, order)))
