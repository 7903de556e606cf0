"""What the tests of searches and saved views narrow, as SQL over `desk_ticket t`.

Values come resolved to ids and enums; none of the conditions uses an operator that row-level
security would keep from an index.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from onque.modules.desk.repositories.conditions import Condition

_COLUMNS = {
    "status": "t.status",
    "priority": "t.priority",
    "channel": "t.channel",
    "brand": "t.brand_id",
    "assignee": "t.assignee_id",
    "group": "t.group_id",
    "customer": "t.customer_id",
    "language": "t.language",
    "shelf": "t.shelf",
}
_TIMES = {"created": "t.created_at", "updated": "t.updated_at", "due": "t.due_at"}
EVERY, NONE = Condition("TRUE"), Condition("FALSE")


def one_of(field: str, values: Collection[object]) -> Condition:
    """Return the condition that a property is among some values; none of them means no ticket."""
    if not values:
        return Condition("FALSE")
    cast = "uuid[]" if isinstance(next(iter(values)), UUID) else "text[]"
    kept = [value if isinstance(value, UUID) else str(value) for value in values]
    return Condition(f"{_COLUMNS[field]} = ANY(%s::{cast})", (kept,))


def empty(field: str) -> Condition:
    """Return the condition that a property has no value: nobody, no group, no deadline."""
    return Condition(f"{(_COLUMNS | _TIMES)[field]} IS NULL")


def rated(ratings: Collection[str]) -> Condition:
    """Return the condition that the ticket's customer is rated so."""
    return Condition(
        "EXISTS (SELECT 1 FROM customers_customer k WHERE k.tenant_id = t.tenant_id"
        " AND k.id = t.customer_id AND k.rating = ANY(%s::text[]))",
        (list(ratings),),
    )


def tagged(names: Collection[str]) -> Condition:
    """Return the condition that a ticket carries one of some tags."""
    return Condition(
        "EXISTS (SELECT 1 FROM desk_tickettag x JOIN desk_tag g"
        " ON g.tenant_id = x.tenant_id AND g.id = x.tag_id"
        " WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id AND g.name = ANY(%s::text[]))",
        (list(names),),
    )


def subject_holds(words: str) -> Condition:
    """Return the condition that the subject holds the words, whatever their case.

    No index serves it: only for queries that look at a limited number of tickets.
    """
    return Condition("t.subject ILIKE %s", (_pattern(words),))


def kept(field_id: UUID, test: str = "TRUE", *values: object) -> Condition:
    """Return the condition that something is kept in a field `v`, and meets a test of ours."""
    return Condition(
        "EXISTS (SELECT 1 FROM fields_fieldvalue v WHERE v.tenant_id = t.tenant_id"  # noqa: S608 - the test is ours
        f" AND v.object_id = t.id AND v.field_id = %s AND {test})",
        (field_id, *values),
    )


def kept_holds(field_id: UUID, words: str) -> Condition:
    """Return the condition that what is kept in a field holds the words, whatever their case."""
    return kept(field_id, "v.text ILIKE %s", _pattern(words))


def _pattern(words: str) -> str:
    literal = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%"


def unanswered(is_so: bool) -> Condition:  # noqa: FBT001 - the value of a test
    """Return the condition that nobody has acted on the customer's last message."""
    return Condition("t.is_unanswered" if is_so else "NOT t.is_unanswered")


def with_files() -> Condition:
    """Return the condition that a file hangs on one of the ticket's messages."""
    return Condition(
        "EXISTS (SELECT 1 FROM desk_message m JOIN desk_attachment f"
        " ON f.tenant_id = m.tenant_id AND f.message_id = m.id"
        " WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id)"
    )


def between(field: str, start: datetime | None, end: datetime | None) -> Condition:
    """Return the condition that a moment lies in [start, end); an open end is None."""
    column = _TIMES[field]
    found = [
        Condition(f"{column} {sign} %s", (at,))
        for sign, at in ((">=", start), ("<", end))
        if at is not None
    ]
    return every(found)


def every(conditions: Iterable[Condition]) -> Condition:
    """Return that all hold; none of them means every ticket."""
    parts = list(conditions)
    if not parts:
        return EVERY
    return Condition(
        " AND ".join(part.sql for part in parts), tuple(v for part in parts for v in part.values)
    )


def some(conditions: Iterable[Condition]) -> Condition:
    """Return that at least one holds; none of them means no ticket."""
    parts = list(conditions)
    if not parts:
        return NONE
    joined = " OR ".join(f"({part.sql})" for part in parts)
    return Condition(f"({joined})", tuple(v for part in parts for v in part.values))


def negated(condition: Condition) -> Condition:
    """Return the opposite."""
    return Condition(f"NOT COALESCE(({condition.sql}), FALSE)", condition.values)
