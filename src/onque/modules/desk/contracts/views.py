"""Views that members save: which tickets, in which order, with which columns, for whom."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from onque.kernel.contract import Contract
from onque.modules.desk.contracts.states import Status


class Order(StrEnum):
    """What a list is sorted by."""

    DUE = "due"
    NEWEST_UPDATED = "-updated"
    OLDEST_UPDATED = "updated"
    NEWEST_CREATED = "-created"
    OLDEST_CREATED = "created"


class Audience(StrEnum):
    """Who sees a view."""

    OWN = "own"
    GROUP = "group"
    ALL = "all"


class Column(StrEnum):
    """What a list may show beside the subject, in the order in which it does."""

    STATUS = "status"
    NUMBER = "number"
    CUSTOMER = "customer"
    CHANNEL = "channel"
    LANGUAGE = "language"
    GROUP = "group"
    ASSIGNEE = "assignee"
    DUE = "due"
    CREATED = "created"
    UPDATED = "updated"


COLUMNS = (
    Column.STATUS,
    Column.CUSTOMER,
    Column.CHANNEL,
    Column.ASSIGNEE,
    Column.DUE,
    Column.UPDATED,
)
"""The columns of the standard views."""

CHOICES, FLAG, TEXT, WORDS, MOMENT, DEADLINE, NUMBER, DAY = (
    "choices",
    "flag",
    "text",
    "words",
    "moment",
    "deadline",
    "number",
    "day",
)
FIELDS: Mapping[str, str] = {
    "status": CHOICES,
    "priority": CHOICES,
    "assignee": CHOICES,
    "group": CHOICES,
    "brand": CHOICES,
    "channel": CHOICES,
    "language": CHOICES,
    "rating": CHOICES,
    "tag": WORDS,
    "subject": TEXT,
    "from": TEXT,
    "unanswered": FLAG,
    "files": FLAG,
    "created": MOMENT,
    "updated": MOMENT,
    "due": DEADLINE,
    "shelf": CHOICES,
}
"""What can be asked of a ticket, and the kind of its values."""

HOWS: Mapping[str, tuple[str, ...]] = {
    CHOICES: ("in", "out"),
    WORDS: ("in", "out"),
    TEXT: ("has", "lacks"),
    FLAG: ("is",),
    MOMENT: ("within", "beyond", "on", "off", ">=", "<", ">", "<="),
    DEADLINE: ("within", "past", "none"),
    NUMBER: ("equals", "least", "most"),
    DAY: ("on", ">=", "<"),
}
"""How each kind is asked. "within" and "beyond" take a span such as "3d" or "12h"."""


CUSTOM = re.compile(r"custom-(choices|flag|text|number|day)-([0-9a-f]{32})")
"""A workspace's own field: its kind, and its id in hex."""


def kind_of(field: str) -> str:
    """Return the kind of a field's values, "" for one that is none."""
    found = CUSTOM.fullmatch(field)
    return found[1] if found else FIELDS.get(field, "")


@dataclass(frozen=True)
class Test(Contract):
    """One question about a ticket: a field, how it is compared, and with what.

    Values are codes and ids as text; an assignee may be "me" or "none", a group "mine" or "none".
    """

    field: str
    how: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Narrowing(Contract):
    """Which tickets: every test of `all_of` holds and, where there is one, any of `any_of`."""

    all_of: tuple[Test, ...] = ()
    any_of: tuple[Test, ...] = ()

    @property
    def is_personal(self) -> bool:
        """It finds other tickets for another reader."""
        tests = (*self.all_of, *self.any_of)
        return any({"me", "mine"} & set(test.values) for test in tests)


@dataclass(frozen=True)
class ViewDraft(Contract):
    """A view as somebody wants it."""

    name: str
    narrowing: Narrowing
    order: Order = Order.DUE
    columns: tuple[Column, ...] = COLUMNS
    audience: Audience = Audience.OWN
    group_id: UUID | None = None


@dataclass(frozen=True)
class SavedView(Contract):
    """A view as it is saved. `may_change`: the reader may edit and delete it."""

    id: UUID
    draft: ViewDraft
    owner_id: UUID
    version: int
    may_change: bool

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return self.draft.name


@dataclass(frozen=True)
class Tally(Contract):
    """How many tickets a view holds among those looked at; `is_more`: not all were looked at."""

    count: int
    is_more: bool


DEFAULT = Narrowing((Test("status", "in", tuple(Status)[:4]),))
"""What a new view starts from: the open tickets."""
