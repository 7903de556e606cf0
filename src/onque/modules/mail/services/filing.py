"""From the ledger to the desk: a stored mail is read, threaded and becomes a message.

Reading happens with no transaction open; then one transaction threads, identifies the customer,
hands the message to the desk and closes the ledger row, so that a killed worker leaves either all
of it or nothing. What fails is set aside with its reason and can be tried again.
"""

import hashlib
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import InterfaceError, OperationalError

from onque.kernel import clock, events
from onque.kernel.errors import AppError, NotFound, Unavailable
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import inbound
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules.authentication import as_row
from onque.modules.mail.rules.mime import open_message
from onque.modules.mail.rules.parsed import AutoKind, MailAddress, ParsedMail
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.rules.receipted import receipted_ids
from onque.modules.mail.rules.states import MAX_PARSE_ATTEMPTS, InboundState
from onque.modules.mail.rules.versions import PARSER_VERSION
from onque.modules.mail.services import (
    aside,
    greeting,
    intercepting,
    judging,
    letting_in,
    placing,
    reports,
)
from onque.modules.mail.services.contents import Contents, store_contents
from onque.modules.mail.services.handing import LONGEST_ID, Sent, hand_over
from onque.modules.mail.services.parsing_apart import TooCostly, read_mail

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail
    from onque.modules.mail.repositories.inbound import Claim

log = logging.getLogger(__name__)


def file_mail(tenant_id: UUID, mail_id: UUID) -> None:
    """Read one stored mail and hand it on. Safe to repeat and to run twice at once.

    Raises `Unavailable` and database errors, so that it is tried again; anything else ends in
    quarantine with the reason.
    """
    with tenant_scope(tenant_id, durable=False):
        row = begin(mail_id)
    if row is not None:
        file_begun(tenant_id, row)


def begin(mail_id: UUID) -> "InboundMail | None":
    """Count a try at a mail in the open scope; None when it is not waiting to be read."""
    return inbound.begin(mail_id)


def file_begun(tenant_id: UUID, row: "InboundMail") -> None:
    """Read a mail whose try is counted and hand it on, with no transaction open.

    Raises what `file_mail` does.
    """
    mail_id = row.id
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
        events.write_receipt()


def _read_and_file(tenant_id: UUID, row: "InboundMail") -> None:
    raw = store().get(row.object_key)
    null_sender = row.has_envelope and row.envelope_from == ""
    try:
        mail = read_mail(raw, null_sender=null_sender)
    except TooCostly as error:
        _set_aside(tenant_id, row.id, Reason.BOMB, str(error))
        return
    if mail.automatic.kind is AutoKind.RECEIPT:
        named = receipted_ids(open_message(raw))
        mail = replace(mail, references=(*mail.references, *named))
    row.auth = as_row(judging.collect_evidence(row, raw))
    contents = store_contents(tenant_id, mail)
    fingerprint = fingerprint_of(mail, row.received_at)
    # the raw mail is safe on disk: what a crash of the database takes back is filed again from it,
    # and whatever builds on the ticket commits durably and takes this commit to the disk with it
    with tenant_scope(tenant_id, durable=False):
        claim = inbound.claim(row.id, fingerprint, sha256=row.sha256 if is_dated(mail) else "")
        if claim is not None:
            _file(row, mail, contents, claim)
        events.write_receipt()


def _file(row: "InboundMail", mail: ParsedMail, contents: Contents, claim: "Claim") -> None:
    """Decide what the mail becomes, inside the transaction that closes its row."""
    now = clock.now()
    sender = mail.sender or _envelope_sender(row) or (letting_in.NOBODY if row.let_in else None)
    row.parsed_at, row.parsed_with = now, PARSER_VERSION
    row.suppress_answer = mail.automatic.suppress_answer or mail.automatic.kind is not AutoKind.NONE
    row.subject, row.rfc_id = mail.subject[:900], mail.message_id[:LONGEST_ID]
    row.sender = sender.address[:320] if sender else ""
    intercepted = intercepting.intercept(row, mail)
    if intercepted is not None:
        _close(row, *intercepted)
        return
    if claim.first is not None:
        row.duplicate_of_id = claim.first.id
        row.ticket_id, row.message_id = claim.first.ticket_id, claim.first.message_id
        _close(row, InboundState.DUPLICATE, Reason.SAME_MESSAGE)
        return
    if aside.take(row, mail, sender, contents):
        row.fingerprint = claim.fingerprint
        _close(row, InboundState.DONE, Reason.NONE)
        return
    place = letting_in.settle_place(row, placing.find_place(row, mail, sender))
    row.landing, row.marks = place.landing.why, " ".join(place.marks)
    refused = letting_in.find_refusal(row, mail, sender, place)
    if refused is not None:
        state, reason = refused
        _close(row, state, reason)
        return
    row.fingerprint = claim.fingerprint
    received = None
    note = reports.noting(mail)
    if place.ticket is not None and note is not None:
        row.ticket_id = place.ticket.id
        row.message_id = note(row.id, place.ticket.id, mail)
    elif sender is not None:
        received = hand_over(row, mail, Sent(sender, place, contents))
    _close(row, InboundState.DONE, Reason.NONE)
    greeting.greet(row, received)


def _envelope_sender(row: "InboundMail") -> MailAddress | None:
    address = row.envelope_from
    return MailAddress("", address) if address_rules.is_address(address) else None


def fingerprint_of(mail: ParsedMail, received_at: datetime) -> str:
    """The same for copies of one message that came different ways, different for any other.

    It depends on how the mail is read, so that the same bytes count as the same whatever it says.
    A mail with neither an id nor a date counts with the day (UTC) on which it came: the same words
    on another day are another message.
    """
    parts = [
        mail.message_id,
        mail.sender.address.lower() if mail.sender else "",
        mail.sent_at.isoformat() if mail.sent_at else "",
        *([] if is_dated(mail) else [received_at.astimezone(UTC).date().isoformat()]),
        mail.subject,
        mail.text,
        mail.html,
        *(f"{item.name}:{hashlib.sha256(item.content).hexdigest()}" for item in mail.attachments),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def is_dated(mail: ParsedMail) -> bool:
    """Whether a mail says itself which one it is; without, the same bytes may be another one."""
    return bool(mail.message_id or mail.sent_at)


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
        "parsed_with",
        "done_at",
    )
