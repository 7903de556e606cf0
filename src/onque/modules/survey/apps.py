"""The Django app of the survey module."""

from django.apps import AppConfig


class SurveyConfig(AppConfig):
    name = "onque.modules.survey"
    label = "survey"
