"""Reading the ledger, and acting on what needs a person: retry, let in, send again, close."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.kernel.errors import NotFound
from onque.kernel.storage import store
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import (
    InboundDetail,
    InboundItem,
    InboundPage,
    MailQueued,
    MailStored,
    NotRetryable,
    OutboundItem,
    OutboundPage,
)
from onque.modules.mail.repositories import inbound, outbound
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.rules.states import (
    RETRYABLE_INBOUND,
    SET_ASIDE_INBOUND,
    InboundState,
    OutboundState,
)

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail, OutboundMail

MAY_SEE = "mail.quarantine"
PAGE = 50
TABS: Mapping[str, tuple[InboundState, ...]] = {
    "quarantined": (InboundState.QUARANTINED,),
    "suspended": (InboundState.SUSPENDED,),
    "rejected": (InboundState.REJECTED,),
    "duplicate": (InboundState.DUPLICATE,),
    "waiting": (InboundState.STORED, InboundState.PARSED, InboundState.ROUTED),
    "done": (InboundState.DONE,),
}
_SHOWN_TEXT = 20_000
_SHOWN_FIELDS = ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references")


def list_inbound(actor: Actor, *, tab: str, after: str = "") -> InboundPage:
    """Return a page of the ledger, newest first. Raises `Forbidden`, `Invalid` for a bad cursor."""
    actor.require(MAY_SEE)
    states = TABS.get(tab, TABS["quarantined"])
    rows = inbound.page(states, after=read_cursor(after), limit=PAGE + 1)
    counts = inbound.counts([state for group in TABS.values() for state in group[:1]])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return InboundPage(
        rows=tuple(_item(row) for row in rows[:PAGE]),
        next_cursor=write_cursor(last.received_at, last.id) if last else "",
        counts=tuple((name, counts.get(group[0], 0)) for name, group in TABS.items()),
    )


def get_inbound(actor: Actor, *, mail_id: UUID) -> InboundDetail:
    """Return one mail with its text and field values, read anew. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SEE)
    row = inbound.get(mail_id)
    mail = parse_mail(store().get(row.object_key) if row.object_key else b"")
    fields = {
        "from": mail.sender.address if mail.sender else "",
        "to": ", ".join(item.address for item in mail.to),
        "cc": ", ".join(item.address for item in mail.cc),
        "subject": mail.subject,
        "date": mail.sent_at.isoformat() if mail.sent_at else "",
        "message-id": mail.message_id,
        "in-reply-to": " ".join(mail.in_reply_to),
        "references": " ".join(mail.references),
    }
    return InboundDetail(
        item=_item(row),
        headers=tuple((name, fields[name]) for name in _SHOWN_FIELDS if fields[name]),
        text=mail.text[:_SHOWN_TEXT],
        notes=mail.notes,
        attachments=tuple(
            (item.name, item.content_type, len(item.content)) for item in mail.attachments
        ),
    )


