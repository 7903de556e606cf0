"""Where a read mail belongs: collects what the records say, and lets the rules decide."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from onque.kernel.tenancy import current_tenant
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import LandingTicket, Status
from onque.modules.mail.repositories import references
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import messageids, subjects, threading
from onque.modules.mail.rules.parsed import AutoKind, MailAddress, ParsedMail
from onque.modules.mail.rules.threading import Known, KnownId, Landing, Mark, Why
from onque.modules.mail.services import bouncing
from onque.modules.mail.services.keys import reply_keys

if TYPE_CHECKING:
    from onque.modules.customers.contracts import CustomerCard
    from onque.modules.mail.models import InboundMail

_REPORTS = frozenset({AutoKind.BOUNCE, AutoKind.RECEIPT})
_SIGNED = frozenset({Why.REPLY_ADDRESS, Why.BOUNCE_ADDRESS, Why.SIGNED_ID})
_OFFERED = frozenset({Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED})
_MARKED: dict[Status, Mark] = {
    Status.CLOSED: Mark.CLOSED,
    Status.TRASH: Mark.TRASHED,
    Status.SPAM: Mark.SPAM,
}


@dataclass(frozen=True)
class Place:
    """Where a mail belongs, why, and what is remarkable about it."""

    landing: Landing
    ticket: LandingTicket | None
    """The ticket that takes it, None for a new one."""
    marks: tuple[Mark, ...] = ()
    customer_id: UUID | None = None
    """Who wrote it, where known: the requester of the ticket writing from a tagged address too."""
    suggested_id: UUID | None = None
    about_id: UUID | None = None
    """The message of ours that it speaks of, where the mail names it."""
    ids: dict[str, KnownId] = field(default_factory=dict)
    """What was on record of the ids it names, and of its own."""

    @property
    def is_signed(self) -> bool:
        """It came by something that only we can have given out."""
        return self.ticket is not None and self.landing.why in _SIGNED

    @property
    def is_trusted(self) -> bool:
        """Such, from somebody who takes part in the ticket: never taken for spam."""
        return self.is_signed and self.ticket is not None and self.ticket.takes_part


def find_place(row: "InboundMail", mail: ParsedMail, sender: MailAddress | None) -> Place:
    """Decide where a mail belongs. Three queries at most when it refers to nothing of ours: one."""
    keys, tenant_id = reply_keys(), current_tenant()
    named = (row.recipient, *(item.address for item in (*mail.to, *mail.cc)), *mail.delivered_to)
    tokens = address_rules.reply_tokens(keys, named, domain=settings.MAIL_DOMAIN)
    signed = _signed(keys, threading.referred_ids(mail), tenant_id)
    ids = references.known(threading.looked_up_ids(mail))
    returned = bouncing.find_outbound_by_bounce_address(row.recipient)
    in_subject = subjects.ticket_numbers(mail.subject)
    numbers = {t.ticket_number for t in tokens if t.genuine and t.tenant_id == tenant_id}
    numbers |= {s.ticket_number for s in signed.values() if s.genuine and s.ticket_number}
    by_number = desk.find_numbers({*numbers, *in_subject}) if numbers or in_subject else {}
    tickets = {
        *by_number.values(),
        *(item.ticket_id for item in ids.values()),
        *([returned.ticket_id] if returned and returned.ticket_id else []),
    }
    address = _author_address(mail, sender)
    is_answer = subjects.is_answer(mail.subject)
    customer = customers.find_by_email(address) if tickets or is_answer else None
    resolved = _resolve(tickets, address, customer)
    known = Known(
        tenant_id=tenant_id,
        tokens=tokens,
        tickets_by_number=by_number,
        ids=ids,
        signed=signed,
        returned_to=returned.ticket_id if returned else None,
        subject_numbers=in_subject,
        gone=frozenset(tickets - set(resolved)),
        takes_part=frozenset(asked for asked, found in resolved.items() if found.takes_part),
    )
    landing = threading.decide(mail, known)
    ticket = resolved.get(landing.ticket_id) if landing.ticket_id else None
    return Place(
        landing=landing,
        ticket=ticket,
        marks=_marks(row, mail, ticket, customer),
        customer_id=_author(customer, ticket),
        suggested_id=None if ticket else _offer(landing, resolved, customer, mail),
        about_id=returned.message_id if returned else _about(mail, ids),
        ids=ids,
    )


def _signed(
    keys: list[bytes], ids: Collection[str], tenant_id: UUID
) -> dict[str, messageids.SignedId]:
    found = ((item, messageids.read_id(keys, item, tenant_id=tenant_id)) for item in ids)
    return {item: signed for item, signed in found if signed is not None}


def _author_address(mail: ParsedMail, sender: MailAddress | None) -> str:
    """Whose part in tickets counts: the sender's; for a report that of whom it could not reach."""
    said = mail.automatic.bounce or mail.automatic.feedback
    if said and said.recipients:
        return address_rules.comparable(said.recipients[0])
    return address_rules.comparable(sender.address) if sender else ""


def _resolve(
    tickets: set[UUID], address: str, customer: "CustomerCard | None"
) -> dict[UUID, LandingTicket]:
    if not tickets:
        return {}
    customer_id = customer.id if customer else None
    return desk.resolve_tickets(tickets, address=address, customer_id=customer_id)


def _author(customer: "CustomerCard | None", ticket: LandingTicket | None) -> UUID | None:
    if customer is not None:
        return customer.id
    return ticket.customer_id if ticket is not None and ticket.is_requester else None


def _marks(
    row: "InboundMail",
    mail: ParsedMail,
    ticket: LandingTicket | None,
    customer: "CustomerCard | None",
) -> tuple[Mark, ...]:
    marks = [Mark.BLOCKED] if customer is not None and customer.is_blocked else []
    if ticket is None:
        return tuple(marks)
    marks += [_MARKED[ticket.status]] if ticket.status in _MARKED else []
    if ticket.is_merged:
        marks.append(Mark.MERGED)
    if not ticket.takes_part and mail.automatic.kind not in _REPORTS:
        marks.append(Mark.STRANGER)
    # what comes to the mail domain, such as reply addresses, is addressed to no brand
    to_brand = not row.recipient.endswith(f"@{settings.MAIL_DOMAIN}")
    if to_brand and row.brand_id != ticket.brand_id:
        marks.append(Mark.OTHER_BRAND)
    return tuple(marks)


def _offer(
    landing: Landing,
    resolved: dict[UUID, LandingTicket],
    customer: "CustomerCard | None",
    mail: ParsedMail,
) -> UUID | None:
    """The ticket a new one may belong to: one it names, else the sender's of the same subject."""
    found = resolved.get(landing.suggested_id) if landing.suggested_id else None
    if found is not None and found.status in _OFFERED:
        return found.id
    if customer is None or not subjects.is_answer(mail.subject):
        return None
    wanted = subjects.plain(mail.subject)
    latest = desk.latest_subjects(customer.id) if wanted else []
    return next((id_ for id_, line in latest if subjects.plain(line) == wanted), None)


def _about(mail: ParsedMail, ids: dict[str, KnownId]) -> UUID | None:
    """The message an automatic mail speaks of; looked for in automatic mail only."""
    if mail.automatic.kind is AutoKind.NONE:
        return None
    hits = (ids.get(item) or ids.get(item.lower()) for item in threading.referred_ids(mail))
    return next((hit.message_id for hit in hits if hit and hit.message_id), None)
