"""Refusals of the survey's page."""

from onque.kernel.errors import Gone, NotFound


class LinkUnknown(NotFound):
    """The link was not made by us, was cut short, or leads to another workspace."""

    code = "survey.link_unknown"


class LinkExpired(Gone):
    """The time to answer is over."""

    code = "survey.link_expired"


class AnswerFinal(Gone):
    """The answer can no longer be changed; it stays as it was."""

    code = "survey.answer_final"
