"""Queries on single tickets."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from typing_extensions import override

from onque.kernel.errors import NotFound
from onque.kernel.replica import PRIMARY
from onque.kernel.repository import Repository
from onque.kernel.search import index
from onque.modules.desk.models import Ticket
from onque.modules.desk.repositories import kinds


class Opened(NamedTuple):
    """A ticket with what its page asks beside: all but the last are as `_ASKED` reads them."""

    ticket: Ticket
    customer_tickets: int
    linked_ids: list[UUID]
    follower_ids: list[UUID]
    after_send: str


MOST_COUNTED = 1000
"""A customer's tickets are counted up to this many."""
_ASKED = {
    "customer_tickets": RawSQL(
        "(SELECT count(*) FROM (SELECT 1 FROM desk_ticket o WHERE o.tenant_id ="
        " desk_ticket.tenant_id AND o.customer_id = desk_ticket.customer_id LIMIT %s) c)",
        [MOST_COUNTED],
    ),
    "linked_ids": RawSQL(
        "ARRAY(SELECT l.other_id FROM desk_link l WHERE l.tenant_id = desk_ticket.tenant_id"
        " AND l.ticket_id = desk_ticket.id UNION ALL SELECT l.ticket_id FROM desk_link l"
        " WHERE l.tenant_id = desk_ticket.tenant_id AND l.other_id = desk_ticket.id)",
        [],
    ),
    "follower_ids": RawSQL(
        "ARRAY(SELECT f.member_id FROM desk_follower f WHERE f.tenant_id ="
        " desk_ticket.tenant_id AND f.ticket_id = desk_ticket.id ORDER BY f.id)",
        [],
    ),
}


_AFTER_SEND = (
    "(SELECT r.after_send FROM identity_member r"
    " WHERE r.tenant_id = desk_ticket.tenant_id AND r.id = %s)"
)


class TicketRepository(Repository[Ticket]):
    """Tickets by id and number."""

    model = Ticket

    @override
    def add(self, **fields: Any) -> Ticket:
        """Insert a ticket, to be found from now on."""
        row = super().add(**fields)
        index.mark(kinds.TICKET, row.id)
        return row

    def lock_followed(self, ticket_id: UUID) -> Ticket:
        """Return the ticket as `lock` does, with who follows it, in the same statement."""
        rows = self.rows.annotate(followed_by=_ASKED["follower_ids"])
        row = rows.select_for_update(no_key=True).filter(pk=ticket_id).first()
        if row is None:
            raise NotFound(kind="ticket", id=ticket_id)
        row.follower_ids = row.followed_by
        return row

    def get_by_number(self, number: int) -> Ticket:
        """Return a ticket with its brand, customer and assignee; raise `NotFound`."""
        row = self._joined().filter(number=number).first()
        if row is None:
            raise NotFound(kind="ticket", number=number)
        return row

    def open_page(self, number: int, *, reader_id: UUID | None) -> Opened:
        """Return a ticket as `get_by_number`, with what else its page asks, in one statement.

        `after_send` is what the reader wants to come after a send. Raises `NotFound`.
        """
        asked = _ASKED | {"after_send": RawSQL(_AFTER_SEND, [reader_id])}  # noqa: S611 - a constant
        row = self._joined().annotate(**asked).filter(number=number).first()
        if row is None:
            raise NotFound(kind="ticket", number=number)
        found = vars(row)
        return Opened(row, *(found[name] for name in asked))

    def get_joined(self, ticket_id: UUID) -> Ticket:
        """Return a ticket with its brand, customer and assignee; raise `NotFound`."""
        row = self._joined().filter(pk=ticket_id).first()
        if row is None:
            raise NotFound(kind="ticket", id=ticket_id)
        return row

    def number_of(self, ticket_id: UUID) -> int | None:
        """Return the number of a ticket, or None."""
        return self.rows.filter(pk=ticket_id).values_list("number", flat=True).first()

    def ids_of_numbers(self, numbers: Collection[int]) -> dict[int, UUID]:
        """Return the ids of the tickets that exist among some numbers, in one query."""
        return dict(self.rows.filter(number__in=numbers).values_list("number", "pk"))

    def numbers_of(self, ticket_ids: Collection[UUID]) -> dict[UUID | None, int]:
        """Return the numbers of the tickets that exist among some ids, in one query."""
        return dict(self.rows.filter(pk__in=ticket_ids).values_list("pk", "number"))

    def add_once(self, ticket_id: UUID, **fields: Any) -> tuple[Ticket, bool]:
        """Insert a ticket; the same id again returns the first and False."""
        row = Ticket(id=ticket_id, **fields)
        created = self.insert_once(row)
        index.mark(kinds.TICKET, ticket_id)
        return (row if created else self.get(ticket_id)), created

    def get_with_customers(self, ticket_ids: Collection[UUID]) -> list[Ticket]:
        """Return the tickets that exist among some ids with their customers, in one query."""
        return list(self.rows.select_related("customer").filter(pk__in=ticket_ids))

    def open_of(self, member_id: UUID, *, limit: int) -> list[UUID]:
        """Return some of a member's tickets that are not done, in the order of ids."""
        rows = self.rows.filter(assignee_id=member_id, shelf__in=["active", "snoozed"])
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def latest_of_customer(self, customer_id: UUID, *, limit: int) -> list[tuple[UUID, str]]:
        """Return ids and subjects of a customer's latest tickets that take further messages."""
        rows = self.rows.filter(customer_id=customer_id, shelf__in=["active", "done"])
        rows = rows.exclude(status="closed")
        latest = rows.order_by("-created_at").values_list("pk", "subject")[:limit]
        return [(pk, subject) for pk, subject in latest]

    def find_follow_up(self, ticket_id: UUID, customer_id: UUID) -> Ticket | None:
        """Return the customer's latest follow-up of a ticket."""
        found = self.rows.filter(follow_up_of_id=ticket_id, customer_id=customer_id)
        return found.order_by("-created_at").first()

    def find_survivor(self, ticket_id: UUID) -> Ticket | None:
        """Return the ticket, or the one it was merged into in the end; None if it is gone."""
        row = self.find(ticket_id)
        for _step in range(_LONGEST_CHAIN):
            if row is None or row.merged_into_id is None:
                break
            row = self.find(row.merged_into_id) or row
        return row

    def lock_all(self, ticket_ids: Collection[UUID]) -> dict[UUID, Ticket]:
        """Return the tickets that exist among some ids, locked in the order of ids."""
        return {row.id: row for row in self.lock_many(ticket_ids)}

    def freeze(self, ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
        """Return some fields of a ticket in hand as JSON values."""
        return {name: _plain(getattr(ticket, name)) for name in names}

    def thaw(self, ticket: Ticket, values: Mapping[str, Any]) -> None:
        """Give a ticket in hand fields as `freeze` returned them; nothing is written."""
        fields = {one.attname: one for one in Ticket._meta.concrete_fields}  # noqa: SLF001 - documented name
        for name, value in values.items():
            setattr(ticket, name, None if value is None else fields[name].to_python(value))

    def due_snoozes(self, *, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (tenant, ticket) of all tenants whose time to come back has come."""
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT tenant_id, id FROM onque_due_snoozes(%s, %s)", [now, limit])
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def _joined(self) -> QuerySet[Ticket]:
        return self.rows.select_related("brand", "customer", "assignee")


_LONGEST_CHAIN = 5


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # one moment, one text
    if isinstance(value, UUID):
        return value.hex
    return value if value is None or isinstance(value, bool | int) else str(value)
