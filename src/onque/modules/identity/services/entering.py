"""Entering a workspace: who is it, and what may they do there now."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from onque.kernel.access import Actor
from onque.modules.identity.contracts import Membership, Person, TenantCard
from onque.modules.identity.repositories import entry
from onque.modules.identity.repositories.users import sessions
from onque.modules.identity.sessions import USER_KEY, SessionStore


@dataclass(frozen=True)
class Entry:
    """A member inside a workspace: what one request needs, read by one statement."""

    tenant: TenantCard
    actor: Actor
    person: Person


def find_entry(user_id: UUID, slug: str, session_key: str | None) -> Entry | None:
    """Return the entry of an active member, or None.

    None means alike that there is no such workspace, that the person is no active member of it,
    and that the session was revoked. Permissions are those of this moment.
    """
    row = entry.enter(user_id, slug, session_key)
    return _entry(user_id, row) if row is not None else None


def _entry(user_id: UUID, row: tuple[Any, ...]) -> Entry | None:
    tenant_id, slug, tenant_name, tenant_locale, time_zone, member_id, name = row[:7]
    permissions, group_ids, is_active, email, person_name, locale, theme, density = row[7:]
    if not is_active:
        return None
    codes = json.loads(permissions) if isinstance(permissions, str) else permissions
    actor = Actor(
        kind="member",
        tenant_id=tenant_id,
        id=member_id,
        name=name,
        permissions=frozenset(codes),
        group_ids=frozenset(group_ids),
        locale=locale,
        time_zone=time_zone,
    )
    tenant = TenantCard(tenant_id, slug, tenant_name, tenant_locale, time_zone)
    return Entry(tenant, actor, Person(user_id, email, person_name, locale, theme, density))


def user_of_session(session: SessionBase) -> UUID | None:
    """Return who is signed in by a session, from its data alone."""
    value = session.get(USER_KEY)
    return UUID(value) if value else None


def find_actor(session_key: str, slug: str) -> Actor | None:
    """Return the member whose session it is, inside the workspace, or None."""
    user_id = user_of_session(SessionStore(session_key)) if session_key else None
    found = find_entry(user_id, slug, session_key) if user_id else None
    return found.actor if found else None


def list_memberships(user_id: UUID) -> list[Membership]:
    """Return the workspaces that the person may enter, by name."""
    return entry.memberships(user_id)


def session_lives(session: SessionBase, user_id: UUID) -> bool:
    """Tell whether the session's row still exists and belongs to the person."""
    return sessions.is_live(session.session_key or "", user_id)


def tenant_by_slug(slug: str) -> TenantCard | None:
    """Return the workspace with this slug."""
    return entry.tenant_by_slug(slug)


def tenant_ids() -> list[UUID]:
    """Return every tenant."""
    return entry.tenant_ids()
