"""The survey's words for its refusals."""

from django.utils.translation import gettext_lazy as _

from onque.ui import refusals


def register_words() -> None:
    """Tell customers what went wrong and what they can do."""
    refusals.register(
        "survey.link_unknown",
        _("This survey link does not work"),
        _("It may have been cut off in the mail. Open it again from the mail itself."),
    )
    refusals.register(
        "survey.link_expired",
        _("This survey is over"),
        _("The time to answer has passed. To tell us something, answer our last mail."),
    )
    refusals.register(
        "survey.answer_final",
        _("Your answer stands"),
        _("It could be changed for 7 days. To add something, answer our last mail."),
    )
