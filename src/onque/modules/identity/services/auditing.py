"""The audit trail: every change with who, what, when and from which rule or service."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from onque.kernel.access import Actor
from onque.modules.identity.contracts import AuditCard
from onque.modules.identity.repositories.audit import audit

if TYPE_CHECKING:
    from onque.modules.identity.models import AuditEntry

LIMIT = 200


def record_audit(  # noqa: PLR0913 - one row's columns
    *,
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: UUID,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    source: str = "",
    entry_id: UUID | None = None,
) -> None:
    """Record a change in the change's own transaction; it cannot be edited afterwards.

    `before` and `after` hold the changed fields as JSON values. `source` names the rule or service
    behind it; without one it is the actor's kind. `entry_id` lets a caller name the line.
    """
    named = {"id": entry_id} if entry_id is not None else {}
    audit.add(
        **named,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        before=dict(before or {}),
        after=dict(after or {}),
        source=source or actor.kind,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )


def list_audit(object_kind: str, object_id: UUID, *, limit: int = LIMIT) -> list[AuditCard]:
    """Return the newest recorded changes of one object, newest first."""
    return [card(row) for row in audit.of_object(object_kind, object_id, limit=limit)]


def card(row: "AuditEntry") -> AuditCard:
    """Return an entry as others see it."""
    return AuditCard(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        action=row.action,
        before=row.before,
        after=row.after,
        source=row.source,
        object_kind=row.object_kind,
        object_id=row.object_id,
    )
