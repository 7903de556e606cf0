"""Queries on how brands and members sign and send."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.mail.models import Sender, Signature


class SenderRepository(Repository[Sender]):
    """How brands send."""

    model = Sender

    def of_brand(self, brand_id: UUID) -> Sender | None:
        """Return how a brand sends, None for the installation's way."""
        return self.rows.filter(brand_id=brand_id).first()

    def acknowledgements_of(self, brand_id: UUID) -> dict[str, str] | None:
        """Return the texts by which a brand acknowledges new tickets, None where it does not."""
        asked = "SELECT acknowledgements FROM mail_sender WHERE brand_id = %s AND acknowledges"
        found = self.tuples(asked, [brand_id])
        return json.loads(found[0][0]) if found else None

    def put(self, brand_id: UUID, **fields: Any) -> Sender:
        """Insert or change the row of a brand."""
        row, _created = Sender.objects.update_or_create(brand_id=brand_id, defaults=fields)
        return row

    def all(self) -> list[Sender]:
        """Return how the tenant's brands send, those that chose something."""
        return list(self.rows.all())

    def note_checked(self, brand_id: UUID, selector: str, *, at: datetime | None) -> None:
        """Note when the record of a brand's key was last seen, None when it is not there."""
        self.rows.filter(brand_id=brand_id, dkim_selector=selector).update(dkim_checked_at=at)


class SignatureRepository(Repository[Signature]):
    """What members write under their replies."""

    model = Signature

    def text_of(self, member_id: UUID) -> str:
        """Return a member's signature, "" without one."""
        return self.rows.filter(member_id=member_id).values_list("text", flat=True).first() or ""

    def put(self, member_id: UUID, text: str, *, now: datetime) -> None:
        """Set a member's signature."""
        Signature.objects.update_or_create(
            member_id=member_id, defaults={"text": text, "updated_at": now}
        )
