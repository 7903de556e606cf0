"""Whom a note can call for, and calling for them."""

from typing import TYPE_CHECKING

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.modules.desk import rules
from onque.modules.desk.contracts.telling import News
from onque.modules.desk.repositories import messages, tickets
from onque.modules.desk.services import access, telling
from onque.modules.identity import public as identity
from onque.modules.identity.contracts import MemberCard

if TYPE_CHECKING:
    from onque.modules.desk.models import Message, Ticket


def list_colleagues(actor: Actor, *, number: int) -> list[MemberCard]:
    """Return the other members, by name. Raises `Forbidden`, `NotFound`."""
    actor.require("ticket.note")
    access.require_sight(actor, tickets.get_by_number(number))
    return [one for one in identity.list_members() if one.id != actor.id]


def note_mentions(actor: Actor, ticket: "Ticket", message: "Message") -> None:
    """Store whom a note's words mention by "@name", and tell them."""
    if "@" not in message.text:
        return
    names = [(member.id, member.name) for member in identity.list_members()]
    found = rules.mentioned(message.text, names)
    messages.mention(message, found, now=clock.now())
    telling.tell_members(ticket, News.MENTIONED, found, actor=actor)
