"""A read mail becomes a message on the desk: a customer's, or a note of a colleague."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from onque.kernel import clock
from onque.kernel.access import Actor, system_actor
from onque.kernel.tenancy import current_tenant
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Received
from onque.modules.identity import public as identity
from onque.modules.mail.repositories import references
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import messageids, threading
from onque.modules.mail.rules.authentication import from_row
from onque.modules.mail.rules.parsed import AutoKind, MailAddress, ParsedMail
from onque.modules.mail.rules.threading import Mark
from onque.modules.mail.services.companions import add_companions
from onque.modules.mail.services.contents import Contents
from onque.modules.mail.services.placing import Place

if TYPE_CHECKING:
    from onque.modules.customers.contracts import CustomerCard
    from onque.modules.identity.contracts import MemberCard
    from onque.modules.mail.models import InboundMail

ACTOR_NAME = "Mail"
LONGEST_ID = 900
_ROBOTS = frozenset({AutoKind.AUTO, AutoKind.BOUNCE, AutoKind.RECEIPT})
_MAX_MENTIONS = 30
_OLDEST = timedelta(days=3650)
_NOBODY = UUID(int=0)
"""No customer wrote a member's note."""


@dataclass(frozen=True)
class Sent:
    """Who sent a mail, where it belongs, and what of it is shown."""

    sender: MailAddress
    place: Place
    contents: Contents


def hand_over(row: "InboundMail", mail: ParsedMail, sent: Sent) -> Received:
    """Put a mail onto its ticket and note on the row where; the row is saved by the caller."""
    member = _member(row, mail, sent)
    if member is not None:
        row.marks = Mark.BY_MEMBER
        author = Actor("member", current_tenant(), id=member.id, name=member.name)
        received = desk.receive_member_note(author, _inbound(row, mail, sent, None))
    else:
        met = _meet(row, sent)
        customer_id = met.id if met else sent.place.customer_id
        received = desk.receive_customer_message(
            system_actor(current_tenant(), ACTOR_NAME), _inbound(row, mail, sent, customer_id), met
        )
        add_companions(mail, sent.sender, sent.place, received, customer_id)
    row.ticket_id, row.message_id = received.ticket_id, received.message_id
    _record_ids(mail, sent.place, received)
    return received


def _inbound(
    row: "InboundMail", mail: ParsedMail, sent: Sent, customer_id: UUID | None
) -> desk.Inbound:
    place = sent.place
    return desk.Inbound(
        brand_id=row.brand_id,
        customer_id=customer_id or _NOBODY,
        channel="email",
        subject=mail.subject,
        text=mail.reply,
        quoted_text=mail.quoted,
        html=sent.contents.html,
        request_key=row.id,
        written_at=_written_at(mail, row.received_at),
        author_name=sent.sender.name,
        author_address=sent.sender.address,
        ticket_id=place.ticket.id if place.ticket else None,
        reason=f"{row.landing} {row.marks}".strip(),
        automatic=mail.automatic.kind in _ROBOTS,
        about_id=place.about_id,
        suggested_ticket_id=place.suggested_id,
        origin_ticket_id=place.landing.ticket_id if _is_merged(place) else None,
        attachments=sent.contents.files,
    )


def _is_merged(place: Place) -> bool:
    """Tell whether it was written to a ticket that was merged into the one that takes it."""
    return place.ticket is not None and place.ticket.is_merged


def _member(row: "InboundMail", mail: ParsedMail, sent: Sent) -> "MemberCard | None":
    """The colleague who answered a ticket's signed address and is proven to be the sender.

    Asked for only where a stranger would join, which a member is in customers' eyes.
    """
    place, address = sent.place, address_rules.comparable(sent.sender.address)
    joins = Mark.STRANGER in place.marks and place.is_signed
    if not joins or mail.automatic.kind is not AutoKind.NONE:
        return None
    if not from_row(row.auth).proves(address):
        return None
    members = identity.list_members()
    return next((one for one in members if address_rules.comparable(one.email) == address), None)


def _meet(row: "InboundMail", sent: Sent) -> "CustomerCard | None":
    """Return who wrote it, met now where nobody was known; None where its place says who.

    Marks the blocked.
    """
    if sent.place.customer_id is not None:
        return None
    found = customers.identify_by_email(email=sent.sender.address, name=sent.sender.name)
    if found.is_blocked:
        row.marks = f"{row.marks} {Mark.BLOCKED}".strip()
    return found


def _record_ids(mail: ParsedMail, place: Place, received: Received) -> None:
    """Remember the mail's id and those it refers to; an id known before leads where it led.

    Ids that we sign lead by their signature, and what only looks like ours leads nowhere.
    """
    now, own = clock.now(), mail.message_id[:LONGEST_ID]
    known = place.ids.get(own)
    if known is not None and known.mentioned:
        references.note(
            rfc_id=own, ticket_id=received.ticket_id, message_id=received.message_id, now=now
        )
    heard = [
        item
        for item in threading.referred_ids(mail)
        if item not in place.ids
        and len(item) <= LONGEST_ID
        and not item.lower().endswith(f"@{settings.MAIL_DOMAIN}")
        and not messageids.has_our_form(item)
    ]
    references.record(
        "" if known else own,
        heard[:_MAX_MENTIONS],
        ticket_id=received.ticket_id,
        message_id=received.message_id,
        now=now,
    )


def _written_at(mail: ParsedMail, received_at: datetime) -> datetime:
    """The sender's own date where it is believable, else when it came."""
    sent_at = mail.sent_at
    if sent_at is None or not received_at - _OLDEST < sent_at <= received_at:
        return received_at
    return sent_at
