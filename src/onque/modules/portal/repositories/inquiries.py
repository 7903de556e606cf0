"""Queries on inquiry types and inquiries."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.portal.models import Inquiry, InquiryFile, InquiryType


class TypeRepository(Repository[InquiryType]):
    """What customers can write about."""

    model = InquiryType

    def of_brand(self, brand_id: UUID, *, only_open: bool) -> list[InquiryType]:
        """Return a brand's types in their order."""
        rows = self.rows.filter(brand_id=brand_id)
        if only_open:
            rows = rows.filter(is_open=True)
        return list(rows.order_by("position", "id"))


class InquiryRepository(Repository[Inquiry]):
    """What customers sent. The public role may insert and nothing else."""

    model = Inquiry

    def hand_in(self, fields: dict[str, Any], files: Iterable[dict[str, Any]]) -> Inquiry:
        """Insert an inquiry with its files."""
        row = Inquiry.objects.create(**fields)
        InquiryFile.objects.bulk_create(InquiryFile(inquiry=row, **one) for one in files)
        return row

    def files_of(self, inquiry_id: UUID) -> list[InquiryFile]:
        """Return the files of an inquiry, as they were chosen."""
        return list(InquiryFile.objects.filter(inquiry_id=inquiry_id).order_by("id"))

    def of_tickets(self, ticket_ids: Collection[UUID]) -> list[Inquiry]:
        """Return the inquiries that became some tickets, in one query."""
        return list(self.rows.filter(ticket_id__in=ticket_ids))
