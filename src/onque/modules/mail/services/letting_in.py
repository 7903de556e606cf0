"""A person's word about where a mail goes, when it is filed after all."""

from dataclasses import replace
from typing import TYPE_CHECKING

from onque.modules.desk import public as desk
from onque.modules.mail.rules.authentication import from_row
from onque.modules.mail.rules.parsed import MailAddress, ParsedMail
from onque.modules.mail.rules.threading import Landing, Why
from onque.modules.mail.services import judging
from onque.modules.mail.services.placing import Place

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail

NOBODY = MailAddress("?", "unknown@sender.invalid")
"""Stands for the sender of a mail that names none. Source: RFC 2606, section 2."""


def find_refusal(
    row: "InboundMail", mail: ParsedMail, sender: MailAddress | None, place: Place
) -> judging.Refusal | None:
    """Return what is held against a mail, None where a person's word stands above it."""
    if row.let_in:
        return None
    return judging.find_refusal(mail, sender, place, from_row(row.auth))


def settle_place(row: "InboundMail", place: Place) -> Place:
    """Return the place as a person chose it, where one did; a ticket that is gone does not count.

    A merged ticket leads to the one it was merged into.
    """
    if not row.let_in:
        return place
    chosen = row.let_in_ticket_id
    found = desk.resolve_tickets([chosen], address=row.sender, customer_id=None) if chosen else {}
    if not chosen or chosen not in found:
        return place
    ticket = found[chosen]
    return replace(place, landing=Landing(ticket.id, Why.BY_HAND), ticket=ticket, marks=())
