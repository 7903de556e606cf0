"""Mail out: queued once for each cause, claimed by one worker, sent, recorded.

The remaining window is described in docs/modules/mail.md: a worker that dies between the server's
taking the text and our commit leaves a mail that nobody can be sure of; it waits for a person.
"""

import logging
from typing import TYPE_CHECKING
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.tenancy import current_tenant, tenant_scope
from onque.modules.desk import public as desk
from onque.modules.mail.contracts import MailQueued
from onque.modules.mail.repositories import outbound, references
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import composing, messageids
from onque.modules.mail.rules.composing import Exchange, Outgoing
from onque.modules.mail.rules.parsed import MailAddress
from onque.modules.mail.rules.refusals import fault_of
from onque.modules.mail.rules.states import CLAIM_LEASE, OutboundState, next_try, spread
from onque.modules.mail.services import bouncing, breaker, enclosing, throttling, ways
from onque.modules.mail.services.keys import reply_keys
from onque.modules.mail.services.smtp import Outcome, Result
from onque.modules.mail.services.ways import Parcel, Way

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail

log = logging.getLogger(__name__)

_SWEEP_LIMIT = 500


def send_queued(tenant_id: UUID, mail_id: UUID) -> None:
    """Send one queued mail if it is to be had; safe to repeat and to run twice at once."""
    claim_key = uuid4()
    with tenant_scope(tenant_id):
        row = outbound.claim(mail_id, claim_key, now=clock.now())
        if row is None:
            return
        way = ways.way_of(row)
    if _is_held(tenant_id, row, claim_key, way):
        return
    result = _try(tenant_id, row, claim_key, way)
    with tenant_scope(tenant_id):
        _record(row, claim_key, result)
    log.info("mail_tried", extra={"mail": mail_id.hex, "outcome": result.outcome.value})


def _is_held(tenant_id: UUID, row: "OutboundMail", claim_key: UUID, way: Way) -> bool:
    """Put a mail off when its recipient's domain has had enough for this minute; no try is lost."""
    later = throttling.hold_until(
        tenant_id,
        server=way.name,
        domain=address_rules.comparable(row.to_address).rpartition("@")[2],
        per_minute=way.per_minute,
    )
    if later is None:
        return False
    with tenant_scope(tenant_id):
        outbound.requeue(
            row.id, claim_key, error=row.error, attempts=row.attempts, next_try_at=later
        )
    return True


def _try(tenant_id: UUID, row: "OutboundMail", claim_key: UUID, way: Way) -> Result:
    """Compose and hand over; what breaks on the way is a result too, so that it is recorded."""
    begun = False

    def begin() -> bool:
        nonlocal begun
        begun = _begin(tenant_id, row.id, claim_key)
        return begun

    try:
        return ways.deliver(
            composing.compose(_outgoing(row)),
            way=way,
            parcel=Parcel(row.envelope_from, row.to_address, row.id.hex),
            before_text=begin,
        )
    except Exception as error:
        log.exception("mail_try_broke", extra={"mail": row.id.hex})
        outcome = Outcome.UNSURE if begun else Outcome.LATER
        return Result(outcome, f"{type(error).__name__}: {error}")


def _begin(tenant_id: UUID, mail_id: UUID, claim_key: UUID) -> bool:
    with tenant_scope(tenant_id):
        return outbound.begin_sending(mail_id, claim_key, now=clock.now())


def _record(row: "OutboundMail", claim_key: UUID, result: Result) -> None:
    now = clock.now()
    attempts = row.attempts + 1
    wait = next_try(attempts)
    if result.outcome is Outcome.SENT:
        outbound.record_sent(row.id, claim_key, now=now)
        _note_other_id(row, result.known_as)
    elif result.outcome is Outcome.UNSURE:
        outbound.record_unsure(row.id, claim_key, error=result.words)
    elif result.outcome is Outcome.LATER and wait is not None:
        outbound.requeue(
            row.id,
            claim_key,
            error=result.words,
            attempts=attempts,
            next_try_at=now + spread(wait, row.id),
        )
    elif result.outcome is not Outcome.NOT_OURS:
        outbound.record_failure(row.id, claim_key, error=result.words, attempts=attempts)
        bouncing.mark_address(row, fault_of(result.words, permanent=True), result.words)
    bouncing.tell(row)


