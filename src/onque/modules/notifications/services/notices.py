"""The notifications centre: what concerns a member, until they have looked."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, realtime
from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, NotFound
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.notifications.contracts import NoticeItem
from onque.modules.notifications.repositories import notices

if TYPE_CHECKING:
    from onque.modules.notifications.models import Notice

SHOWN = 100
"""So many are listed, and counted: older ones are found in the lists of tickets."""


@transaction.atomic
def tell(*, ticket_id: UUID, news: str, member_ids: Collection[UUID], by: str) -> None:
    """Tell members of a ticket; the same again is one notice, new once more.

    Who is no active member here is left out.
    """
    known = identity.get_members(member_ids)
    told = [one for one, card in known.items() if card.is_active]
    if not told:
        return
    notices.put(told, ticket_id=ticket_id, news=news, by=by, now=clock.now())
    for member_id in told:
        _hint(member_id)


def list_notices(actor: Actor) -> list[NoticeItem]:
    """Return the newest notices about tickets that the actor still sees."""
    return _seen(actor, notices.newest(_member(actor), limit=SHOWN))


def count_unread(actor: Actor) -> int:
    """Return how many notices the actor has not looked at, up to `SHOWN`."""
    return len(_seen(actor, notices.newest(_member(actor), limit=SHOWN, unread_only=True)))


@transaction.atomic
def open_notice(actor: Actor, *, notice_id: UUID) -> int:
    """Mark all that the actor was told of a notice's ticket as read; return the ticket's number.

    Safe to repeat. Raises `Forbidden`, `NotFound` for another's, and when the ticket is gone.
    """
    member_id = _member(actor)
    row = notices.find_own(notice_id, member_id)
    card = desk.list_cards(actor, [row.ticket_id]).get(row.ticket_id) if row is not None else None
    if row is None or card is None:
        raise NotFound(kind="notice", id=notice_id)
    if notices.read(member_id, now=clock.now(), ticket_id=row.ticket_id):
        _hint(member_id)
    return card.number


@transaction.atomic
def read_all(actor: Actor) -> None:
    """Mark all of the actor's notices as read; safe to repeat. Raises `Forbidden`."""
    member_id = _member(actor)
    if notices.read(member_id, now=clock.now()):
        _hint(member_id)


def forget_ticket(*, ticket_id: UUID) -> None:
    """Drop what was told of a ticket that was deleted for good; safe to repeat."""
    notices.forget(ticket_id)


def _member(actor: Actor) -> UUID:
    actor.require("ticket.view")
    if actor.id is None:
        raise Forbidden(permission="ticket.view")
    return actor.id


def _hint(member_id: UUID) -> None:
    realtime.hint(f"desk.member.{member_id.hex}", kind="notices")


def _seen(actor: Actor, rows: "list[Notice]") -> list[NoticeItem]:
    cards = desk.list_cards(actor, {row.ticket_id for row in rows})
    return [
        NoticeItem(
            id=row.id,
            news=row.news,
            by=row.by,
            number=cards[row.ticket_id].number,
            subject=cards[row.ticket_id].subject,
            told_at=row.told_at,
            is_read=row.read_at is not None,
        )
        for row in rows
        if row.ticket_id in cards
    ]
