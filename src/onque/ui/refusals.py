"""Words for refusals: what happened, and what to do, by error code or by HTTP status.

Modules register words for their own codes; everything else speaks by its status.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Refusal:
    """What a refused person reads."""

    title: Words
    text: Words


_by_status = {
    400: Refusal(_("This request makes no sense here"), _("Go back and try once more.")),
    403: Refusal(_("You may not do this"), _("Ask an admin of your workspace for the permission.")),
    404: Refusal(
        _("There is nothing here"), _("The address may be mistyped, or the thing was moved.")
    ),
    405: Refusal(_("This address works differently"), _("Go back and use the button there.")),
    409: Refusal(
        _("Somebody was faster"),
        _("This changed while you looked at it. Nothing was saved; open it again."),
    ),
    410: Refusal(
        _("This link has expired"), _("Links in mails work for a limited time. Ask for a new one.")
    ),
    422: Refusal(
        _("Something is missing"), _("Go back, correct what was entered and send it again.")
    ),
    429: Refusal(_("That was too often"), _("Wait a little, then try again.")),
    500: Refusal(
        _("Something broke on our side"), _("What you had saved is safe. Try again in a moment.")
    ),
    503: Refusal(
        _("A part of Onque is not answering"), _("Nothing was lost. Try again in a moment.")
    ),
}
_by_code: dict[str, Refusal] = {}


def register(code: str, title: Words, text: Words) -> None:
    """Give words to an error code; the same code again replaces them."""
    _by_code[code] = Refusal(title, text)


def words(code: str, status: int) -> Refusal:
    """Return the words for a refusal; an unknown status speaks like 500."""
    return _by_code.get(code) or _by_status.get(status) or _by_status[500]
