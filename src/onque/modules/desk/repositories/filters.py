"""What the operators of a search narrow, as SQL over `desk_ticket t`.

Values come resolved to ids and enums; none of the conditions uses an operator that row-level
security would keep from an index.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from onque.kernel.search.query import Comparison
from onque.modules.desk.repositories.conditions import Condition

_COLUMNS = {
    "status": "t.status",
    "priority": "t.priority",
    "channel": "t.channel",
    "brand": "t.brand_id",
    "assignee": "t.assignee_id",
    "group": "t.group_id",
    "customer": "t.customer_id",
    "shelf": "t.shelf",
}
_TIMES = {"created": "t.created_at", "updated": "t.updated_at"}
EVERY = Condition("TRUE")


def one_of(field: str, values: Collection[object]) -> Condition:
    """Return the condition that a property is among some values; none of them means no ticket."""
    if not values:
        return Condition("FALSE")
    cast = "uuid[]" if isinstance(next(iter(values)), UUID) else "text[]"
    kept = [value if isinstance(value, UUID) else str(value) for value in values]
    return Condition(f"{_COLUMNS[field]} = ANY(%s::{cast})", (kept,))


def unassigned() -> Condition:
    """Return the condition that nobody is answerable."""
    return Condition("t.assignee_id IS NULL")


def tagged(name: str) -> Condition:
    """Return the condition that a ticket carries a tag."""
    return Condition(
        "EXISTS (SELECT 1 FROM desk_tickettag x JOIN desk_tag g"
        " ON g.tenant_id = x.tenant_id AND g.id = x.tag_id"
        " WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id AND g.name = %s)",
        (name,),
    )


def with_files() -> Condition:
    """Return the condition that a file hangs on one of the ticket's messages."""
    return Condition(
        "EXISTS (SELECT 1 FROM desk_message m JOIN desk_attachment f"
        " ON f.tenant_id = m.tenant_id AND f.message_id = m.id"
        " WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id)"
    )


def at_time(field: str, how: Comparison, start: datetime, end: datetime) -> Condition:
    """Return the condition on a moment against the day or month [start, end)."""
    column = _TIMES[field]
    match how:
        case ">":
            return Condition(f"{column} >= %s", (end,))
        case ">=":
            return Condition(f"{column} >= %s", (start,))
        case "<":
            return Condition(f"{column} < %s", (start,))
        case "<=":
            return Condition(f"{column} < %s", (end,))
        case _:
            return Condition(f"({column} >= %s AND {column} < %s)", (start, end))


def negated(condition: Condition) -> Condition:
    """Return the opposite."""
    return Condition(f"NOT COALESCE({condition.sql}, FALSE)", condition.values)
