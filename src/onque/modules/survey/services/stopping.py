"""A customer wants no more surveys."""

from uuid import UUID

from django.db import transaction

from onque.kernel import clock
from onque.modules.survey.errors import LinkUnknown
from onque.modules.survey.repositories import optouts, surveys


@transaction.atomic
def stop_asking(survey_id: UUID) -> None:
    """Ask the customer of a survey no more, on any ticket; safe to repeat.

    Raises `LinkUnknown`. Source: RFC 8058.
    """
    survey = surveys.find(survey_id)
    if survey is None:
        raise LinkUnknown
    optouts.note(survey.customer_id, now=clock.now())
