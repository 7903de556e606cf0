"""Queries on addresses that get no automatic mail."""

from typing import Any

from onque.kernel.repository import Repository
from onque.modules.mail.models import Silence


class SilenceRepository(Repository[Silence]):
    """Silenced addresses."""

    model = Silence

    def add_once(self, address: str, fields: dict[str, Any]) -> tuple[Silence, bool]:
        """Insert; the same address again returns the first and False."""
        return Silence.objects.get_or_create(address=address, defaults=fields)

    def has(self, address: str) -> bool:
        """Tell whether an address is silenced."""
        return self.rows.filter(address=address).exists()

    def latest(self, *, limit: int) -> list[Silence]:
        """Return the rows, the latest first."""
        return list(self.rows.order_by("-silenced_at", "-id")[:limit])

    def drop(self, row: Silence) -> None:
        """Take a row away."""
        self.rows.filter(pk=row.pk).delete()
