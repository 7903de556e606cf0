"""Lists and counts over any condition at a bounded price: each walks an index for so many tickets.

What no index serves filters the tickets that were walked past, never the tenant's whole table.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections

from onque.kernel.tenancy import current_alias, current_tenant
from onque.modules.desk.contracts.views import Order
from onque.modules.desk.repositories.conditions import Condition

LOOK = 20_000
"""The most tickets that one page of a list looks at."""
LOOK_TO_COUNT = 3_000
"""The most tickets of each shelf that one count looks at."""

Position = tuple[datetime, UUID]


class Way(NamedTuple):
    """An order as SQL: its column, whether it descends."""

    column: str
    descends: bool

    @property
    def by(self) -> str:
        """The ORDER BY."""
        down = " DESC" if self.descends else ""
        return f"{self.column}{down}, id{down}"

    @property
    def turned(self) -> "Way":
        """The same way walked backwards."""
        return Way(self.column, not self.descends)

    def after(self, position: Position | None) -> Condition:
        """Return the condition of what stands after a position."""
        if position is None:
            return Condition("TRUE")
        return self._beyond(position, "<" if self.descends else ">")

    def at_or_after(self, position: Position) -> Condition:
        """Return the condition of what stands at a position or after it."""
        return self._beyond(position, "<=" if self.descends else ">=")

    def _beyond(self, position: Position, sign: str) -> Condition:
        return Condition(f"(t.{self.column}, t.id) {sign} (%s, %s)", position)


WAYS = {
    Order.DUE: Way("sort_at", descends=False),
    Order.NEWEST_UPDATED: Way("updated_at", descends=True),
    Order.OLDEST_UPDATED: Way("updated_at", descends=False),
    Order.NEWEST_CREATED: Way("created_at", descends=True),
    Order.OLDEST_CREATED: Way("created_at", descends=False),
}


@dataclass(frozen=True)
class Walk:
    """Shelves to walk; what an index serves along the way (by due order alone), what filters."""

    shelves: tuple[str, ...]
    along: Condition
    rest: Condition

    def source(
        self, order: Order, *, after: Position | None, limit: int | None
    ) -> tuple[str, list[Any]]:
        """Return SQL of the first `limit` tickets after a position, in order; None for all."""
        return self._found(order, WAYS[order], WAYS[order].after(after), limit)

    def around(
        self, order: Order, position: Position, *, before: int, after: int
    ) -> tuple[str, list[Any]]:
        """Return SQL of so many tickets before a position, and so many at it or after it."""
        way = WAYS[order]
        ahead, values = self._found(order, way, way.at_or_after(position), after)
        behind, more = self._found(order, way.turned, way.turned.after(position), before)
        return f"(SELECT * FROM {ahead} a UNION ALL SELECT * FROM {behind} b)", [*values, *more]  # noqa: S608 - ours

    def _found(
        self, order: Order, way: Way, step: Condition, limit: int | None
    ) -> tuple[str, list[Any]]:
        few = "" if limit is None else f" ORDER BY {way.by} LIMIT {int(limit)}"
        parts, values = [], []
        for shelf in self.shelves:
            looked, more = self._looked(shelf, order, way, step)
            parts.append(f"(SELECT * FROM ({looked}) t WHERE {self.rest.sql}{few})")  # noqa: S608 - conditions are ours
            values += [*more, *self.rest.values]
        if not parts:
            return "(SELECT * FROM desk_ticket WHERE FALSE)", []
        union = " UNION ALL ".join(parts)
        return f"(SELECT * FROM ({union}) u{few})", values  # noqa: S608 - conditions are ours

    def looked(
        self, shelf: str, order: Order, *, after: Position | None, look: int = LOOK
    ) -> tuple[str, list[Any]]:
        """Return SQL of what one shelf is looked through, in order."""
        return self._looked(shelf, order, WAYS[order], WAYS[order].after(after), look=look)

    def _looked(
        self, shelf: str, order: Order, way: Way, step: Condition, look: int = LOOK
    ) -> tuple[str, list[Any]]:
        found = Condition("t.shelf = %s", (shelf,)) & step
        if order == Order.DUE:
            found &= self.along
        sql = (
            f"SELECT * FROM desk_ticket t WHERE t.tenant_id = %s AND {found.sql}"  # noqa: S608 - conditions are ours
            f" ORDER BY {way.by} LIMIT {int(look)}"
        )
        return sql, [current_tenant(), *found.values]

    def counted(self) -> tuple[str, list[Any]]:
        """Return SQL of an array: the matches among those looked at, and the most looked at."""
        parts, values = [], []
        for shelf in self.shelves:
            looked, more = self.looked(shelf, Order.DUE, after=None, look=LOOK_TO_COUNT)
            parts.append(
                f"SELECT count(*) FILTER (WHERE {self.rest.sql}) n, count(*) seen FROM ({looked}) t"  # noqa: S608 - conditions are ours
            )
            values += [*self.rest.values, *more]
        if not parts:
            return "ARRAY[0, 0]", []
        union = " UNION ALL ".join(parts)
        return f"(SELECT ARRAY[sum(n), max(seen)]::int[] FROM ({union}) c)", values  # noqa: S608 - ours


def edge(walk: Walk, order: Order, *, after: Position | None) -> Position | None:
    """Return up to where a page of `LOOK` tickets of each shelf has looked; None for the end."""
    way = WAYS[order]
    back = Way(way.column, not way.descends).by
    found: list[Position] = []
    with connections[current_alias()].cursor() as cursor:
        for shelf in walk.shelves:
            looked, values = walk.looked(shelf, order, after=after)
            cursor.execute(
                f"SELECT {way.column}, id, count(*) OVER () FROM ({looked}) t"  # noqa: S608 - ours
                f" ORDER BY {back} LIMIT 1",
                values,
            )
            last = cursor.fetchone()
            if last and last[2] == LOOK:
                found.append((last[0], last[1]))
    if not found:
        return None
    return max(found) if way.descends else min(found)
