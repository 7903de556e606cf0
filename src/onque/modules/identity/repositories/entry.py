"""Reads that cross tenants, each through its own function in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connections

from onque.kernel.replica import PRIMARY
from onque.modules.identity.contracts import Membership, TenantCard

_ENTER = "SELECT * FROM onque_enter(%s, %s, %s)"


def _all(statement: str, *values: str | UUID | None) -> Sequence[tuple[Any, ...]]:
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute(statement, values)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return rows


def enter(user_id: UUID, slug: str, session_key: str | None) -> tuple[Any, ...] | None:
    """Return the one row of `onque_enter`, or None: no such workspace, member or session."""
    return next(iter(_all(_ENTER, user_id, slug, session_key)), None)


def memberships(user_id: UUID) -> list[Membership]:
    """Return the workspaces a person may enter, by name."""
    return [Membership(*row) for row in _all("SELECT * FROM onque_memberships(%s)", user_id)]


def tenant_by_slug(slug: str) -> TenantCard | None:
    """Return the workspace with this slug."""
    for row in _all("SELECT * FROM onque_tenant_by_slug(%s)", slug):
        return TenantCard(*row)
    return None


def tenant_ids() -> list[UUID]:
    """Return every tenant."""
    return [row[0] for row in _all("SELECT onque_tenants()")]


def invitation(token_hash: str) -> tuple[UUID, UUID] | None:
    """Return the tenant and the id of the invitation with this token."""
    for row in _all("SELECT * FROM onque_invitation(%s)", token_hash):
        return row[0], row[1]
    return None
