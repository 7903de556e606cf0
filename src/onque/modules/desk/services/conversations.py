"""A ticket's conversation in stretches: the newest messages, those before, those around one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel.cursors import read_cursor, write_cursor
from onque.modules.desk.contracts import MessageItem
from onque.modules.desk.repositories import messages
from onque.modules.desk.services.threads import with_offers

if TYPE_CHECKING:
    from onque.modules.desk.models import Message

NEWEST = 200
EARLIER = 100


@dataclass(frozen=True)
class Stretch:
    """Messages that follow each other, oldest first; `earlier_cursor` is "" when none came before.

    `is_newest`: no message came after them.
    """

    messages: tuple[MessageItem, ...]
    earlier_cursor: str
    is_newest: bool


def find_stretch(ticket_id: UUID, *, before: str = "", around: UUID | None = None) -> Stretch:
    """Return the newest messages of a ticket, or those before a cursor, or those around one.

    A message that is not the ticket's, or among the newest, gives the newest. Two statements at
    most for the messages. Raises `Invalid` for a cursor that is not ours.
    """
    position = read_cursor(before)
    if position is not None:
        rows = messages.before(ticket_id, position, limit=EARLIER + 1)
        return _stretch(rows, EARLIER, is_newest=False)
    rows = messages.latest(ticket_id, limit=NEWEST + 1)
    if around is None or len(rows) <= NEWEST or around in {row.id for row in rows[1:]}:
        return _stretch(rows, NEWEST, is_newest=True)
    wanted = messages.find(around)
    if wanted is None or wanted.ticket_id != ticket_id:
        return _stretch(rows, NEWEST, is_newest=True)
    at = (wanted.stored_at, wanted.id)
    older = messages.before(ticket_id, at, limit=EARLIER + 1)
    newer = messages.from_on(ticket_id, at, limit=EARLIER)
    return _stretch([*older, *newer], len(newer) + EARLIER, is_newest=False)


def _stretch(rows: "list[Message]", most: int, *, is_newest: bool) -> Stretch:
    kept = rows[-most:]
    more = len(rows) > len(kept)
    cursor = write_cursor(kept[0].stored_at, kept[0].id) if more else ""
    return Stretch(tuple(with_offers(kept)), cursor, is_newest)
