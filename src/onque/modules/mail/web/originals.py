"""The mail behind a message: its header and source on a page, and the file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onque.modules.mail.services import originals
from onque.modules.mail.web.contents import as_download
from onque.modules.mail.web.requests import MemberRequest, shell


@require_safe
def original(request: MemberRequest, message_id: UUID) -> HttpResponse:
    """Show the header and the source as text, for whoever may see the ticket."""
    found = originals.get_original(request.actor, message_id=message_id)
    response = render(request, "mail/original.html", {**shell(request), "mail": found})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def raw(request: MemberRequest, message_id: UUID) -> HttpResponse:
    """Hand out the bytes as they came, never to be shown by the browser."""
    content = originals.get_original_raw(request.actor, message_id=message_id)
    response = as_download(content, f"{message_id.hex}.eml")
    response["Cache-Control"] = "private, no-store"
    return response
