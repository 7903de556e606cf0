"""The words for where a ticket stands."""

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands. `pending` waits for the customer."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"
    SPAM = "spam"
    TRASH = "trash"


class Priority(StrEnum):
    """How much it matters."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class View(StrEnum):
    """The standard views."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    AT_RISK = "at-risk"
    MENTIONS = "mentions"
    FOLLOWED = "followed"
    SNOOZED = "snoozed"
    SOLVED = "solved"
    SPAM = "spam"
    TRASH = "trash"


class DueGroup(StrEnum):
    """How soon an answer is due."""

    OVERDUE = "overdue"
    HOUR = "hour"
    TODAY = "today"
    LATER = "later"
    NONE = "none"
