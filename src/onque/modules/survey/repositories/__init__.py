"""Queries on surveys."""

from onque.modules.survey.repositories.surveys import SurveyRepository

surveys = SurveyRepository()

__all__ = ["surveys"]
