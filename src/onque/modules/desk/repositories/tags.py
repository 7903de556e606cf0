"""Queries on tags."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from onque.kernel.repository import Repository
from onque.kernel.search import index
from onque.modules.desk.models import Tag, TicketTag
from onque.modules.desk.repositories import kinds


class TagRepository(Repository[Tag]):
    """Tags and which tickets carry them."""

    model = Tag

    def of_tickets(self, ticket_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
        """Return the tag names of each ticket, in one query."""
        names: dict[UUID, list[str]] = defaultdict(list)
        if ticket_ids:
            rows = TicketTag.objects.filter(ticket_id__in=ticket_ids).order_by("id")
            for ticket_id, name in rows.values_list("ticket_id", "tag__name"):
                names[ticket_id].append(name)
        return {ticket_id: tuple(found) for ticket_id, found in names.items()}

    def put(self, ticket_id: UUID, name: str) -> bool:
        """Tag a ticket; tell whether it was not tagged so before."""
        tag, _created = Tag.objects.get_or_create(name=name)
        _row, added = TicketTag.objects.get_or_create(ticket_id=ticket_id, tag=tag)
        if added:
            index.mark(kinds.TICKET, ticket_id)
        return added

    def take(self, ticket_id: UUID, name: str) -> bool:
        """Take a tag off; tell whether it was there."""
        count, _rows = TicketTag.objects.filter(ticket_id=ticket_id, tag__name=name).delete()
        if count:
            index.mark(kinds.TICKET, ticket_id)
        return count > 0

    def names(self, *, limit: int) -> list[str]:
        """Return the tenant's tags in alphabetical order."""
        return list(self.rows.order_by("name").values_list("name", flat=True)[:limit])
