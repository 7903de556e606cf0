"""Queries on what ties a ticket to other tickets and to colleagues."""

from uuid import UUID

from django.db.models import Q

from onque.kernel import clock
from onque.kernel.repository import Repository
from onque.modules.desk.models import Follower, Link


class LinkRepository(Repository[Link]):
    """Pairs of tickets, whichever is named first."""

    model = Link

    def put(self, one: UUID, other: UUID) -> bool:
        """Link two tickets; tell whether they were not linked before."""
        first, second = sorted((one, other))
        return self.insert_once(Link(ticket_id=first, other_id=second, linked_at=clock.now()))

    def take(self, one: UUID, other: UUID) -> bool:
        """Undo a link; tell whether there was one."""
        first, second = sorted((one, other))
        deleted, _by_model = self.rows.filter(ticket_id=first, other_id=second).delete()
        return deleted > 0

    def of_ticket(self, ticket_id: UUID) -> list[UUID]:
        """Return the tickets linked with one, the oldest link first."""
        rows = self.rows.filter(Q(ticket_id=ticket_id) | Q(other_id=ticket_id))
        pairs = rows.order_by("pk").values_list("ticket_id", "other_id")
        return [second if first == ticket_id else first for first, second in pairs]


class FollowerRepository(Repository[Follower]):
    """Members who follow tickets."""

    model = Follower

    def put(self, ticket_id: UUID, member_id: UUID) -> bool:
        """Let a member follow a ticket; tell whether they did not before."""
        row = Follower(ticket_id=ticket_id, member_id=member_id, since=clock.now())
        return self.insert_once(row)

    def take(self, ticket_id: UUID, member_id: UUID) -> bool:
        """Let a member follow it no longer; tell whether they did."""
        deleted, _by_model = self.rows.filter(ticket_id=ticket_id, member_id=member_id).delete()
        return deleted > 0
