"""Delivery reports: what they say goes onto the ticket they speak of."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from onque.kernel.access import system_actor
from onque.kernel.tenancy import current_tenant
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import outbound
from onque.modules.mail.rules.parsed import Bounce, ParsedMail
from onque.modules.mail.rules.refusals import Fault, fault_of
from onque.modules.mail.services import bouncing

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail


def note_bounce(
    mail_id: UUID, ticket_id: UUID, mail: ParsedMail, *, about: "OutboundMail | None" = None
) -> UUID:
    """Put a delivery report as a note on its ticket, and mark the mail it reports on.

    `about` is that mail where the address the report came to says so. Safe to repeat for the same
    `mail_id`. Returns the note's id.
    """
    bounce = mail.automatic.bounce or Bounce((), permanent=True)
    card = desk.get_card(ticket_id)
    with override(identity.get_brand(card.brand_id).locale):
        words = _words(bounce)
    _mark(about or _find(ticket_id, bounce), ticket_id, bounce, words)
    note = desk.add_note(
        system_actor(current_tenant(), "Mail"),
        ticket_id=ticket_id,
        body=words,
        request_key=mail_id,
    )
    return note.id


def _words(bounce: Bounce) -> str:
    names = ", ".join(bounce.recipients) or _("an unknown address")
    if bounce.permanent or bounce.given_up:
        first = _("Not delivered to %(names)s.") % {"names": names}
    else:
        first = _("Not delivered to %(names)s yet; it is still being tried.") % {"names": names}
    said = " ".join(part for part in (bounce.status, bounce.diagnostic) if part)
    return f"{first}\n{said}" if said else first


def _find(ticket_id: UUID, bounce: Bounce) -> "OutboundMail | None":
    """The mail a report names; of those to several, the one to the address that it names."""
    for address in bounce.recipients:
        row = outbound.find_by_rfc_id(bounce.message_id, to_address=address)
        row = row or outbound.find_latest_to(ticket_id, address)
        if row is not None:
            return row
    return outbound.find_by_rfc_id(bounce.message_id)


def _mark(row: "OutboundMail | None", ticket_id: UUID, bounce: Bounce, words: str) -> None:
    if row is not None and row.ticket_id == ticket_id:
        bouncing.record_bounce(row, fault=fault(bounce), words=words)


def fault(bounce: Bounce) -> Fault:
    """Return why a mail came back, by what the report says."""
    return fault_of(f"{bounce.status} {bounce.diagnostic}", permanent=bounce.permanent)


def record_alone(row: "OutboundMail", mail: ParsedMail) -> None:
    """Mark a mail that belongs to no ticket by the report about it."""
    bounce = mail.automatic.bounce or Bounce((), permanent=True)
    bouncing.record_bounce(row, fault=fault(bounce), words=_words(bounce))
