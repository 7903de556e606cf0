"""A customer's tickets: shown as their history, and led along when customers are merged."""

from collections.abc import Sequence
from uuid import UUID

from onque.kernel import clock, realtime
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.kernel.search import index
from onque.modules.desk.contracts import TicketRow
from onque.modules.desk.repositories import customer_moves, filters, kinds, listing
from onque.modules.desk.services import access, reading

PAGE = 20


def list_history(
    actor: Actor, *, customer_id: UUID, after: str = "", limit: int = PAGE
) -> tuple[list[TicketRow], str]:
    """Return those of a customer's tickets that the actor may see, and where the next page begins.

    The newest come first; "" ends them. Raises `Forbidden`, `Invalid` for a cursor that is not
    ours.
    """
    actor.require("ticket.view")
    condition = access.reach_of(actor).condition()
    condition &= filters.one_of("shelf", access.shelves_of(actor))
    found = listing.of_customer(customer_id, condition, after=read_cursor(after), limit=limit + 1)
    shown = found[:limit]
    cursor = write_cursor(shown[-1].created_at, shown[-1].id) if len(found) > limit else ""
    return reading.rows(actor, shown, clock.now()), cursor


def follow_merge(*, merge_id: UUID, survivor_id: UUID, merged_id: UUID) -> int:
    """Give a merged customer's tickets to the survivor; return how many.

    They are written down, so that they can go back. Safe to repeat. Locks the tickets.
    """
    found = customer_moves.of_customer(merged_id)
    if not customer_moves.note(merge_id, found):
        return 0
    return _give(found, merged_id, survivor_id)


def follow_parting(*, merge_id: UUID, survivor_id: UUID, merged_id: UUID) -> int:
    """Give back the tickets that a merge brought and that are the survivor's still. Repeatable."""
    return _give(customer_moves.forget(merge_id), survivor_id, merged_id)


def follow_name(*, customer_id: UUID) -> None:
    """Let a customer's tickets be found by their new name or address. Safe to repeat."""
    index.mark(kinds.TICKET, *customer_moves.of_customer(customer_id))


def _give(ticket_ids: list[UUID], source: UUID, target: UUID) -> int:
    moved = customer_moves.give(ticket_ids, source=source, target=target)
    index.mark(kinds.TICKET, *moved)
    for ticket_id in moved:
        realtime.hint(f"desk.ticket.{ticket_id.hex}", kind="customer_merged")
    if moved:
        realtime.hint("desk.list", kind="customer_merged")
    return len(moved)


def forget_name(*, customer_ids: Sequence[UUID], name: str) -> int:
    """Take a customer's name and addresses out of their tickets; return how many tickets it was.

    What they wrote stays. Safe to repeat. Locks the tickets.
    """
    found = [one for key in customer_ids for one in customer_moves.of_customer(key)]
    customer_moves.forget_names(found, customer_ids, name=name)
    index.mark(kinds.TICKET, *found)
    for ticket_id in found:
        realtime.hint(f"desk.ticket.{ticket_id.hex}", kind="changed")
    if found:
        realtime.hint("desk.list", kind="changed")
    return len(found)
