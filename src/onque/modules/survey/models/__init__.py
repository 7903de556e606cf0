"""Tables of surveys."""

from onque.modules.survey.models.optout import Optout
from onque.modules.survey.models.survey import Survey

__all__ = ["Optout", "Survey"]
