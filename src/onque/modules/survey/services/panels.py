"""What the desk shows of surveys beside a ticket."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel.access import Actor
from onque.modules.survey.contracts import SurveyPanel
from onque.modules.survey.repositories import surveys
from onque.modules.survey.services import words
from onque.modules.survey.services.answering import answer_of
from onque.ui import slots

if TYPE_CHECKING:
    from onque.modules.survey.models import Survey


def register_panels() -> None:
    """Fill the ticket page's slot."""
    slots.register(
        slots.TICKET_PANELS,
        "survey",
        template="survey/_panel.html",
        provider=survey_panels,
        order=40,
    )


def survey_panels(actor: Actor, ticket_ids: Sequence[UUID]) -> Mapping[UUID, SurveyPanel]:
    """Return the last survey of each ticket, by one query; nothing without "survey.view"."""
    if not actor.can("survey.view"):
        return {}
    return {row.ticket_id: _panel(row) for row in surveys.latest_of(ticket_ids)}


def _panel(row: "Survey") -> SurveyPanel:
    answer = answer_of(row)
    reasons = tuple(str(words.REASONS[reason]) for reason in answer.reasons) if answer else ()
    return SurveyPanel(row.ticket_id, row.asked_at, row.answered_at, answer, reasons)
