"""What the inquiry form sends, parsed; what was typed is shown again when something is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onque.modules.portal.rules.forms import Trouble
from onque.modules.portal.services.inquiring import Upload

MOST_FILES = 5
MOST_FILE_BYTES = 20 * 1024 * 1024
TRAP = "website"
"""A field that people do not see; what fills it in is a program."""
_SALT = "portal.inquiry"
_QUICKEST_SECONDS, _OLDEST_SECONDS = 3, 24 * 3600

TROUBLE: Mapping[Trouble, str | Promise] = {
    Trouble.REQUIRED: _("Fill this in."),
    Trouble.NOT_A_NUMBER: _("Enter a number, such as 1200."),
    Trouble.NOT_A_DATE: _("Enter a date, such as 2026-01-31."),
    Trouble.NOT_OFFERED: _("Choose one of the answers offered."),
    Trouble.TOO_LONG: _("Shorten this."),
    Trouble.CONSENT: _("Agree to this to send your request."),
}


class InquiryForm(forms.Form):
    """What every inquiry has; the fields of its type are read by `given_answers`."""

    email = forms.CharField(
        max_length=320,
        validators=[validate_email],
        error_messages={
            "required": _("Enter the e-mail address the answer is to go to."),
            "invalid": _("Enter an e-mail address such as name@example.com."),
        },
    )
    name = forms.CharField(required=False, max_length=200)
    subject = forms.CharField(
        max_length=300,
        error_messages={
            "required": _("Say in a few words what it is about."),
            "max_length": _("Shorten the subject to 300 characters."),
        },
    )
    body = forms.CharField(
        max_length=20_000,
        error_messages={
            "required": _("Tell us what happened."),
            "max_length": _("Shorten this to 20,000 characters, or attach it as a file."),
        },
    )


def begun() -> str:
    """Return a signed note of when the form was opened."""
    return signing.dumps(1, salt=_SALT)


def is_suspect(data: Mapping[str, Any]) -> bool:
    """Tell whether a program seems to have filled the form in: the trap, or faster than anybody.

    A form that was open for long, or whose note is missing, is nobody's fault.
    """
    if str(data.get(TRAP, "")).strip():
        return True
    note = str(data.get("begun", ""))
    try:
        signing.loads(note, salt=_SALT, max_age=_OLDEST_SECONDS)
    except signing.SignatureExpired:
        return False
    except signing.BadSignature:
        return True
    try:
        signing.loads(note, salt=_SALT, max_age=_QUICKEST_SECONDS)
    except signing.SignatureExpired:
        return False
    return True


def given_answers(request: HttpRequest, keys: Sequence[str]) -> dict[str, list[str]]:
    """Return what was answered to the fields of a type."""
    return {key: request.POST.getlist(f"f_{key}") for key in keys}


def uploads_of(request: HttpRequest) -> tuple[list[Upload], str | Promise]:
    """Return the files that were sent, and what is wrong with them, "" when nothing is."""
    sent = [file for file in request.FILES.getlist("files") if file.name]
    if len(sent) > MOST_FILES:
        return [], _("Choose up to 5 files.")
    if any((file.size or 0) > MOST_FILE_BYTES for file in sent):
        return [], _("Choose files of up to 20 MB each.")
    return [
        Upload(
            file.name or "file",
            file.content_type or "application/octet-stream",
            file.size or 0,
            file.read,
        )
        for file in sent
    ], ""
