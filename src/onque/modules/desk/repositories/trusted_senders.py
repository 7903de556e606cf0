"""Queries on whose remote pictures are always loaded."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.desk.models import TrustedSender


class TrustedSenderRepository(Repository[TrustedSender]):
    """Addresses whose pictures the workspace loads."""

    model = TrustedSender

    def among(self, addresses: Collection[str]) -> frozenset[str]:
        """Return which of some addresses are trusted, in one query, none without addresses."""
        if not addresses:
            return frozenset()
        return frozenset(self.rows.filter(address__in=addresses).values_list("address", flat=True))

    def trust(self, address: str, *, member_id: UUID, now: datetime) -> bool:
        """Trust an address; False when it was trusted already."""
        _row, created = TrustedSender.objects.get_or_create(
            address=address, defaults={"trusted_by_id": member_id, "trusted_at": now}
        )
        return created

    def forget(self, address: str) -> bool:
        """Trust an address no longer; False when it was not trusted."""
        deleted, _by_model = self.rows.filter(address=address).delete()
        return bool(deleted)
