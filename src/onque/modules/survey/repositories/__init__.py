"""Queries on surveys."""

from onque.modules.survey.repositories.optouts import OptoutRepository
from onque.modules.survey.repositories.surveys import SurveyRepository

optouts = OptoutRepository()
surveys = SurveyRepository()

__all__ = ["optouts", "surveys"]
