"""Telling members of what concerns them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import events
from onque.kernel.access import Actor
from onque.modules.desk.contracts.telling import MembersConcerned, News

if TYPE_CHECKING:
    from onque.modules.desk.models import Ticket


def tell_members(
    ticket: "Ticket", news: News, member_ids: Iterable[UUID | None], *, actor: Actor, by: str = ""
) -> None:
    """Announce, in the change's own transaction, whom it concerns; nothing where it is nobody.

    Who acts is not told; `by` is whose name is said where it is not the actor's.
    """
    others = sorted({one for one in member_ids if one is not None} - {actor.id})
    if others:
        events.publish(
            MembersConcerned(
                ticket_id=ticket.id, news=news, member_ids=tuple(others), by=by or actor.name
            )
        )
