"""What a person does with one mail of the ledger: try again, let in, close, take that back."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import MailStored, NotRetryable
from onque.modules.mail.repositories import inbound
from onque.modules.mail.rules.reasons import Reason
from onque.modules.mail.rules.states import (
    RETRYABLE_INBOUND,
    SET_ASIDE_INBOUND,
    InboundState,
)
from onque.modules.mail.services import lists
from onque.modules.mail.services.reading import MAY_SEE

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail

SUSPICIONS = frozenset(
    {Reason.BLOCKED_SENDER, Reason.MARKED_SPAM, Reason.NOT_PROVEN, Reason.PROOF_WANTED}
)
"""What is held against a sender, and is forgiven by letting one of their mails in."""
_LET_IN = SET_ASIDE_INBOUND | {InboundState.REJECTED}


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
    _read_again(row)
    _audit(actor, "mail.retried", row.id, before)


@transaction.atomic
def let_in(actor: Actor, *, mail_id: UUID, ticket_id: UUID | None = None) -> None:
    """File a mail that was set aside or closed, whatever was held against it.

    It becomes a message of `ticket_id`, or of the ticket where it belongs, else a new one. A sender
    who was suspected is let in from now on. Safe to repeat. Raises as `retry` does.
    """
    actor.require(MAY_SEE)
    row = inbound.lock(mail_id)
    if row.state not in _LET_IN or not row.object_key:
        raise NotRetryable(mail_id=mail_id, state=row.state)
    before = row.reason or row.state
    if row.reason in SUSPICIONS:
        lists.trust_sender(actor, address=row.sender)
    row.let_in, row.let_in_ticket_id = True, ticket_id
    _read_again(row)
    _audit(actor, "mail.let_in", row.id, before)


@transaction.atomic
def reject(actor: Actor, *, mail_id: UUID) -> None:
    """Close a mail that was set aside; its raw bytes stay. Raises as `retry` does."""
    actor.require(MAY_SEE)
    row = inbound.lock(mail_id)
    if row.state not in SET_ASIDE_INBOUND:
        raise NotRetryable(mail_id=mail_id, state=row.state)
    row.state_before, row.state, row.done_at = row.state, InboundState.REJECTED, clock.now()
    inbound.save(row, "state", "state_before", "done_at")
    _audit(actor, "mail.rejected", row.id, row.reason)


@transaction.atomic
def restore(actor: Actor, *, mail_id: UUID) -> None:
    """Take back that a mail was closed by hand. Raises as `retry` does."""
    actor.require(MAY_SEE)
    row = inbound.lock(mail_id)
    if row.state != InboundState.REJECTED or not row.state_before:
        raise NotRetryable(mail_id=mail_id, state=row.state)
    row.state, row.state_before = row.state_before, ""
    inbound.save(row, "state", "state_before")
    _audit(actor, "mail.restored", row.id, row.reason)


def _read_again(row: "InboundMail") -> None:
    row.state, row.reason, row.detail = InboundState.STORED, "", ""
    row.attempts, row.done_at, row.state_before = 0, None, ""
    inbound.save(
        row,
        "state",
        "state_before",
        "reason",
        "detail",
        "attempts",
        "done_at",
        "let_in",
        "let_in_ticket_id",
    )
    events.publish(MailStored(mail_id=row.id))


def _audit(actor: Actor, action: str, mail_id: UUID, before: str) -> None:
    identity.record_audit(
        actor=actor,
        action=action,
        object_kind="mail",
        object_id=mail_id,
        before={"was": before},
    )