def _note_other_id(row: "OutboundMail", known_as: str) -> None:
    """Let answers that name the provider's Message-ID instead of ours lead to the ticket too."""
    if known_as and row.ticket_id is not None and row.kind != "side":
        references.mention([known_as], ticket_id=row.ticket_id, now=clock.now())


def sweep() -> int:
    """Announce again what waited long enough, resolve what dead workers left; return how many.

    Called by the schedule, across tenants; safe to run twice at once.
    """
    now = clock.now()
    claimed_by = now - CLAIM_LEASE
    due = outbound.due(now=now, claimed_by=claimed_by, limit=_SWEEP_LIMIT)
    for tenant_id, mail_id in due:
        with tenant_scope(tenant_id):
            if outbound.take_back(mail_id, claimed_by=claimed_by, now=now):
                events.publish(MailQueued(mail_id=mail_id))
    return len(due)


@transaction.atomic
def queue(key: str, mail_id: UUID, fields: dict[str, object]) -> "OutboundMail":
    """Store a mail to be sent and announce it; the same key again returns the first, unchanged.

    An automatic mail that the breaker does not allow is stored as stopped and not announced.
    """
    now = clock.now()
    row, created = outbound.add_once(
        key,
        {
            "id": mail_id,
            "rfc_id": message_id(mail_id, _answers_go_to(fields)),
            "queued_at": now,
            "next_try_at": now,
            **fields,
        },
    )
    if created and row.automatic and not _is_allowed(row):
        row.state = OutboundState.STOPPED
        outbound.save(row, "state")
    elif created:
        events.publish(MailQueued(mail_id=row.id))
    return row


def _answers_go_to(fields: dict[str, object]) -> object:
    """The ticket to which a mail's id leads; an outsider's answers are led by the address alone."""
    return None if fields.get("kind") == "side" else fields.get("ticket_id")


def _is_allowed(row: "OutboundMail") -> bool:
    return breaker.allow_automatic(
        row.kind, ticket_id=row.ticket_id, to_address=row.to_address, brand_id=row.brand_id
    )


def message_id(mail_id: UUID, ticket_id: object) -> str:
    """Return the Message-ID of every try; it leads answers to the ticket even without our row."""
    number = desk.get_card(ticket_id).number if isinstance(ticket_id, UUID) else 0
    return messageids.write_id(
        reply_keys()[0],
        tenant_id=current_tenant(),
        ticket_number=number,
        mail_id=mail_id,
        domain=settings.MAIL_DOMAIN,
    )


def _named(stored: list[list[str]]) -> tuple[MailAddress, ...]:
    return tuple(MailAddress(name, address) for name, address in stored)


def _outgoing(row: "OutboundMail") -> Outgoing:
    quoted = None
    if row.quoted_text and row.quoted_at is not None:
        zone = ZoneInfo(settings.TIME_ZONE)
        quoted = Exchange(row.quoted_author, row.quoted_at.astimezone(zone), row.quoted_text)
    inside, links = enclosing.enclose(row)
    return Outgoing(
        message_id=row.rfc_id,
        sender=MailAddress(row.from_name, row.from_address),
        to=_named(row.header_to) or (MailAddress(row.to_name, row.to_address),),
        cc=_named(row.header_cc),
        signature=row.signature,
        color=row.color,
        subject=row.subject,
        text=row.text,
        html=row.html,
        date=row.queued_at,
        locale=row.locale,
        reply_to=row.reply_to,
        in_reply_to=row.in_reply_to,
        references=tuple(row.references),
        automatic=row.automatic,
        with_marker=row.with_marker,
        quoted=quoted,
        list_unsubscribe=row.list_unsubscribe,
        attachments=inside,
        links=links,
    )
