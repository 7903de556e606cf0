"""The Django app of the survey module."""

from django.apps import AppConfig
from typing_extensions import override


class SurveyConfig(AppConfig):
    name = "onque.modules.survey"
    label = "survey"

    @override
    def ready(self) -> None:
        """Load the subscribers; fill the slot of the ticket page; give words to our refusals."""
        from onque.modules.survey import subscribers  # noqa: F401
        from onque.modules.survey.services.panels import register_panels
        from onque.modules.survey.web.words import register_words

        register_panels()
        register_words()
