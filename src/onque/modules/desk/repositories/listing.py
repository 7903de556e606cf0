"""The list of tickets: one keyset query for each view."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from onque.kernel.repository import Repository
from onque.modules.desk.contracts import View
from onque.modules.desk.models import Mention, Ticket


class Listed(NamedTuple):
    """What a list shows of a ticket: the columns of one joined query and no more."""

    id: UUID
    number: int
    subject: str
    preview: str
    preview_by: str
    preview_name: str
    status: str
    priority: str
    channel: str
    customer_id: UUID
    customer_name: str
    customer_email: str
    customer_rating: str
    brand_id: UUID
    brand_name: str
    brand_slug: str
    brand_color: str
    assignee_id: UUID | None
    assignee_name: str | None
    group_id: UUID | None
    due_at: datetime | None
    due_started_at: datetime | None
    sort_at: datetime
    is_unanswered: bool
    language: str
    updated_at: datetime
    version: int


COLUMNS = (
    *("id", "number", "subject", "preview", "preview_by", "preview_name", "status", "priority"),
    *("channel", "customer_id", "customer__name", "customer__email", "customer__rating"),
    *("brand_id", "brand__name", "brand__slug", "brand__color"),
    *("assignee_id", "assignee__display_name", "group_id"),
    *("due_at", "due_started_at", "sort_at", "is_unanswered", "language", "updated_at", "version"),
)


@dataclass(frozen=True)
class Reach:
    """Whose tickets a member may see: all, or their own, their groups' and nobody's."""

    member_id: UUID | None
    group_ids: frozenset[UUID]
    sees_all: bool

    def condition(self) -> Q:
        """Return the condition that limits a query to what the member may see."""
        if self.sees_all:
            return Q()
        return (
            Q(assignee_id=self.member_id)
            | Q(group_id__in=self.group_ids)
            | Q(assignee__isnull=True, group__isnull=True)
        )


class ListingRepository(Repository[Ticket]):
    """Pages of tickets with what a row shows joined in."""

    model = Ticket

    def page(
        self,
        view: View,
        reach: Reach,
        *,
        brand_id: UUID | None,
        after: tuple[datetime, UUID] | None,
        before_due: datetime,
        limit: int,
    ) -> list[Listed]:
        """Return up to `limit` tickets of a view after a keyset position.

        `before_due` bounds the view "at risk". Finished views run newest first by `updated_at`,
        all others by the next deadline.
        """
        rows = self._view(view, reach, before_due)
        if brand_id is not None:
            rows = rows.filter(brand_id=brand_id)
        if view in {View.SOLVED, View.SPAM, View.TRASH}:
            rows = self._recent(rows, after)
        else:
            rows = self._queued(rows, after)
        return _listed(rows[:limit])

    def of_ticket(self, ticket: Ticket) -> Listed:
        """Return the same columns of one ticket that was read with what it joins."""
        return Listed(*(_value(ticket, name) for name in COLUMNS))

    def _view(self, view: View, reach: Reach, before_due: datetime) -> QuerySet[Ticket]:
        rows = self.rows.filter(shelf=_SHELVES.get(view, "active"))
        match view:
            case View.MINE:
                return rows.filter(assignee_id=reach.member_id)
            case View.UNASSIGNED:
                rows = rows.filter(assignee__isnull=True)
                mine = Q(group_id__in=reach.group_ids) | Q(group__isnull=True)
                return rows if reach.sees_all else rows.filter(mine)
            case View.MENTIONS:
                named = Mention.objects.filter(member=reach.member_id).values("ticket_id")
                return rows.filter(reach.condition(), id__in=named)
            case View.AT_RISK:
                rows = rows.filter(sort_at__lt=before_due)
            case _:
                pass
        return rows.filter(reach.condition())

    def _queued(
        self, rows: QuerySet[Ticket], after: tuple[datetime, UUID] | None
    ) -> QuerySet[Ticket]:
        if after is not None:
            at, row_id = after
            rows = rows.filter(Q(sort_at__gt=at) | Q(sort_at=at, id__gt=row_id), sort_at__gte=at)
        return rows.order_by("sort_at", "id")

    def _recent(
        self, rows: QuerySet[Ticket], after: tuple[datetime, UUID] | None
    ) -> QuerySet[Ticket]:
        if after is not None:
            at, row_id = after
            rows = rows.filter(
                Q(updated_at__lt=at) | Q(updated_at=at, id__lt=row_id), updated_at__lte=at
            )
        return rows.order_by("-updated_at", "-id")


_SHELVES = {View.SOLVED: "done", View.SPAM: "spam", View.TRASH: "trash"}


def _listed(rows: QuerySet[Ticket]) -> list[Listed]:
    return [Listed(*values) for values in rows.values_list(*COLUMNS)]


def _value(row: object, path: str) -> Any:
    for name in path.split("__"):
        row = None if row is None else getattr(row, name)
    return row
