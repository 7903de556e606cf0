"""From tests to a condition: the one compiler, of searches and of saved views."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID
from zoneinfo import ZoneInfo

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.search import terms
from onque.modules.customers import public as customers
from onque.modules.desk import rules
from onque.modules.desk.contracts import Status
from onque.modules.desk.contracts.views import CUSTOM, DAY, HOWS, NUMBER, Narrowing, Test, kind_of
from onque.modules.desk.repositories import filters
from onque.modules.desk.repositories.conditions import Condition
from onque.modules.desk.repositories.walks import Walk

_MOST_CUSTOMERS = 200
_LARGEST = Decimal(10) ** 18
_SPAN = re.compile(r"(\d{1,4})([hd])")
_DAYS = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d")
_NOT = {"out", "lacks", "off"}


def compiled(actor: Actor, test: Test) -> Condition:
    """Return the condition of one test; what is no test any more finds nothing."""
    if test.how not in HOWS.get(kind_of(test.field), ()) or not is_complete(test):
        return filters.NONE
    custom = CUSTOM.fullmatch(test.field)
    compile_ = _custom if custom else COMPILERS.get(test.field, _choices)
    condition = compile_(actor, test)
    return filters.negated(condition) if test.how in _NOT else condition


def condition_of(actor: Actor, narrowing: Narrowing) -> Condition:
    """Return the condition of a narrowing as this actor reads it."""
    found = filters.every(compiled(actor, test) for test in narrowing.all_of)
    if narrowing.any_of:
        found &= filters.some(compiled(actor, test) for test in narrowing.any_of)
    return found


def walk_of(actor: Actor, narrowing: Narrowing, reach: Condition) -> Walk:
    """Return how the tickets of a narrowing are walked.

    By the shelves that its statuses lie on (the active one without any), and, where a test of
    every ticket names it, along one assignee's or one brand's index.
    """
    statuses = _statuses(narrowing)
    shelves = dict.fromkeys(rules.shelf_of(status) for status in statuses)
    if not actor.can("ticket.trash"):
        shelves = {shelf: None for shelf in shelves if shelf in {"active", "done"}}
    along = filters.EVERY
    for test in narrowing.all_of:
        if test.how == "in" and test.field in {"assignee", "brand"} and len(test.values) == 1:
            along = compiled(actor, test)
            break
    return Walk(tuple(shelves), along, condition_of(actor, narrowing) & reach)


def is_complete(test: Test) -> bool:
    """Tell whether a test asks something that can be answered."""
    if test.how in {"past", "none"}:
        return True
    if not any(value.strip() for value in test.values):
        return False
    if test.how in {"within", "beyond"}:
        return _SPAN.fullmatch(test.values[0]) is not None
    if kind_of(test.field) == NUMBER:
        return _number(test.values[0]) is not None
    is_moment = test.field in {"created", "updated"} or kind_of(test.field) == DAY
    return not is_moment or span_of(test.values[0], ZoneInfo("UTC")) is not None


def span_of(value: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Return the day that a value names, from midnight to midnight in the reader's zone."""
    for form in _DAYS:
        try:
            day = datetime.strptime(value, form).replace(tzinfo=zone)
            return day, datetime.combine(day.date() + timedelta(days=1), time(), zone)
        except (ValueError, OverflowError):
            continue
    return None


def _statuses(narrowing: Narrowing) -> Iterable[Status]:
    named = [
        set(test.values) for test in narrowing.all_of if (test.field, test.how) == ("status", "in")
    ]
    if not named:
        return rules.ACTIVE
    return [status for status in Status if all(status in values for values in named)]


def _choices(_actor: Actor, test: Test) -> Condition:
    return filters.one_of(test.field, test.values)


def _ids(_actor: Actor, test: Test) -> Condition:
    return filters.one_of(test.field, _uuids(test.values))


def _people(actor: Actor, test: Test) -> Condition:
    ids = _uuids(test.values)
    if "me" in test.values and actor.id is not None:
        ids.append(actor.id)
    if "mine" in test.values:
        ids += sorted(actor.group_ids)
    parts = [filters.one_of(test.field, ids)] if ids else []
    if "none" in test.values:
        parts.append(filters.empty(test.field))
    return filters.some(parts)


def _uuids(values: Iterable[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _rating(_actor: Actor, test: Test) -> Condition:
    return filters.rated(test.values)


def _tag(_actor: Actor, test: Test) -> Condition:
    return filters.tagged([rules.tag_name(value) for value in test.values])


def _subject(_actor: Actor, test: Test) -> Condition:
    return filters.some(filters.subject_holds(value) for value in test.values)


def _from(_actor: Actor, test: Test) -> Condition:
    ids: set[UUID] = set()
    for value in test.values:
        if wanted := terms.conditions([value]):
            found = customers.find_customers(wanted, limit=_MOST_CUSTOMERS)
            ids |= {one.id for one in found}
    return filters.one_of("customer", sorted(ids))


def _flag(_actor: Actor, test: Test) -> Condition:
    is_so = test.values[0] == "yes"
    if test.field == "unanswered":
        return filters.unanswered(is_so)
    return filters.with_files() if is_so else filters.negated(filters.with_files())


def _moment(actor: Actor, test: Test) -> Condition:
    if test.how in {"within", "beyond"}:
        ago = clock.now() - _length(test.values[0])
        is_within = test.how == "within"
        return filters.between(test.field, ago if is_within else None, None if is_within else ago)
    found = span_of(test.values[0], ZoneInfo(actor.time_zone))
    if found is None:
        return filters.NONE
    start, end = found
    bounds = {">": (end, None), ">=": (start, None), "<": (None, start), "<=": (None, end)}
    return filters.between(test.field, *bounds.get(test.how, (start, end)))


def _deadline(_actor: Actor, test: Test) -> Condition:
    if test.how == "none":
        return filters.empty("due")
    ahead = timedelta() if test.how == "past" else _length(test.values[0])
    return filters.between("due", None, clock.now() + ahead)


def _number(value: str) -> Decimal | None:
    try:
        found = Decimal(value.replace(",", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < _LARGEST else None


def _custom(_actor: Actor, test: Test) -> Condition:
    """A workspace's own field, by the kind that its name says."""
    found = CUSTOM.fullmatch(test.field)
    if found is None:
        return filters.NONE
    kind, field_id, value = found[1], UUID(found[2]), test.values[0]
    if kind == "flag":
        kept = filters.kept(field_id)
        return kept if value == "yes" else filters.negated(kept)
    if kind == "choices":
        return filters.kept(field_id, "v.text = ANY(%s::text[])", list(test.values))
    if kind == "number":
        sign = {"least": ">=", "most": "<="}.get(test.how, "=")
        return filters.kept(field_id, f"v.number {sign} %s", _number(value))
    if kind == "day":
        day = span_of(value, ZoneInfo("UTC"))
        sign = test.how if test.how in {">=", "<"} else "="
        return filters.kept(field_id, f"v.day {sign} %s", day[0].date() if day else None)
    return filters.kept_holds(field_id, value)


def _length(value: str) -> timedelta:
    found = _SPAN.fullmatch(value)
    if found is None:
        raise ValueError(value)
    number = int(found[1])
    return timedelta(hours=number) if found[2] == "h" else timedelta(days=number)


COMPILERS: Mapping[str, Callable[[Actor, Test], Condition]] = {
    "assignee": _people,
    "group": _people,
    "brand": _ids,
    "rating": _rating,
    "tag": _tag,
    "subject": _subject,
    "from": _from,
    "unanswered": _flag,
    "files": _flag,
    "created": _moment,
    "updated": _moment,
    "due": _deadline,
}
