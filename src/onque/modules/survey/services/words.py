"""The survey's words for scores and reasons."""

from django.utils.translation import gettext_lazy as _

from onque.modules.survey.contracts import Reason

SCORES = {
    1: _("Very poor"),
    2: _("Poor"),
    3: _("Fine"),
    4: _("Good"),
    5: _("Great"),
}
REASONS = {
    Reason.QUICK: _("Quick answer"),
    Reason.CLEAR: _("Easy to follow"),
    Reason.FRIENDLY: _("Friendly"),
    Reason.AT_ONCE: _("Solved at once"),
    Reason.SLOW: _("Waited too long"),
    Reason.NOT_SOLVED: _("Not solved"),
    Reason.UNCLEAR: _("Hard to follow"),
    Reason.REPEATED: _("Had to repeat myself"),
    Reason.UNFRIENDLY: _("Unfriendly"),
}
