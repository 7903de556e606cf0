"""What the set-up's forms post; services decide whether it makes sense."""

from typing import Any

from django import forms
from django.http import HttpRequest

from onque.kernel.errors import Invalid
from onque.modules.mail.contracts.setup import ServerEntry
from onque.modules.mail.web.setting import words

Errors = dict[str, Any]
_LONGEST_PASSWORD = 1000
_NO_PORT = 0


class AddressForm(forms.Form):
    """The address, whose it is and who keeps it."""

    address = forms.CharField(max_length=320, required=False)
    brand = forms.UUIDField()
    provider = forms.CharField(max_length=16, required=False)


class FolderForm(forms.Form):
    """What is fetched, and what happens to it afterwards."""

    folder = forms.CharField(max_length=255, required=False)
    after_import = forms.CharField(max_length=8, required=False)
    move_folder = forms.CharField(max_length=255, required=False)
    with_history = forms.BooleanField(required=False)


def server_entry(request: HttpRequest, prefix: str = "") -> ServerEntry:
    """Return the server as it was entered; a port that is no number is port 0."""
    given = request.POST
    port = given.get(f"{prefix}port", "").strip()
    return ServerEntry(
        host=given.get(f"{prefix}host", "").strip()[:255],
        port=int(port) if port.isascii() and port.isdigit() else _NO_PORT,
        security=given.get(f"{prefix}security", ""),
        user_name=given.get(f"{prefix}user_name", "").strip()[:320],
        password=given.get(f"{prefix}password", "")[:_LONGEST_PASSWORD],
    )


def errors_of(refusal: Invalid) -> Errors:
    """Return the field and what to do, for the form to show."""
    field, reason = str(refusal.facts.get("field", "")), str(refusal.facts.get("reason", ""))
    return {field: words.ERRORS.get((field, reason), words.UNKNOWN_ERROR)}