def get_raw(actor: Actor, *, mail_id: UUID) -> bytes:
    """Return the bytes as they came. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SEE)
    row = inbound.get(mail_id)
    if not row.object_key:
        raise NotFound(kind="raw_mail", id=mail_id)
    return store().get(row.object_key)


@transaction.atomic
def retry(actor: Actor, *, mail_id: UUID) -> None:
    """Read a mail again that was set aside, or that still waits because its reader was lost.

    A mail that is being read at this moment is still read once. Raises `Forbidden`,
    `NotFound`, `NotRetryable`.
    """
    actor.require(MAY_SEE)
    row = inbound.lock(mail_id)
    if row.state not in RETRYABLE_INBOUND or not row.object_key:
        raise NotRetryable(mail_id=mail_id, state=row.state)
    before = row.reason or row.state
    row.state, row.reason, row.detail = InboundState.STORED, "", ""
    row.attempts, row.done_at = 0, None
    inbound.save(row, "state", "reason", "detail", "attempts", "done_at")
    events.publish(MailStored(mail_id=row.id))
    _audit(actor, "mail.retried", row.id, before)


@transaction.atomic
def reject(actor: Actor, *, mail_id: UUID) -> None:
    """Close a mail that was set aside; its raw bytes stay. Raises as `retry` does."""
    actor.require(MAY_SEE)
    row = inbound.lock(mail_id)
    if row.state not in SET_ASIDE_INBOUND:
        raise NotRetryable(mail_id=mail_id, state=row.state)
    row.state, row.done_at = InboundState.REJECTED, clock.now()
    inbound.save(row, "state", "done_at")
    _audit(actor, "mail.rejected", row.id, row.reason)


def list_unfinished(actor: Actor, *, after: str = "") -> OutboundPage:
    """Return mails that failed or that nobody is sure of, oldest first. Raises `Forbidden`."""
    actor.require(MAY_SEE)
    rows = outbound.waiting_page(after=read_cursor(after), limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return OutboundPage(
        rows=tuple(_out(row) for row in rows[:PAGE]),
        next_cursor=write_cursor(last.queued_at, last.id) if last else "",
    )


@transaction.atomic
def send_again(actor: Actor, *, mail_id: UUID) -> None:
    """Send a failed or unsure mail once more, with the same Message-ID.

    Raises `Forbidden`, `NotFound`, `NotRetryable`.
    """
    actor.require(MAY_SEE)
    row = _lock_waiting(mail_id)
    before = row.state
    row.state, row.claim_key, row.error = OutboundState.QUEUED, None, ""
    row.attempts, row.next_try_at = 0, clock.now()
    outbound.save(row, "state", "claim_key", "error", "attempts", "next_try_at")
    events.publish(MailQueued(mail_id=row.id))
    _audit(actor, "mail.sent_again", row.id, before)


@transaction.atomic
def mark_arrived(actor: Actor, *, mail_id: UUID) -> None:
    """Note that an unsure mail did arrive. Raises as `send_again` does."""
    actor.require(MAY_SEE)
    row = _lock_waiting(mail_id)
    before = row.state
    row.state, row.sent_at = OutboundState.SENT, row.claimed_at or clock.now()
    outbound.save(row, "state", "sent_at")
    _audit(actor, "mail.marked_arrived", row.id, before)


def _lock_waiting(mail_id: UUID) -> "OutboundMail":
    row = outbound.lock(mail_id)
    if row.state not in {OutboundState.FAILED, OutboundState.UNSURE}:
        raise NotRetryable(mail_id=mail_id, state=row.state)
    return row


def _audit(actor: Actor, action: str, mail_id: UUID, before: str) -> None:
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="mail",
        object_id=mail_id,
        before={"was": before},
    )


def _item(row: "InboundMail") -> InboundItem:
    return InboundItem(
        id=row.id,
        state=row.state,
        reason=row.reason,
        detail=row.detail,
        source=row.source,
        recipient=row.recipient,
        envelope_from=row.envelope_from,
        sender=row.sender or row.envelope_from,
        subject=row.subject,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        attempts=row.attempts,
        received_at=row.received_at,
        done_at=row.done_at,
        ticket_id=row.ticket_id,
        can_retry=row.state in RETRYABLE_INBOUND and bool(row.object_key),
        has_raw=bool(row.object_key),
        can_close=row.state in SET_ASIDE_INBOUND,
    )


def _out(row: "OutboundMail") -> OutboundItem:
    return OutboundItem(
        id=row.id,
        state=row.state,
        kind=row.kind,
        to_address=row.to_address,
        subject=row.subject,
        error=row.error,
        attempts=row.attempts,
        queued_at=row.queued_at,
        next_try_at=row.next_try_at,
        sent_at=row.sent_at,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        bounced=row.bounced_at is not None,
        bounce_text=row.bounce_text,
    )
