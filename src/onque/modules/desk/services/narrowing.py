"""From the operators of a search to a condition: names become ids, days become moments."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from onque.kernel.access import Actor
from onque.kernel.search import terms
from onque.kernel.search.query import Operator
from onque.modules.customers import public as customers
from onque.modules.desk.contracts import Priority, Status
from onque.modules.desk.repositories import filters
from onque.modules.desk.repositories.conditions import Condition
from onque.modules.identity import public as identity

_MOST_CUSTOMERS = 200
_STATUS_WORDS = {"waiting": Status.PENDING, "hold": Status.ON_HOLD, "onhold": Status.ON_HOLD}
_CHANNELS = frozenset({"email", "mail", "portal", "talk", "api", "app", "desk"})
_FORMATS = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d")

Reader = Callable[[Actor, Operator], Condition | None]
"""Returns the condition, or None for a value that cannot be read."""


def narrow(actor: Actor, operators: Sequence[Operator]) -> tuple[Condition, list[Operator]]:
    """Return the condition of all operators that were understood, and those that were not.

    Operators of one kind with several values mean any of them; different kinds all hold.
    """
    whole, failed = filters.EVERY, []
    for key in dict.fromkeys(operator.key for operator in operators):
        allowed: list[Condition] = []
        for operator in (one for one in operators if one.key == key):
            condition = READERS[key](actor, operator)
            if condition is None:
                failed.append(operator)
            elif operator.excluded:
                whole &= filters.negated(condition)
            elif operator.how == ":":
                allowed.append(condition)
            else:
                whole &= condition
        if allowed:
            any_of = " OR ".join(one.sql for one in allowed)
            whole &= Condition(f"({any_of})", tuple(v for one in allowed for v in one.values))
    return whole, failed


def _status(_actor: Actor, operator: Operator) -> Condition | None:
    word = operator.value.lower().replace("-", "_")
    status = _STATUS_WORDS.get(word.replace("_", "")) or (word if word in set(Status) else None)
    return filters.one_of("status", [status]) if status else None


def _priority(_actor: Actor, operator: Operator) -> Condition | None:
    word = operator.value.lower()
    return filters.one_of("priority", [word]) if word in set(Priority) else None


def _channel(_actor: Actor, operator: Operator) -> Condition | None:
    word = operator.value.lower()
    if word not in _CHANNELS:
        return None
    return filters.one_of("channel", ["email", "mail"] if word in {"email", "mail"} else [word])


def _is(_actor: Actor, operator: Operator) -> Condition | None:
    match operator.value.lower():
        case "unassigned":
            return filters.unassigned()
        case "open" | "active":
            return filters.one_of("shelf", ["active"])
        case "done":
            return filters.one_of("shelf", ["done"])
        case _:
            return None


def _has(_actor: Actor, operator: Operator) -> Condition | None:
    return filters.with_files() if operator.value.lower() in {"attachment", "file"} else None


def _tag(_actor: Actor, operator: Operator) -> Condition | None:
    return filters.tagged(operator.value)


def _brand(_actor: Actor, operator: Operator) -> Condition | None:
    wanted = terms.normalise(operator.value)
    found = [b.id for b in identity.list_brands() if wanted in {terms.normalise(b.name), b.slug}]
    return filters.one_of("brand", found) if found else None


def _group(_actor: Actor, operator: Operator) -> Condition | None:
    wanted = terms.normalise(operator.value)
    found = [g.id for g in identity.list_groups() if terms.normalise(g.name) == wanted]
    return filters.one_of("group", found) if found else None


def _assignee(actor: Actor, operator: Operator) -> Condition | None:
    wanted = terms.normalise(operator.value)
    if wanted in {"none", "nobody", "없음"}:
        return filters.unassigned()
    if wanted in {"me", "나"}:
        return filters.one_of("assignee", [actor.id] if actor.id else [])
    members = identity.list_members(with_deactivated=True)
    found = [one.id for one in members if wanted in terms.normalise(one.name)]
    return filters.one_of("assignee", found) if found else None


def _from(_actor: Actor, operator: Operator) -> Condition | None:
    wanted = terms.conditions([operator.value])
    if not wanted:
        return None
    found = customers.find_customers(wanted, limit=_MOST_CUSTOMERS)
    return filters.one_of("customer", [one.id for one in found])


def _time(actor: Actor, operator: Operator) -> Condition | None:
    span = _span(operator.value, ZoneInfo(actor.time_zone))
    return filters.at_time(operator.key, operator.how, *span) if span else None


def _span(value: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Return the day that a value names, from midnight to midnight in the reader's zone."""
    for form in _FORMATS:
        try:
            day = datetime.strptime(value, form).replace(tzinfo=zone)
        except ValueError:
            continue
        following = datetime.combine(day.date() + timedelta(days=1), time(), zone)
        return day, following
    return None


READERS: Mapping[str, Reader] = {
    "status": _status,
    "priority": _priority,
    "channel": _channel,
    "is": _is,
    "has": _has,
    "tag": _tag,
    "brand": _brand,
    "group": _group,
    "assignee": _assignee,
    "from": _from,
    "created": _time,
    "updated": _time,
}
