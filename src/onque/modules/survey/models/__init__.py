"""Tables of surveys."""

from onque.modules.survey.models.survey import Survey

__all__ = ["Survey"]
