"""Outgoing mail that needs a person: the list, and what to do with it."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import (
    MailQueued,
    NotRetryable,
    OutboundItem,
    OutboundPage,
)
from onque.modules.mail.repositories import outbound
from onque.modules.mail.rules.states import OutboundState

if TYPE_CHECKING:
    from onque.modules.mail.models import OutboundMail

MAY_SEE = "mail.quarantine"
PAGE = 50


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
