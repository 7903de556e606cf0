"""From the ledger to the desk: a stored mail is read, threaded and becomes a message.

Reading happens with no transaction open; then one transaction threads, identifies the customer,
hands the message to the desk and closes the ledger row, so that a killed worker leaves either all
of it or nothing. What fails is set aside with its reason and can be tried again.
"""

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError

from onque.kernel import clock
from onque.kernel.access import system_actor
from onque.kernel.errors import AppError, NotFound, Unavailable
from onque.kernel.storage import store
from onque.kernel.tenancy import current_tenant, tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Received
from onque.modules.mail.repositories import addresses, inbound, references
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import messageids, threading
from onque.modules.mail.rules.parsed import AutoKind, MailAddress, ParsedMail
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.rules.states import MAX_PARSE_ATTEMPTS, InboundState
from onque.modules.mail.rules.threading import Mark
from onque.modules.mail.services import intercepting, placing, reports
from onque.modules.mail.services.companions import add_companions
from onque.modules.mail.services.contents import Contents, store_contents
from onque.modules.mail.services.placing import Place

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail

log = logging.getLogger(__name__)

ACTOR_NAME = "Mail"
_ROBOTS = frozenset({AutoKind.AUTO, AutoKind.BOUNCE, AutoKind.RECEIPT})
_MAX_MENTIONS = 30
_LONGEST_ID = 900
_OLDEST = timedelta(days=3650)


def file_mail(tenant_id: UUID, mail_id: UUID) -> None:
    """Read one stored mail and hand it on. Safe to repeat and to run twice at once.

    Raises `Unavailable` and database errors, so that it is tried again; anything else ends in
    quarantine with the reason.
    """
    with tenant_scope(tenant_id):
        row = inbound.begin(mail_id)
    if row is None:
        return
    if row.attempts > MAX_PARSE_ATTEMPTS:
        _set_aside(tenant_id, mail_id, Reason.CRASHED, f"{row.attempts - 1} tries")
        return
    try:
        _read_and_file(tenant_id, row)
    except (Unavailable, OperationalError, InterfaceError):
        with tenant_scope(tenant_id):
            inbound.forgive(mail_id)
        raise
    except NotFound as error:
        missing_raw = error.facts.get("kind") == "object"
        reason = Reason.RAW_MISSING if missing_raw else Reason.REFUSED
        _set_aside(tenant_id, mail_id, reason, f"{error.code} {error.facts}")
    except AppError as error:
        _set_aside(tenant_id, mail_id, Reason.REFUSED, f"{error.code} {error.facts}")
    except Exception as error:
        log.exception("mail_filing_broke", extra={"mail": mail_id.hex})
        _set_aside(tenant_id, mail_id, Reason.BROKE, f"{type(error).__name__}: {error}")


def _set_aside(tenant_id: UUID, mail_id: UUID, reason: Reason, detail: str) -> None:
    with tenant_scope(tenant_id):
        row = inbound.lock_open(mail_id)
        if row is not None:
            _close(row, InboundState.QUARANTINED, reason, detail=detail)


def _read_and_file(tenant_id: UUID, row: "InboundMail") -> None:
    raw = store().get(row.object_key)
    null_sender = row.has_envelope and row.envelope_from == ""
    mail = parse_mail(raw, null_sender=null_sender)
    contents = store_contents(tenant_id, mail)
    with tenant_scope(tenant_id):
        locked = inbound.lock_open(row.id)
        if locked is not None:
            _file(locked, mail, contents)


def _file(row: "InboundMail", mail: ParsedMail, contents: Contents) -> None:
    """Decide what the mail becomes, inside the transaction that closes its row."""
    now = clock.now()
    sender = mail.sender or _envelope_sender(row)
    row.parsed_at = now
    row.suppress_answer = mail.automatic.suppress_answer or mail.automatic.kind is not AutoKind.NONE
    row.subject, row.rfc_id = mail.subject[:900], mail.message_id[:_LONGEST_ID]
    row.sender = sender.address[:320] if sender else ""
    intercepted = intercepting.intercept(row, mail)
    if intercepted is not None:
        _close(row, *intercepted)
        return
    fingerprint = _fingerprint(mail, row.received_at)
    first = inbound.lock_fingerprint(fingerprint)
    if first is not None:
        row.duplicate_of_id = first.id
        row.ticket_id, row.message_id = first.ticket_id, first.message_id
        _close(row, InboundState.DUPLICATE, Reason.SAME_MESSAGE)
        return
    place = placing.find_place(row, mail, sender)
    row.landing, row.marks = place.landing.why, " ".join(place.marks)
    refused = _refusal(mail, sender, place)
    if refused is not None:
        state, reason = refused
        _close(row, state, reason)
        return
    row.fingerprint = fingerprint
    if mail.automatic.kind is AutoKind.BOUNCE and place.ticket is not None:
        row.ticket_id = place.ticket.id
        row.message_id = reports.note_bounce(row.id, place.ticket.id, mail)
    elif sender is not None:
        _hand_over(row, mail, sender, place, contents)
    _close(row, InboundState.DONE, Reason.NONE)


