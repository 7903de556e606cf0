"""Removing a ticket with everything that belongs to it."""

from datetime import datetime
from uuid import UUID

from onque.kernel.repository import Repository
from onque.kernel.search import index
from onque.modules.desk.models import (
    Attachment,
    Collaborator,
    Follower,
    HeldReply,
    Link,
    Mention,
    Message,
    Operation,
    Ticket,
    TicketTag,
)
from onque.modules.desk.repositories import kinds


class PurgeRepository(Repository[Ticket]):
    """Tickets at their end."""

    model = Ticket

    def due(self, *, before: datetime, limit: int) -> list[UUID]:
        """Return tickets that lie in the trash unchanged since a moment, oldest first."""
        rows = self.rows.filter(shelf="trash", updated_at__lte=before)
        return list(rows.order_by("updated_at").values_list("pk", flat=True)[:limit])

    def lock_due(self, ticket_id: UUID, *, before: datetime) -> Ticket | None:
        """Return such a ticket locked, None when it is none any longer."""
        rows = self.rows.select_for_update(no_key=True)
        return rows.filter(pk=ticket_id, shelf="trash", updated_at__lte=before).first()

    def remove(self, ticket: Ticket) -> None:
        """Delete a locked ticket with what is said on it; nothing of it is found any longer."""
        said = list(Message.objects.filter(ticket=ticket).values_list("pk", flat=True))
        Attachment.objects.filter(message_id__in=said).delete()
        for model in (
            Mention,
            HeldReply,
            Collaborator,
            Follower,
            Link,
            Operation,
            TicketTag,
            Message,
        ):
            model._default_manager.filter(ticket=ticket).delete()  # noqa: SLF001 - documented name
        Link.objects.filter(other=ticket).delete()
        index.mark(kinds.MESSAGE, *said)
        index.mark(kinds.TICKET, ticket.pk)
        ticket.delete()
