"""Queries that let tickets follow merged customers."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from onque.kernel import clock
from onque.kernel.repository import Repository
from onque.modules.desk.models import Collaborator, CustomerMove, Message, Ticket


class CustomerMoveRepository(Repository[CustomerMove]):
    """Tickets that came to another customer by a merge."""

    model = CustomerMove

    def of_customer(self, customer_id: UUID) -> list[UUID]:
        """Return all tickets of a customer, locked in the order of ids."""
        rows = Ticket.objects.filter(customer_id=customer_id).order_by("id")
        return list(rows.select_for_update(no_key=True).values_list("id", flat=True))

    def forget_names(
        self, ticket_ids: Collection[UUID], customer_ids: Collection[UUID], *, name: str
    ) -> None:
        """Put a name in the place of some customers' own, wherever tickets repeat it."""
        said = Message.objects.filter(author_kind="customer", author_id__in=customer_ids)
        said.filter(ticket_id__in=ticket_ids).update(author_name=name, author_address="")
        shown = Ticket.objects.filter(pk__in=ticket_ids, preview_by="customer")
        shown.update(preview_name=name)
        Collaborator.objects.filter(customer_id__in=customer_ids).delete()

    def note(self, merge_id: UUID, ticket_ids: list[UUID]) -> bool:
        """Write down which tickets a merge moves; False when it was done before."""
        named = [one.hex for one in ticket_ids]
        row = CustomerMove(merge_id=merge_id, ticket_ids=named, moved_at=clock.now())
        return self.insert_once(row)

    def forget(self, merge_id: UUID) -> list[UUID]:
        """Return the tickets that a merge moved, and forget them."""
        row = self.rows.select_for_update().filter(merge_id=merge_id).first()
        if row is None:
            return []
        row.delete()
        return [UUID(one) for one in row.ticket_ids]

    def give(self, ticket_ids: list[UUID], *, source: UUID, target: UUID) -> list[UUID]:
        """Give those of some tickets that are one customer's to another; return them."""
        rows = Ticket.objects.filter(pk__in=ticket_ids, customer_id=source).order_by("id")
        found = list(rows.select_for_update(no_key=True).values_list("id", flat=True))
        Ticket.objects.filter(pk__in=found).update(customer_id=target, version=F("version") + 1)
        return found
