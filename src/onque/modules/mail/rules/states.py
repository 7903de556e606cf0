"""The states a mail goes through, in and out. Source: docs/modules/mail.md."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from uuid import UUID


class InboundState(StrEnum):
    """What has become of a received mail; every row ends in one of the last five."""

    STORED = "stored"
    PARSED = "parsed"
    ROUTED = "routed"
    DONE = "done"
    DUPLICATE = "duplicate"
    SUSPENDED = "suspended"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


OPEN_INBOUND = frozenset({InboundState.STORED, InboundState.PARSED, InboundState.ROUTED})
SET_ASIDE_INBOUND = frozenset({InboundState.QUARANTINED, InboundState.SUSPENDED})
RETRYABLE_INBOUND = SET_ASIDE_INBOUND | OPEN_INBOUND
"""Open ones too: whoever was to read it may have died, and then nobody else would."""
MAX_PARSE_ATTEMPTS = 3
"""A mail that took a worker down this often is set aside unopened."""


class OutboundState(StrEnum):
    """How far a mail has come on its way out."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    """A worker has it and has not yet handed over the text: safe to start again."""
    SENDING = "sending"
    """The text is being handed over: if the worker dies now nobody knows."""
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    """It may or may not have gone out; a person decides."""
    STOPPED = "stopped"
    """An automatic mail that the breaker held back; it is never sent."""


NEEDS_A_PERSON = frozenset({OutboundState.FAILED, OutboundState.UNSURE})
CLAIM_LEASE = timedelta(minutes=2)
_RETRY_MINUTES = (1, 5, 15, 30, 60, 120, 240, 480, 720, 1200)


def next_try(attempts: int) -> timedelta | None:
    """How long to wait after that many failed tries, or None when to give up (after 48 hours)."""
    return (
        timedelta(minutes=_RETRY_MINUTES[attempts - 1]) if attempts <= len(_RETRY_MINUTES) else None
    )


def spread(wait: timedelta, mail_id: UUID) -> timedelta:
    """Return the wait, shorter by up to a tenth: mails that failed together come back apart."""
    return wait * (1 - (mail_id.int % 1000) / 10_000)


def step_of(
    state: OutboundState, *, attempts: int, bounced: bool, delivered: bool, repaired: bool
) -> str:
    """Return how far a mail has come in the words that people read at a message."""
    if repaired:
        return "repaired"
    if bounced:
        return "bounced"
    if delivered:
        return "delivered"
    if state is OutboundState.QUEUED:
        return "deferred" if attempts else "queued"
    return "sending" if state is OutboundState.CLAIMED else str(state)
