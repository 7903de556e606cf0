"""What the portal adds to the desk's shell."""

from django.utils.translation import gettext_lazy as _

from onque.modules.portal.services.inquiry_types import MAY_SET_UP
from onque.ui import navigation
from onque.ui.navigation import Place


def register() -> None:
    """Add the settings; safe to repeat."""
    navigation.register(
        Place("inquiries", "menu", _("Inquiry form"), "globe", "portal-settings:types", MAY_SET_UP)
    )
