"""The list of tickets: one keyset query for each view, and only the columns a row shows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections

from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.desk.contracts import View
from onque.modules.desk.contracts.views import Order
from onque.modules.desk.repositories.conditions import SHELVES, Condition
from onque.modules.desk.repositories.walks import WAYS, Position, Walk


class Listed(NamedTuple):
    """What a list shows of a ticket, in the order of `COLUMNS`."""

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
    created_at: datetime
    tags: list[str]


COLUMNS = """
    t.id, t.number, t.subject, t.preview, t.preview_by, t.preview_name, t.status, t.priority,
    t.channel, t.customer_id, COALESCE(NULLIF(c.name, ''), c.email), c.rating,
    t.brand_id, b.name, b.slug, b.color, t.assignee_id, a.display_name, t.group_id,
    t.due_at, t.due_started_at, t.sort_at, t.is_unanswered, t.language, t.updated_at, t.version,
    t.created_at,
    ARRAY(SELECT g.name FROM desk_tickettag x
          JOIN desk_tag g ON g.tenant_id = x.tenant_id AND g.id = x.tag_id
          WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id ORDER BY x.id)
"""
JOINED = """
    JOIN customers_customer c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id
    JOIN identity_brand b ON b.tenant_id = t.tenant_id AND b.id = t.brand_id
    LEFT JOIN identity_member a ON a.tenant_id = t.tenant_id AND a.id = t.assignee_id
"""
QUEUED, RECENT = "sort_at, id", "updated_at DESC, id DESC"


class ListingRepository:
    """Pages of tickets with what a row shows joined in."""

    def page(
        self,
        view: View,
        condition: Condition,
        *,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[Listed]:
        """Return up to `limit` tickets after a keyset position.

        Finished views run newest first by `updated_at`, all others by the next deadline. The page
        is cut before anything is joined to it.
        """
        recent = view in SHELVES
        if after is not None:
            step = "(t.updated_at, t.id) < (%s, %s)" if recent else "(t.sort_at, t.id) > (%s, %s)"
            condition &= Condition(step, after)
        order = RECENT if recent else QUEUED
        return self._read(
            f"(SELECT * FROM desk_ticket t WHERE t.tenant_id = %s AND {condition.sql}"  # noqa: S608 - conditions are ours
            f" ORDER BY {order} LIMIT %s) t {JOINED} ORDER BY {_of_t(order)}",
            [current_tenant(), *condition.values, limit],
        )

    def walked(
        self, walk: Walk, order: Order, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[Listed]:
        """Return up to `limit` tickets of a walk after a keyset position, in order."""
        source, values = walk.source(order, after=after, limit=limit)
        return self._read(f"{source} t {JOINED} ORDER BY {_of_t(WAYS[order].by)}", values)

    def around(
        self,
        order: Order,
        condition: Condition,
        position: Position,
        *,
        before: int,
        after: int,
    ) -> list[Listed]:
        """Return so many tickets before a keyset position, and so many at it or after it, in order.

        One statement, which walks the view's index both ways from there.
        """
        way = WAYS[order]
        parts, values = [], []
        for along, step, few in (
            (way, way.at_or_after(position), after),
            (way.turned, way.turned.after(position), before),
        ):
            found = condition & step
            parts.append(
                f"(SELECT * FROM desk_ticket t WHERE t.tenant_id = %s AND {found.sql}"  # noqa: S608 - conditions are ours
                f" ORDER BY {along.by} LIMIT %s)"
            )
            values += [current_tenant(), *found.values, few]
        return self._read(
            f"({' UNION ALL '.join(parts)}) t {JOINED} ORDER BY {_of_t(way.by)}", values
        )

    def walked_around(
        self, walk: Walk, order: Order, position: Position, *, before: int, after: int
    ) -> list[Listed]:
        """Return the same of a walk."""
        source, values = walk.around(order, position, before=before, after=after)
        return self._read(f"{source} t {JOINED} ORDER BY {_of_t(WAYS[order].by)}", values)

    def one(self, ticket_id: UUID) -> Listed:
        """Return the same columns of one ticket that exists."""
        source = f"desk_ticket t {JOINED} WHERE t.tenant_id = %s AND t.id = %s"
        return self._read(source, [current_tenant(), ticket_id])[0]

    def some(self, ticket_ids: Collection[UUID]) -> list[Listed]:
        """Return the same columns of the tickets that exist among some ids, in no order."""
        source = f"desk_ticket t {JOINED} WHERE t.tenant_id = %s AND t.id = ANY(%s::uuid[])"
        return self._read(source, [current_tenant(), list(ticket_ids)]) if ticket_ids else []

    def among(self, ticket_ids: Collection[UUID], condition: Condition) -> set[UUID]:
        """Return which of some tickets meet a condition."""
        if not ticket_ids:
            return set()
        parameters: list[Any] = [current_tenant(), list(ticket_ids), *condition.values]
        with connections[current_alias()].cursor() as cursor:
            cursor.execute(
                "SELECT t.id FROM desk_ticket t WHERE t.tenant_id = %s"  # noqa: S608 - conditions are ours
                f" AND t.id = ANY(%s::uuid[]) AND {condition.sql}",
                parameters,
            )
            return {ticket_id for (ticket_id,) in cursor.fetchall()}

    def latest(
        self,
        shelves: Collection[str],
        condition: Condition,
        *,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[Listed]:
        """Return up to `limit` tickets of some shelves, the last changed first.

        Each shelf is walked along its own index; the best of all are kept.
        """
        if after is not None:
            condition &= Condition("(t.updated_at, t.id) < (%s, %s)", after)
        one = (
            f"(SELECT * FROM desk_ticket t WHERE t.tenant_id = %s AND t.shelf = %s"  # noqa: S608 - ours
            f" AND {condition.sql} ORDER BY {RECENT} LIMIT %s)"
        )
        values: list[Any] = []
        for shelf in shelves:
            values.extend((current_tenant(), shelf, *condition.values, limit))
        union = " UNION ALL ".join([one] * len(shelves))
        return self._read(
            f"(SELECT * FROM ({union}) u ORDER BY {RECENT} LIMIT %s) t {JOINED}"  # noqa: S608 - ours
            f" ORDER BY {_of_t(RECENT)}",
            [*values, limit],
        )

    def of_customer(
        self,
        customer_id: UUID,
        condition: Condition,
        *,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[Listed]:
        """Return up to `limit` of a customer's tickets, the newest first."""
        condition &= Condition("t.merged_into_id IS NULL")
        if after is not None:
            condition &= Condition("(t.created_at, t.id) < (%s, %s)", after)
        order = "created_at DESC, id DESC"
        return self._read(
            "(SELECT * FROM desk_ticket t WHERE t.tenant_id = %s AND t.customer_id = %s"  # noqa: S608 - conditions are ours
            f" AND {condition.sql} ORDER BY {order} LIMIT %s) t {JOINED} ORDER BY {_of_t(order)}",
            [current_tenant(), customer_id, *condition.values, limit],
        )

    def _read(self, source: str, parameters: list[Any]) -> list[Listed]:
        with connections[current_alias()].cursor() as cursor:
            cursor.execute(f"SELECT {COLUMNS} FROM {source}", parameters)  # noqa: S608 - ours
            return [Listed(*row) for row in cursor.fetchall()]


def _of_t(order: str) -> str:
    return ", ".join(f"t.{part}" for part in order.split(", "))
