"""Delivery reports and complaints: what they say goes onto the ticket they speak of."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from onque.kernel.access import system_actor
from onque.kernel.tenancy import current_tenant
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import outbound
from onque.modules.mail.rules import threading
from onque.modules.mail.rules.parsed import AutoKind, Bounce, ParsedMail
from onque.modules.mail.rules.refusals import Fault, fault_of
from onque.modules.mail.services import bouncing, silence

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail


Noting = Callable[[UUID, UUID, ParsedMail], UUID]
_NO_COMPLAINTS = frozenset({"not-spam", "virus"})


def noting(mail: ParsedMail) -> Noting | None:
    """Return how a mail is put on its ticket as a note; None for one that becomes a message."""
    if mail.automatic.kind is AutoKind.BOUNCE:
        return note_bounce
    feedback = mail.automatic.feedback
    return note_complaint if feedback and feedback.kind not in _NO_COMPLAINTS else None


def note_bounce(
    mail_id: UUID, ticket_id: UUID, mail: ParsedMail, *, about: "OutboundMail | None" = None
) -> UUID:
    """Put a delivery report as a note on its ticket, and mark the mail it reports on.

    `about` is that mail where the address the report came to says so. Safe to repeat for the same
    `mail_id`. Returns the note's id.
    """
    bounce = mail.automatic.bounce or Bounce((), permanent=True)
    with _language_of(ticket_id):
        words = _words(bounce)
    _mark(about or _find(ticket_id, bounce), ticket_id, bounce, words)
    return _note(mail_id, ticket_id, words)


def note_complaint(mail_id: UUID, ticket_id: UUID, mail: ParsedMail) -> UUID:
    """Put an abuse complaint as a note on its ticket; who complained gets no automatic mail more.

    Only the recipient of a mail of ours that the report quotes is meant, since anybody can write
    such a report. Safe to repeat for the same `mail_id`. Returns the note's id. Source: RFC 6650,
    5.
    """
    found = (outbound.find_by_rfc_id(item) for item in threading.referred_ids(mail))
    sent = next((one for one in found if one is not None and one.ticket_id == ticket_id), None)
    if sent is not None:
        silence.silence(sent.to_address, ticket_id=ticket_id)
    with _language_of(ticket_id):
        name = sent.to_address if sent else _("somebody")
        words = _(
            "%(name)s marked a mail of this ticket as spam. No automatic mail goes there any more."
        ) % {"name": name}
    return _note(mail_id, ticket_id, words)


def _language_of(ticket_id: UUID) -> override:
    return override(identity.get_brand(desk.get_card(ticket_id).brand_id).locale)


def _note(mail_id: UUID, ticket_id: UUID, words: str) -> UUID:
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
