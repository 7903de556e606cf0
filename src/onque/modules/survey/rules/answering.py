"""Whom we ask, for how long an answer is taken, and which reasons go with which score."""

from collections.abc import Collection
from datetime import datetime, timedelta

from onque.modules.survey.contracts import Reason

ANSWER_DAYS = 30
CHANGE_DAYS = 7
HIGH_FROM = 4
COMMENT_LENGTH = 1000
SCORES = (1, 2, 3, 4, 5)
HIGH_REASONS = (Reason.QUICK, Reason.CLEAR, Reason.FRIENDLY, Reason.AT_ONCE)
LOW_REASONS = (
    Reason.SLOW,
    Reason.NOT_SOLVED,
    Reason.UNCLEAR,
    Reason.REPEATED,
    Reason.UNFRIENDLY,
)


def asks_for(solved_by: str) -> bool:
    """Tell whether a resolution is worth a question: only one that a person decided.

    Never after automatic closing, a merge or spam, which nobody answered.
    """
    return solved_by == "member"


def answer_until(asked_at: datetime) -> datetime:
    """Return until when the first answer is taken."""
    return asked_at + timedelta(days=ANSWER_DAYS)


def change_until(answered_at: datetime) -> datetime:
    """Return until when an answer may be changed."""
    return answered_at + timedelta(days=CHANGE_DAYS)


def link_until(asked_at: datetime) -> datetime:
    """Return when the link is of no use any more: an answer on the last day may still change."""
    return change_until(answer_until(asked_at))


def fitting_reasons(score: int, chosen: Collection[Reason]) -> tuple[Reason, ...]:
    """Return the chosen reasons that go with the score, in a fixed order.

    Both lists are in the form; the other one is hidden and may still hold ticks.
    """
    offered = HIGH_REASONS if score >= HIGH_FROM else LOW_REASONS
    return tuple(reason for reason in offered if reason in chosen)


def fitting_language(*wanted: str) -> str:
    """Return the first of the wanted languages that we speak, else English."""
    return next((word[:2] for word in wanted if word[:2] in {"ko", "en"}), "en")
