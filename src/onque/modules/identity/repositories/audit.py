"""Queries of the audit trail: added and read, never changed."""

from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.identity.models import AuditEntry


class AuditRepository(Repository[AuditEntry]):
    """Recorded changes."""

    model = AuditEntry

    def of_object(self, kind: str, object_id: UUID, *, limit: int) -> list[AuditEntry]:
        """Return the newest entries of one object, newest first."""
        found = self.rows.filter(object_kind=kind, object_id=object_id)
        return list(found.order_by("-at", "-pk")[:limit])


audit = AuditRepository()
