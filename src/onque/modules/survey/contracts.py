"""What other modules may know of surveys, and what its own page shows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from typing_extensions import override

from onque.kernel.contract import Contract, Event


class Reason(StrEnum):
    """Why the score is what it is; the first four go with high scores, the rest with low ones."""

    QUICK = "quick"
    CLEAR = "clear"
    FRIENDLY = "friendly"
    AT_ONCE = "at_once"
    SLOW = "slow"
    NOT_SOLVED = "not_solved"
    UNCLEAR = "unclear"
    REPEATED = "repeated"
    UNFRIENDLY = "unfriendly"


@dataclass(frozen=True)
class SurveyAnswered(Event):
    """A customer scored a resolution, or changed the score (`is_change`); `score` is 1 to 5."""

    name: ClassVar[str] = "survey.survey_answered"
    survey_id: UUID
    ticket_id: UUID
    score: int
    is_change: bool = False
    wants_reopening: bool = False

    @property
    @override
    def stream(self) -> str:
        """Ordered for each survey."""
        return f"survey:{self.survey_id.hex}"


@dataclass(frozen=True)
class Answer(Contract):
    """What a customer said; `comment` is at most 1,000 characters."""

    score: int
    reasons: tuple[Reason, ...] = ()
    comment: str = ""
    wants_reopening: bool = False


@dataclass(frozen=True)
class SurveyPage(Contract):
    """Everything the customer's page shows; `answer` is None until one was given."""

    brand_name: str
    brand_color: str
    agent_id: UUID | None
    agent_name: str
    subject: str
    ticket_number: int
    language: str
    asked_at: datetime
    answer: Answer | None
    change_until: datetime


@dataclass(frozen=True)
class SurveyPanel(Contract):
    """What the desk shows beside a ticket; `answer` is None while the customer has said nothing.

    `reasons` are those of the answer in the reader's words.
    """

    ticket_id: UUID
    asked_at: datetime
    answered_at: datetime | None
    answer: Answer | None
    reasons: tuple[str, ...] = ()
