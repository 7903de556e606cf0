"""Signing in: pace of tries, and the record of what happened.

Every record is written at once by a statement of its own, outside any tenant's transaction, so
that no refused request can undo it. Tries are counted on these rows: they outlive Redis.
"""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import clock, events
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import rules
from onque.modules.identity.contracts import MemberSignedIn, TooManyTries
from onque.modules.identity.repositories import entry
from onque.modules.identity.repositories.users import logins
from onque.modules.identity.sessions import Visitor

if TYPE_CHECKING:
    from onque.modules.identity.models import LoginEvent

log = logging.getLogger(__name__)

NOBODY = Visitor()
SHOWN = 10
RESET_SECONDS = 900
RESETS_BY_EMAIL = 3
RESETS_BY_IP = 20


def check_pace(email: str, visitor: Visitor) -> None:
    """Raise `TooManyTries` when this address or browser was refused too often lately."""
    waits = [_wait_seconds(pace, email, visitor) for pace in rules.SIGN_IN_PACES]
    if (seconds := max(waits)) <= 0:
        return
    minute_ago = clock.now() - timedelta(minutes=1)
    if not logins.was_throttled(email=email, ip=visitor.ip, since=minute_ago):
        record("throttled", email=email, visitor=visitor)
    raise TooManyTries(retry_after_seconds=seconds)


def check_reset_pace(email: str, visitor: Visitor) -> None:
    """Raise `TooManyTries` when mails for a new password were asked for too often lately."""
    since = clock.now() - timedelta(seconds=RESET_SECONDS)
    by_email = logins.count_resets(since=since, email=email, ip=None)
    by_ip = logins.count_resets(since=since, email=None, ip=visitor.ip)
    if by_email >= RESETS_BY_EMAIL or by_ip >= RESETS_BY_IP:
        raise TooManyTries(retry_after_seconds=RESET_SECONDS)


def _wait_seconds(pace: rules.Pace, email: str, visitor: Visitor) -> int:
    now = clock.now()
    if visitor.ip is None and not pace.by_email:
        return 0  # nobody to hold it against
    oldest = logins.nth_refusal(
        pace.most,
        since=now - timedelta(seconds=pace.seconds),
        email=email if pace.by_email else None,
        ip=visitor.ip if pace.by_ip else None,
    )
    if oldest is None:
        return 0
    return max(1, int((oldest - now).total_seconds()) + pace.seconds)


def record(
    kind: str, *, email: str = "", user_id: UUID | None = None, visitor: Visitor = NOBODY
) -> None:
    """Record something about signing in, and say it in the log."""
    logins.add(
        kind=kind, email=email, user_id=user_id, ip=visitor.ip, user_agent=visitor.user_agent
    )
    log.info("login_event", extra={"kind": kind, "user_id": user_id and user_id.hex})


def record_signed_in(user_id: UUID, *, email: str, visitor: Visitor) -> None:
    """Record a sign-in and tell each workspace of the person."""
    record("signed_in", email=email, user_id=user_id, visitor=visitor)
    for membership in entry.memberships(user_id):
        with tenant_scope(membership.tenant_id):
            events.publish(
                MemberSignedIn(
                    member_id=membership.member_id,
                    at=clock.now(),
                    ip=visitor.ip or "",
                    user_agent=visitor.user_agent,
                )
            )


def list_events(user_id: UUID) -> "list[LoginEvent]":
    """Return the newest events of a person."""
    return logins.of_user(user_id, limit=SHOWN)
