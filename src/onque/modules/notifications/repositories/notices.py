"""Queries on what members are told of."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.notifications.models import Notice


class NoticeRepository(Repository[Notice]):
    """Notices of members, the newest first."""

    model = Notice

    def put(
        self, member_ids: Collection[UUID], *, ticket_id: UUID, news: str, by: str, now: datetime
    ) -> None:
        """Tell some members; what they were told before is new again. One statement."""
        rows = [
            Notice(member_id=one, ticket_id=ticket_id, news=news, by=by[:200], told_at=now)
            for one in member_ids
        ]
        Notice.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["tenant_id", "member", "ticket_id", "news"],
            update_fields=["by", "told_at", "read_at"],
        )

    def newest(self, member_id: UUID, *, limit: int, unread_only: bool = False) -> list[Notice]:
        """Return a member's notices."""
        rows = self.rows.filter(member_id=member_id)
        if unread_only:
            rows = rows.filter(read_at=None)
        return list(rows.order_by("-told_at", "-id")[:limit])

    def find_own(self, notice_id: UUID, member_id: UUID) -> Notice | None:
        """Return a member's notice, or None."""
        return self.rows.filter(pk=notice_id, member_id=member_id).first()

    def read(self, member_id: UUID, *, now: datetime, ticket_id: UUID | None = None) -> bool:
        """Mark a member's notices as read, all or those of one ticket; tell whether any was new."""
        rows = self.rows.filter(member_id=member_id, read_at=None)
        if ticket_id is not None:
            rows = rows.filter(ticket_id=ticket_id)
        return bool(rows.update(read_at=now))

    def forget(self, ticket_id: UUID) -> None:
        """Drop what was told of a ticket."""
        self.rows.filter(ticket_id=ticket_id).delete()
