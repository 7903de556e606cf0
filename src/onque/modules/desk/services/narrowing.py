"""From the operators of a search to tests: names become ids."""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from onque.kernel.access import Actor
from onque.kernel.search import terms
from onque.kernel.search.query import Operator
from onque.modules.desk.contracts import Priority, Status
from onque.modules.desk.contracts.views import Test
from onque.modules.desk.services import filtering
from onque.modules.identity import public as identity

_STATUS_WORDS = {"waiting": Status.PENDING, "hold": Status.ON_HOLD, "onhold": Status.ON_HOLD}
_CHANNELS = frozenset({"email", "mail", "portal", "talk", "api", "app", "desk"})
_OPPOSITE = {
    "in": "out",
    "has": "lacks",
    "on": "off",
    ">": "<=",
    "<=": ">",
    "<": ">=",
    ">=": "<",
}

Reader = Callable[[Actor, Operator], Test | None]
"""Returns the test, or None for a value that cannot be read."""


def narrow(actor: Actor, operators: Sequence[Operator]) -> tuple[list[Test], list[Operator]]:
    """Return the tests of all operators that were understood, and the operators that were not.

    All tests hold; operators of one kind with several values are one test of any of them.
    """
    tests: list[Test] = []
    failed: list[Operator] = []
    for operator in operators:
        test = READERS[operator.key](actor, operator)
        if test is None:
            failed.append(operator)
        elif operator.excluded:
            tests.append(_opposite(test))
        else:
            _add(tests, test)
    return tests, failed


def _add(tests: list[Test], test: Test) -> None:
    """Join a test with an earlier one of its kind."""
    for at, known in enumerate(tests):
        if (known.field, known.how) == (test.field, test.how) and test.how in {"in", "has"}:
            tests[at] = Test(test.field, test.how, known.values + test.values)
            return
    tests.append(test)


def _opposite(test: Test) -> Test:
    if test.how == "is":
        return Test(test.field, test.how, ("no",) if test.values == ("yes",) else ("yes",))
    return Test(test.field, _OPPOSITE[test.how], test.values)


def _one_of(field: str, *values: object) -> Test:
    return Test(field, "in", tuple(str(value) for value in values))


def _status(_actor: Actor, operator: Operator) -> Test | None:
    word = operator.value.lower().replace("-", "_")
    status = _STATUS_WORDS.get(word.replace("_", "")) or (word if word in set(Status) else None)
    return _one_of("status", status) if status else None


def _priority(_actor: Actor, operator: Operator) -> Test | None:
    word = operator.value.lower()
    return _one_of("priority", word) if word in set(Priority) else None


def _channel(_actor: Actor, operator: Operator) -> Test | None:
    word = operator.value.lower()
    if word not in _CHANNELS:
        return None
    return _one_of("channel", *(("email", "mail") if word in {"email", "mail"} else (word,)))


def _is(_actor: Actor, operator: Operator) -> Test | None:
    match operator.value.lower():
        case "unassigned":
            return _one_of("assignee", "none")
        case "open" | "active":
            return _one_of("shelf", "active")
        case "done":
            return _one_of("shelf", "done")
        case _:
            return None


def _has(_actor: Actor, operator: Operator) -> Test | None:
    is_file = operator.value.lower() in {"attachment", "file"}
    return Test("files", "is", ("yes",)) if is_file else None


def _tag(_actor: Actor, operator: Operator) -> Test | None:
    return _one_of("tag", operator.value)


def _brand(_actor: Actor, operator: Operator) -> Test | None:
    wanted = terms.normalise(operator.value)
    found = [b.id for b in identity.list_brands() if wanted in {terms.normalise(b.name), b.slug}]
    return _one_of("brand", *found) if found else None


def _group(_actor: Actor, operator: Operator) -> Test | None:
    wanted = terms.normalise(operator.value)
    found = [g.id for g in identity.list_groups() if terms.normalise(g.name) == wanted]
    return _one_of("group", *found) if found else None


def _assignee(_actor: Actor, operator: Operator) -> Test | None:
    wanted = terms.normalise(operator.value)
    if wanted in {"none", "nobody", "없음"}:
        return _one_of("assignee", "none")
    if wanted in {"me", "나"}:
        return _one_of("assignee", "me")
    members = identity.list_members(with_deactivated=True)
    found = [one.id for one in members if wanted in terms.normalise(one.name)]
    return _one_of("assignee", *found) if found else None


def _from(_actor: Actor, operator: Operator) -> Test | None:
    return Test("from", "has", (operator.value,)) if terms.conditions([operator.value]) else None


def _time(actor: Actor, operator: Operator) -> Test | None:
    if filtering.span_of(operator.value, ZoneInfo(actor.time_zone)) is None:
        return None
    how = "on" if operator.how == ":" else operator.how
    return Test(operator.key, how, (operator.value,))


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
