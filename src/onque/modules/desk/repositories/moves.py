"""Messages that change their ticket, with all that hangs on them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from onque.kernel.repository import Repository
from onque.kernel.search import index
from onque.modules.desk.models import HeldReply, Mention, Message
from onque.modules.desk.repositories import kinds


class MoveRepository(Repository[Message]):
    """Moves whole conversations and single messages; the caller holds both tickets' locks."""

    model = Message

    def origins(self, ticket_id: UUID) -> dict[UUID, UUID | None]:
        """Return the ids of all that is said on a ticket, each with where it came from."""
        rows = self.rows.filter(ticket_id=ticket_id).order_by("stored_at", "id")
        return dict(rows.values_list("pk", "origin_ticket_id"))

    def staying(self, ticket_id: UUID, message_ids: Collection[UUID]) -> list[UUID]:
        """Return those of some messages that are on a ticket."""
        rows = self.rows.filter(ticket_id=ticket_id, pk__in=message_ids)
        return list(rows.values_list("pk", flat=True))

    def arrived_for(self, origin_id: UUID, *, on: UUID) -> list[Message]:
        """Return what is on a ticket but was written to one merged into it, oldest first."""
        rows = self.rows.filter(ticket_id=on, origin_ticket_id=origin_id)
        return list(rows.defer("layout_html").order_by("stored_at", "id"))

    def move(self, origins: Mapping[UUID, UUID | None], *, source: UUID, target: UUID) -> None:
        """Put messages of one ticket onto another, each with its origin, to be found there."""
        by_origin: dict[UUID | None, list[UUID]] = {}
        for message_id, origin in origins.items():
            by_origin.setdefault(origin, []).append(message_id)
        for origin, ids in by_origin.items():
            rows = self.rows.filter(pk__in=ids, ticket_id=source)
            rows.update(ticket_id=target, origin_ticket_id=origin)
        mentions = Mention.objects.filter(message_id__in=origins, ticket_id=source)
        mentions.update(ticket_id=target)
        index.mark(kinds.MESSAGE, *origins)

    def newest(self, ticket_id: UUID) -> Message | None:
        """Return the last thing said on a ticket, side threads left out."""
        rows = self.rows.filter(ticket_id=ticket_id, side_address="").defer("layout_html")
        return rows.order_by("-stored_at", "-id").first()

    def move_held(self, source: UUID, target: UUID) -> list[UUID]:
        """Take replies that are not sent yet along; what was on its way waits for a person."""
        rows = HeldReply.objects.filter(ticket_id=source)
        ids = list(rows.values_list("pk", flat=True))
        if ids:
            rows.filter(state="held").update(state="stopped", reason="merged")
            rows.update(ticket_id=target)
        return ids

    def return_held(self, reply_ids: Collection[UUID], *, source: UUID, target: UUID) -> None:
        """Bring such replies back, those that are still there."""
        HeldReply.objects.filter(pk__in=reply_ids, ticket_id=source).update(ticket_id=target)
