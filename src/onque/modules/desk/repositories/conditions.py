"""Which tickets a view holds, as SQL over `desk_ticket t`: one source for lists and counts.

Written by hand, as these run on every page: each begins with the columns of an index, and none
uses an operator that row-level security would keep from it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onque.modules.desk.contracts import View

SHELVES = {
    View.SNOOZED: "snoozed",
    View.SOLVED: "done",
    View.SPAM: "spam",
    View.TRASH: "trash",
}


@dataclass(frozen=True)
class Condition:
    """A piece of SQL with its parameters; `&` joins two."""

    sql: str
    values: tuple[object, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", (*self.values, *other.values))


@dataclass(frozen=True)
class Reach:
    """Whose tickets a member may see: all, or their own, their groups' and nobody's."""

    member_id: UUID | None
    group_ids: frozenset[UUID]
    sees_all: bool

    def condition(self) -> Condition:
        """Return the condition that limits a query to what the member may see."""
        if self.sees_all:
            return Condition("TRUE")
        return Condition(
            "(t.assignee_id = %s OR t.group_id = ANY(%s::uuid[])"
            " OR (t.assignee_id IS NULL AND t.group_id IS NULL))",
            (self.member_id, list(self.group_ids)),
        )


def in_view(view: View, reach: Reach, *, soon: datetime) -> Condition:
    """Return which tickets a view holds for a member; `soon` bounds the view "at risk"."""
    shelf = Condition("t.shelf = %s", (SHELVES.get(view, "active"),))
    match view:
        case View.MINE:
            return shelf & Condition("t.assignee_id = %s", (reach.member_id,))
        case View.UNASSIGNED:
            return shelf & Condition("t.assignee_id IS NULL") & reach.condition()
        case View.AT_RISK:
            return due_between(None, soon) & reach.condition()
        case View.MENTIONS:
            named = Condition(
                "t.id IN (SELECT m.ticket_id FROM desk_mention m"
                " WHERE m.tenant_id = t.tenant_id AND m.member_id = %s)",
                (reach.member_id,),
            )
            return shelf & named & reach.condition()
        case View.FOLLOWED:
            followed = Condition(
                "t.id IN (SELECT f.ticket_id FROM desk_follower f"
                " WHERE f.tenant_id = t.tenant_id AND f.member_id = %s)",
                (reach.member_id,),
            )
            return shelf & followed & reach.condition()
        case _:
            return shelf & reach.condition()


def of_brand(brand_id: UUID) -> Condition:
    """Return the condition of one brand's tickets."""
    return Condition("t.brand_id = %s", (brand_id,))


def due_between(start: datetime | None, end: datetime | None) -> Condition:
    """Return the condition of active tickets whose `sort_at` lies in [start, end)."""
    found = Condition("t.shelf = 'active'")
    if start is not None:
        found &= Condition("t.sort_at >= %s", (start,))
    if end is not None:
        found &= Condition("t.sort_at < %s", (end,))
    return found