def _refusal(
    mail: ParsedMail, sender: MailAddress | None, place: Place
) -> tuple[InboundState, Reason] | None:
    """Why the mail must not become a message, if so."""
    report = mail.automatic.kind in {AutoKind.BOUNCE, AutoKind.RECEIPT}
    if report and place.ticket is None:
        return InboundState.SUSPENDED, Reason.REPORT_ON_NOTHING
    if mail.automatic.kind is AutoKind.BOUNCE:
        return None
    if sender is None:
        return InboundState.QUARANTINED, Reason.NO_SENDER
    address = address_rules.comparable(sender.address)
    ours = address.endswith(f"@{settings.MAIL_DOMAIN}") or addresses.owned([address])
    return (InboundState.SUSPENDED, Reason.OWN_ADDRESS) if ours else None


def _hand_over(
    row: "InboundMail",
    mail: ParsedMail,
    sender: MailAddress,
    place: Place,
    contents: Contents,
) -> None:
    customer_id = _author(row, sender, place)
    received = desk.receive_customer_message(
        system_actor(current_tenant(), ACTOR_NAME),
        desk.Inbound(
            brand_id=row.brand_id,
            customer_id=customer_id,
            channel="email",
            subject=mail.subject,
            text=mail.reply,
            quoted_text=mail.quoted,
            html=contents.html,
            request_key=row.id,
            written_at=_written_at(mail, row.received_at),
            author_name=sender.name,
            author_address=sender.address,
            ticket_id=place.ticket.id if place.ticket else None,
            reason=f"{row.landing} {row.marks}".strip(),
            automatic=mail.automatic.kind in _ROBOTS,
            about_id=place.about_id,
            suggested_ticket_id=place.suggested_id,
            attachments=contents.files,
        ),
    )
    row.ticket_id, row.message_id = received.ticket_id, received.message_id
    _record_ids(mail, place, received)
    add_companions(mail, sender, place, received, customer_id)


def _author(row: "InboundMail", sender: MailAddress, place: Place) -> UUID:
    """Return who wrote it, met now where nobody was known; marks the blocked."""
    if place.customer_id is not None:
        return place.customer_id
    found = customers.identify_by_email(email=sender.address, name=sender.name)
    if found.is_blocked:
        row.marks = f"{row.marks} {Mark.BLOCKED}".strip()
    return found.id


def _record_ids(mail: ParsedMail, place: Place, received: Received) -> None:
    """Remember the mail's id and those it refers to; an id known before leads where it led.

    Ids that we sign lead by their signature, and what only looks like ours leads nowhere.
    """
    now, own = clock.now(), mail.message_id[:_LONGEST_ID]
    known = place.ids.get(own)
    if known is not None and known.mentioned:
        references.note(
            rfc_id=own, ticket_id=received.ticket_id, message_id=received.message_id, now=now
        )
    heard = [
        item
        for item in threading.referred_ids(mail)
        if item not in place.ids
        and len(item) <= _LONGEST_ID
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


def _envelope_sender(row: "InboundMail") -> MailAddress | None:
    address = row.envelope_from
    return MailAddress("", address) if address_rules.is_address(address) else None


def _written_at(mail: ParsedMail, received_at: datetime) -> datetime:
    """The sender's own date where it is believable, else when it came."""
    sent_at = mail.sent_at
    if sent_at is None or not received_at - _OLDEST < sent_at <= received_at:
        return received_at
    return sent_at


def _fingerprint(mail: ParsedMail, received_at: datetime) -> str:
    """The same for copies of one message that came different ways, different for any other.

    A mail with neither an id nor a date counts with the day (UTC) on which it came: the same words
    on another day are another message.
    """
    dated = mail.message_id or mail.sent_at
    parts = [
        mail.message_id,
        mail.sender.address.lower() if mail.sender else "",
        mail.sent_at.isoformat() if mail.sent_at else "",
        *([] if dated else [received_at.astimezone(UTC).date().isoformat()]),
        mail.subject,
        mail.text,
        mail.html,
        *(f"{item.name}:{hashlib.sha256(item.content).hexdigest()}" for item in mail.attachments),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _close(row: "InboundMail", state: InboundState, reason: Reason, *, detail: str = "") -> None:
    row.state, row.reason, row.detail = state, reason, detail[:4000]
    row.done_at = clock.now()
    inbound.save(
        row,
        "state",
        "reason",
        "detail",
        "landing",
        "marks",
        "auth",
        "suppress_answer",
        "rfc_id",
        "fingerprint",
        "duplicate_of_id",
        "subject",
        "sender",
        "ticket_id",
        "message_id",
        "parsed_at",
        "done_at",
    )
