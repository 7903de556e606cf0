"""Queries on surveys."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from onque.kernel.repository import Repository
from onque.modules.survey.models import Survey


class SurveyRepository(Repository[Survey]):
    """Surveys by id and by ticket."""

    model = Survey

    def add_once(self, *, ticket_id: UUID, resolution: int, **fields: Any) -> tuple[Survey, bool]:
        """Insert the survey of a resolution; one that exists is returned with False."""
        return Survey.objects.get_or_create(
            ticket_id=ticket_id, resolution=resolution, defaults=fields
        )

    def find_joined(self, survey_id: UUID) -> Survey | None:
        """Return a survey with its brand, or None."""
        return Survey.objects.select_related("brand").filter(pk=survey_id).first()

    def latest_of(self, ticket_ids: Collection[UUID]) -> list[Survey]:
        """Return the survey of the last resolution of each ticket, in one query."""
        found = Survey.objects.filter(ticket_id__in=ticket_ids)
        return list(found.order_by("ticket_id", "-resolution").distinct("ticket_id"))
