"""What fields add to the shell: their place, and words for their refusals."""

from django.utils.translation import gettext_lazy as _

from onque.modules.fields.contracts import FieldChanged, FieldKeyTaken
from onque.ui import navigation, refusals
from onque.ui.navigation import Place


def register() -> None:
    """Add the place and words; safe to repeat."""
    navigation.register(
        Place("fields", "menu", _("Custom fields"), "columns", "fields:index", "tenant.settings")
    )
    refusals.register(
        FieldChanged.code,
        _("A colleague was faster"),
        _("This field was changed while you looked at it. Open it again."),
    )
    refusals.register(
        FieldKeyTaken.code, _("This name is taken"), _("Another field has it. Choose another one.")
    )
