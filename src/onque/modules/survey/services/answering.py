"""Answering: what the customer's page reads and writes, with the rights of the public role."""

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events, realtime
from onque.kernel.access import system_actor
from onque.kernel.errors import Invalid
from onque.kernel.tenancy import current_tenant
from onque.modules.desk import public as desk
from onque.modules.desk.contracts import Status, TicketVersionConflict
from onque.modules.survey.contracts import Answer, Reason, SurveyAnswered, SurveyPage
from onque.modules.survey.errors import AnswerFinal, LinkExpired, LinkUnknown
from onque.modules.survey.repositories import surveys
from onque.modules.survey.rules import answering

if TYPE_CHECKING:
    from onque.modules.survey.models import Survey

ANSWER_COLUMNS = (
    "score",
    "reasons",
    "comment",
    "wants_reopening",
    "answered_at",
    "changed_at",
)


def open_survey(survey_id: UUID) -> SurveyPage:
    """Return what the page shows; records nothing. Raises `LinkUnknown`, `LinkExpired`."""
    survey = surveys.find_joined(survey_id)
    if survey is None:
        raise LinkUnknown
    if survey.answered_at is None and clock.now() >= answering.answer_until(survey.asked_at):
        raise LinkExpired
    return _page(survey)


@transaction.atomic
def record_answer(survey_id: UUID, answer: Answer) -> None:
    """Keep the customer's answer, or change it; the same answer again changes nothing.

    Raises `LinkUnknown`, `LinkExpired` for a first answer too late, `AnswerFinal` for a change too
    late. Source: docs/modules/survey.md.
    """
    survey = _lock(survey_id)
    now = clock.now()
    given = answer_of(survey)
    if survey.answered_at is None:
        if now >= answering.answer_until(survey.asked_at):
            raise LinkExpired
    elif now >= answering.change_until(survey.answered_at):
        raise AnswerFinal
    if given == answer:
        return
    survey.score, survey.reasons = answer.score, [str(reason) for reason in answer.reasons]
    survey.comment, survey.wants_reopening = answer.comment, answer.wants_reopening
    survey.answered_at, survey.changed_at = survey.answered_at or now, now
    surveys.save(survey, *ANSWER_COLUMNS)
    _announce(survey, answer, is_change=given is not None)


def reopen(*, ticket_id: UUID) -> None:
    """Reopen a solved ticket whose customer says that it is not; any other status stays."""
    with suppress(TicketVersionConflict, Invalid):
        desk.set_status(
            system_actor(current_tenant()),
            ticket_id=ticket_id,
            status=Status.OPEN,
            expected=Status.SOLVED,
        )


def answer_of(survey: "Survey") -> Answer | None:
    """Return the answer that a row holds, or None."""
    if survey.score is None:
        return None
    reasons = tuple(Reason(reason) for reason in survey.reasons)
    return Answer(survey.score, reasons, survey.comment, survey.wants_reopening)


def _lock(survey_id: UUID) -> "Survey":
    found = surveys.lock_many([survey_id])
    if not found:
        raise LinkUnknown
    return found[0]


def _announce(survey: "Survey", answer: Answer, *, is_change: bool) -> None:
    events.publish(
        SurveyAnswered(
            survey_id=survey.id,
            ticket_id=survey.ticket_id,
            score=answer.score,
            is_change=is_change,
            wants_reopening=answer.wants_reopening,
        )
    )
    realtime.hint(f"desk.ticket.{survey.ticket_id.hex}", kind="survey_answered")


def _page(survey: "Survey") -> SurveyPage:
    return SurveyPage(
        brand_name=survey.brand.name,
        brand_color=survey.brand.color,
        agent_id=survey.member_id,
        agent_name=survey.agent_name,
        subject=survey.subject,
        ticket_number=survey.ticket_number,
        language=survey.language,
        asked_at=survey.asked_at,
        answer=answer_of(survey),
        change_until=answering.change_until(survey.answered_at or clock.now()),
    )
