"""What a ticket shows of its last message, after messages came to it or left it."""

from typing import TYPE_CHECKING

from onque.modules.desk import rules
from onque.modules.desk.repositories import messages, moves

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket

FIELDS = ("preview", "preview_by", "preview_name", "last_public_message_id")


def refresh(ticket: "Ticket") -> None:
    """Set the line of lists and the newest public message on a ticket in hand.

    A ticket without messages keeps what it had. The caller holds the lock, and saves.
    """
    newest = moves.newest(ticket.id)
    if newest is None:
        return
    ticket.preview = rules.preview(newest.text)
    ticket.preview_name = newest.author_name
    said = "customer" if newest.direction == "in" else "member"
    ticket.preview_by = "note" if newest.visibility == "internal" else said
    public = newest if newest.visibility == "public" else messages.newest_public(ticket.id)
    ticket.last_public_message_id = public.id if public is not None else None
