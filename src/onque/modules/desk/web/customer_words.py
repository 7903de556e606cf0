"""The words of customers' pages, by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onque.kernel.errors import AppError
from onque.modules.customers.contracts import Rating, Segment
from onque.modules.desk.web import words

Label = str | Promise

SEGMENT: Mapping[Segment, Label] = {
    Segment.ALL: pgettext_lazy("customers", "All"),
    Segment.VIP: "VIP",
    Segment.VVIP: "VVIP",
    Segment.RED: words.RATING["red"],
    Segment.BLOCKED: pgettext_lazy("customers", "Blocked"),
}
RATING: Mapping[Rating, Label] = {
    Rating.GENERAL: pgettext_lazy("rating", "General"),
    Rating.VIP: "VIP",
    Rating.VVIP: "VVIP",
    Rating.RED: words.RATING["red"],
}
KIND: Mapping[str, Label] = {
    "email": _("E-mail address"),
    "external": _("Your own id"),
    "device": _("Device"),
}
SAID: Mapping[str, Label] = {
    "saved": _("The details are saved."),
    "added": _("It leads to this customer now."),
    "noted": _("The note is written down."),
    "note-removed": _("The note is taken away."),
    "blocked": _("Blocked. What this customer writes from now on goes to spam."),
    "unblocked": _("No longer blocked."),
    "anonymised": _("Nobody can tell any more who this was."),
    "merged": _("Merged. The tickets of both stand here in a moment."),
    "parted": _("Parted again. The tickets come back in a moment."),
}
WHY: Mapping[tuple[str, str], Label] = {
    ("name", "too_long"): _("A name has at most 200 letters. Shorten it."),
    ("email", "empty"): _("Enter the address that answers go to."),
    ("email", "not_an_address"): _("This is no e-mail address. Write it as name@example.com."),
    ("value", "empty"): _("Enter an address or an id first."),
    ("value", "too_long"): _("This is too long. At most 200 letters fit."),
    ("value", "not_an_address"): _("This is no e-mail address. Write it as name@example.com."),
    ("text", "empty"): _("Write something first."),
    ("text", "too_long"): _("A note has at most 5,000 letters. Shorten it."),
    ("note", "too_long"): _("A note has at most 5,000 letters. Shorten it."),
}
CODES: Mapping[str, Label] = {
    "customers.changed": _(
        "A colleague changed this customer meanwhile."
        " Below each field stands what is saved there now."
    ),
    "customers.main_address": _(
        "Answers go to this address. Make another one the main address first."
    ),
    "app.invalid": _("This does not fit here. Correct it, then save again."),
}
CANNOT_MERGE: Mapping[str, Label] = {
    "same": _("This is the same customer. Choose another one."),
    "merged": _("One of the two was merged meanwhile. Choose again."),
}
TAKEN = _("This leads to another customer already. Merge the two if they are one person.")


def errors(error: AppError, taken_field: str) -> dict[str, str]:
    """Return what a refused form is told, by field; {} for a refusal that is none of the form's."""
    if error.code == "customers.address_taken":
        return {taken_field: str(TAKEN)}
    field, reason = str(error.facts.get("field", "")), str(error.facts.get("reason", ""))
    said = WHY.get((field, reason)) or CODES.get(error.code)
    return {field: str(said)} if said else {}


def languages(chosen: str) -> list[tuple[str, Label]]:
    """Return the languages to choose from, and the one that is chosen already."""
    known: dict[str, Label] = {"": _("Not known"), **words.LANGUAGE}
    known.setdefault(chosen, chosen)
    return list(known.items())
