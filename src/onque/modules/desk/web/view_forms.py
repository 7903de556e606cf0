"""The form of a view as it is sent: one row for each test, in two blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from onque.modules.desk.contracts.views import (
    CHOICES,
    COLUMNS,
    HOWS,
    MOMENT,
    WORDS,
    Audience,
    Column,
    Narrowing,
    Order,
    Test,
    ViewDraft,
    kind_of,
)

MOST_ROWS = 30
ALL, ANY = "all", "any"
SPANS = {"within", "beyond"}
WORDLESS = {"past", "none"}


@dataclass(frozen=True)
class Row:
    """One test as its row shows it: `number` and `unit` are the parts of a span."""

    name: str
    test: Test

    @property
    def kind(self) -> str:
        """What stands for the value: a kind of values, "span", "day" or "none"."""
        if self.test.how in WORDLESS:
            return "none"
        if self.test.how in SPANS:
            return "span"
        kind = kind_of(self.test.field)
        return "day" if kind == MOMENT else kind

    @property
    def hows(self) -> Sequence[str]:
        """The comparisons on offer."""
        return HOWS[kind_of(self.test.field)]

    @property
    def text(self) -> str:
        """The values as one line."""
        return ", ".join(self.test.values)

    @property
    def number(self) -> str:
        """How many hours or days."""
        return self.test.values[0][:-1] if self.test.values else ""

    @property
    def unit(self) -> str:
        """Hours or days."""
        return self.test.values[0][-1:] if self.test.values else "d"


def read_draft(data: QueryDict) -> ViewDraft:
    """Return the view that the form describes, after the act on its rows, if there is one."""
    tests = {block: list(_tests(data, block)) for block in (ALL, ANY)}
    act, _, where = data.get("act", "").partition("-")
    if act == "add" and where in tests:
        tests[where].append(Test("status", "in"))
    audience, _, group = data.get("audience", "").partition(":")
    order = data.get("order", "")
    wanted = set(data.getlist("column"))
    return ViewDraft(
        name=data.get("name", ""),
        narrowing=Narrowing(tuple(tests[ALL]), tuple(tests[ANY])),
        order=Order(order) if order in set(Order) else Order.DUE,
        columns=tuple(column for column in Column if column in wanted)
        if "sent" in data
        else COLUMNS,
        audience=Audience(audience) if audience in set(Audience) else Audience.OWN,
        group_id=_uuid(group),
    )


def rows(tests: Sequence[Test], block: str) -> list[Row]:
    """Return the rows of a block; a test of what the form does not know has none."""
    shown = [test for test in tests if test.how in HOWS.get(kind_of(test.field), ())]
    return [Row(f"{block}{at}", test) for at, test in enumerate(shown)]


def _tests(data: QueryDict, block: str) -> Iterator[Test]:
    for at in range(MOST_ROWS):
        name = f"{block}{at}"
        field = data.get(f"f-{name}", "")
        if not kind_of(field) or data.get("act") == f"drop-{name}":
            continue
        hows = HOWS[kind_of(field)]
        how = data.get(f"h-{name}", "")
        how = how if how in hows else hows[0]
        yield Test(field, how, _values(data, name, field, how))


def _values(data: QueryDict, name: str, field: str, how: str) -> tuple[str, ...]:
    """Return the values that fit the field; those of another one, chosen before, fall away."""
    if how in WORDLESS:
        return ()
    if how in SPANS:
        number = data.get(f"n-{name}", "").strip()
        unit = data.get(f"u-{name}", "d")
        return (f"{number}{unit}",) if number.isdecimal() else ()
    sent = [value.strip() for value in data.getlist(f"v-{name}")]
    if data.get(f"was-{name}", field) != field:
        return ()
    if kind_of(field) == WORDS:
        sent = [part.strip() for part in ",".join(sent).split(",")]
    found = [value for value in dict.fromkeys(sent) if value]
    return tuple(found if kind_of(field) in {CHOICES, WORDS} else found[:1])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
