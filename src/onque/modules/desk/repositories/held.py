"""Queries on replies that are not sent yet; each step is a conditional update."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.modules.desk.models import HeldReply


class HeldRepository(Repository[HeldReply]):
    """Replies between the button and their sending, and those that were taken back."""

    model = HeldReply

    def add_once(self, *, request_key: UUID, **fields: Any) -> tuple[HeldReply, bool]:
        """Insert; the same key again returns the first and False."""
        return HeldReply.objects.get_or_create(request_key=request_key, defaults=fields)

    def find_by_key(self, request_key: UUID) -> HeldReply | None:
        """Return the reply held under a request key."""
        return self.rows.filter(request_key=request_key).first()

    def of_ticket(self, ticket_id: UUID) -> list[HeldReply]:
        """Return what is held, stopped or taken back on a ticket, oldest first."""
        return list(self.rows.filter(ticket_id=ticket_id).order_by("held_at", "id")[:20])

    def due(self, *, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, reply) of all tenants whose time has come."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT tenant_id, id FROM onque_due_replies(%s, %s)", [now, limit])
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def lock_waiting(self, reply_id: UUID, *, states: tuple[str, ...]) -> HeldReply | None:
        """Return the reply locked if it is in one of the states, else None."""
        found = self.rows.select_for_update(no_key=True).filter(pk=reply_id, state__in=states)
        return found.first()

    def take_back(self, reply_id: UUID, author_id: UUID | None) -> bool:
        """Make a reply that is not yet sent a draft again; False when it is too late."""
        waiting = self.rows.filter(pk=reply_id, author_id=author_id, state__in=("held", "stopped"))
        return bool(waiting.update(state="draft", reason=""))

    def stop(self, reply_id: UUID, *, reason: str) -> bool:
        """Keep a reply from being sent until a person decides."""
        held = self.rows.filter(pk=reply_id, state="held")
        return bool(held.update(state="stopped", reason=reason))

    def drafts_of(self, ticket_id: UUID, author_id: UUID | None) -> list[HeldReply]:
        """Return a member's drafts on a ticket, oldest first, under the ticket's lock."""
        rows = self.rows.filter(ticket_id=ticket_id, author_id=author_id, state="draft")
        return list(rows.order_by("held_at", "id"))

    def drop_drafts(
        self, ticket_id: UUID, author_id: UUID | None, *, keep: UUID | None = None
    ) -> bool:
        """Forget a member's drafts on a ticket, all but `keep`; tell whether there were any."""
        rows = self.rows.filter(ticket_id=ticket_id, author_id=author_id, state="draft")
        if keep is not None:
            rows = rows.exclude(pk=keep)
        deleted, _by_model = rows.delete()
        return bool(deleted)

    def remove(self, reply_id: UUID) -> bool:
        """End a reply that is being sent; False when another was first."""
        deleted, _by_model = self.rows.filter(pk=reply_id).delete()
        return bool(deleted)
