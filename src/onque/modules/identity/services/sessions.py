"""Signed-in browsers of a person: listing them and ending them at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, realtime
from onque.kernel.errors import NotFound
from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.identity import rules
from onque.modules.identity.repositories import entry
from onque.modules.identity.repositories.users import sessions
from onque.modules.identity.sessions import front

KEEP_EXPIRED_DAYS = 1


@dataclass(frozen=True)
class SessionView:
    """One signed-in browser; `handle` names it without being able to sign in."""

    handle: str
    ip: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


def list_sessions(user_id: UUID, *, this_key: str) -> list[SessionView]:
    """Return a person's live sessions, last seen first."""
    return [
        SessionView(
            handle=rules.session_handle(row.session_key),
            ip=row.ip or "",
            user_agent=row.user_agent,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            is_this=row.session_key == this_key,
        )
        for row in sessions.of_user(user_id)
    ]


def end_one(user_id: UUID, *, handle: str) -> None:
    """End one session of the person at once. Raises `NotFound`."""
    keys = [row.session_key for row in sessions.of_user(user_id)]
    found = [key for key in keys if rules.session_handle(key) == handle]
    if not found:
        raise NotFound(kind="session", id=handle)
    _end(user_id, found)


def end_all(user_id: UUID, *, keep_key: str = "") -> int:
    """End every session of the person but the kept one; return how many."""
    keys = [row.session_key for row in sessions.of_user(user_id)]
    ended = [key for key in keys if key != keep_key]
    _end(user_id, ended)
    return len(ended)


def enters_elsewhere(user_id: UUID) -> bool:
    """Tell whether the person may enter a workspace other than the open scope's."""
    here = current_tenant()
    return any(one.tenant_id != here for one in entry.memberships(user_id))


def close_sockets(user_id: UUID) -> None:
    """Close a person's open sockets everywhere; those whose session lives come back at once."""
    for membership in entry.memberships(user_id):
        realtime.close_sockets(membership.member_id.hex, tenant_id=membership.tenant_id)


def _end(user_id: UUID, keys: list[str]) -> None:
    if keys:
        sessions.remove(keys)
        close_sockets(user_id)
        transaction.on_commit(lambda: front.delete(*keys), using=current_alias(), robust=True)


def remove_expired() -> int:
    """Delete rows of sessions that expired a day ago or longer; return how many."""
    return sessions.remove_expired(before=clock.now() - timedelta(days=KEEP_EXPIRED_DAYS))
