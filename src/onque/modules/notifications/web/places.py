"""What notifications add to the shell."""

from django.utils.translation import gettext_lazy as _

from onque.ui import navigation
from onque.ui.navigation import Place


def register() -> None:
    """Add the notifications centre; safe to repeat."""
    navigation.register(
        Place(
            "notices",
            "foot",
            _("Alerts"),
            "bell",
            "notifications:notices",
            "ticket.view",
            order=10,
            count_url_name="notifications:count",
        )
    )
