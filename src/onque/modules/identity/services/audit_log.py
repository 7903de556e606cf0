"""Reading the audit trail: page by page, and as a table to keep."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.kernel.spreadsheets import BOM, line
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity.contracts import AuditCard
from onque.modules.identity.repositories.audit import Narrowing, audit
from onque.modules.identity.services.auditing import card, record_audit

VIEW = "tenant.settings"
PAGE = 50
CHUNK = 1000
MOST = 200_000
"""So many entries are exported at most; a shorter span gets the rest."""
KINDS = ("ticket", "customer", "member", "invitation", "group", "macro", "brand", "bulk", "tenant")
COLUMNS = (
    "at",
    "actor",
    "actor_kind",
    "action",
    "object",
    "object_id",
    "before",
    "after",
    "source",
)


@dataclass(frozen=True)
class Asked:
    """What somebody looks for in the trail; days are the reader's own."""

    actor_id: UUID | None = None
    object_kind: str = ""
    first: date | None = None
    last: date | None = None


def list_entries(
    actor: Actor, *, asked: Asked, after: str = "", limit: int = PAGE
) -> tuple[list[AuditCard], str]:
    """Return a page of what happened in the workspace, the newest first, and where the next begins.

    A narrowed page may hold few and yet have a next one. Raises `Forbidden`, `Invalid` for a
    cursor that is not ours.
    """
    actor.require(VIEW)
    rows, position = audit.page(_narrowing(actor, asked), after=read_cursor(after), limit=limit)
    return [card(row) for row in rows], write_cursor(*position) if position else ""


def export_entries(actor: Actor, *, asked: Asked) -> Iterator[str]:
    """Return the lines of a CSV file with the entries, the newest first; at most `MOST`.

    The lines open a scope for each chunk, so they may be read when the request's is closed. That
    somebody took them along is itself put on record. Raises `Forbidden`.
    """
    actor.require(VIEW)
    said = {
        "kind": asked.object_kind,
        "first": str(asked.first or ""),
        "last": str(asked.last or ""),
    }
    record_audit(
        actor=actor,
        action="audit.exported",
        object_kind="tenant",
        object_id=actor.tenant_id,
        after=said,
        source="identity.audit_log",
    )
    return _lines(actor, _narrowing(actor, asked))


def _lines(actor: Actor, narrowing: Narrowing) -> Iterator[str]:
    yield BOM + line(COLUMNS)
    position, count, goes_on = None, 0, True
    while goes_on and count < MOST:
        with tenant_scope(actor.tenant_id):
            rows, position = audit.page(narrowing, after=position, limit=CHUNK)
        for row in rows:
            yield line(_cells(card(row)))
        count += len(rows)
        goes_on = position is not None


def _cells(entry: AuditCard) -> tuple[object, ...]:
    return (
        entry.at.isoformat(),
        entry.actor_name,
        entry.actor_kind,
        entry.action,
        entry.object_kind,
        entry.object_id,
        json.dumps(entry.before, ensure_ascii=False),
        json.dumps(entry.after, ensure_ascii=False),
        entry.source,
    )


def _narrowing(actor: Actor, asked: Asked) -> Narrowing:
    return Narrowing(
        actor_id=asked.actor_id,
        object_kind=asked.object_kind,
        since=_begin(asked.first, actor) if asked.first else None,
        until=_begin(asked.last + timedelta(days=1), actor) if asked.last else None,
    )


def _begin(day: date, actor: Actor) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(actor.time_zone))
