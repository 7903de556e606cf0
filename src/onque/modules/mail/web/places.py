"""What mail adds to the shell and to other modules' pages."""

from django.utils.translation import gettext_lazy as _

from onque.modules.mail.contracts import AddressTaken, NotRetryable
from onque.modules.mail.errors import FileLinkGone
from onque.modules.mail.services import faring
from onque.modules.mail.web import why
from onque.ui import navigation, refusals, slots
from onque.ui.navigation import Place

_SETTINGS = "mail.settings"
_PLACES = (
    Place(
        "mail",
        "menu",
        _("Mail quarantine"),
        "mail-x",
        "mail:quarantine",
        "mail.quarantine",
        order=90,
    ),
    Place(
        "mail-addresses", "menu", _("Mail addresses"), "mail", "mail:addresses", _SETTINGS, order=91
    ),
    Place("mail-senders", "menu", _("Mail senders"), "ban", "mail:senders", _SETTINGS, order=92),
    Place("mail-sending", "menu", _("Sending mail"), "send", "mail:sending", _SETTINGS, order=93),
    Place("mail-alarms", "notices", _("Alarms"), "alert", "mail:alarms", "mail.quarantine"),
    Place("mail-signature", "menu", _("My signature"), "pencil", "mail:signature", order=94),
)


def register() -> None:
    """Add the places, the words for refusals and the foot of messages; safe to repeat."""
    for place in _PLACES:
        navigation.register(place)
    refusals.register(
        AddressTaken.code,
        _("This address is in use"),
        _("It already leads to a brand, perhaps of another workspace."),
    )
    refusals.register(
        NotRetryable.code,
        _("This mail has moved on"),
        _("Somebody acted on it meanwhile. Open the list again to see where it stands."),
    )
    refusals.register(
        FileLinkGone.code,
        _("This file is no longer here"),
        _("Links to files work for 30 days. Ask whoever sent it to send it again."),
    )
    _fill_slots()


def _fill_slots() -> None:
    slots.register(
        slots.MESSAGE_FOOT,
        "mail-why",
        template="mail/_why.html",
        provider=why.panels,
        order=50,
    )
    slots.register(
        slots.MESSAGE_FOOT,
        "mail",
        template="mail/_delivery.html",
        provider=faring.how_they_fare,
    )
