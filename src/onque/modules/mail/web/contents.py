"""What a mail of the ledger contains: its bytes, its files, and its HTML made safe."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from markupsafe import Markup

from onque.modules.mail.services import reading
from onque.modules.mail.web.requests import MemberRequest

NOTHING_RUNS = "default-src 'none'; sandbox"
PREVIEW = (
    "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; sandbox allow-same-origin"
)
"""Same-origin without scripts, as its style sheet is ours. Source: CSP Level 3, 6.3."""


@require_safe
def raw(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Hand out the bytes as they came, never to be shown by the browser."""
    content = reading.get_raw(request.actor, mail_id=mail_id)
    return as_download(content, f"{mail_id.hex}.eml")


@require_safe
def source(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Show the bytes as plain text, as far as they are ASCII or UTF-8."""
    content = reading.get_raw(request.actor, mail_id=mail_id)
    response = HttpResponse(content[:1_000_000], content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def file(request: MemberRequest, mail_id: UUID, index: int) -> HttpResponse:
    """Hand out one file of a mail, never to be shown by the browser."""
    found = reading.get_file(request.actor, mail_id=mail_id, index=index)
    return as_download(found.content, found.name)


@require_safe
def preview(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Show a mail's HTML in a document in which nothing runs and nothing is loaded."""
    html = reading.get_preview(request.actor, mail_id=mail_id)
    safe = Markup(html)  # noqa: S704 - sanitised by the service
    response = render(request, "mail/preview.html", {"html": safe})
    response["Content-Security-Policy"] = PREVIEW
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


def as_download(content: bytes, name: str) -> HttpResponse:
    """Return an answer that the browser keeps as a file and never shows, whatever it is."""
    response = HttpResponse(content, content_type="application/octet-stream")
    header = content_disposition_header(as_attachment=True, filename=name or "file")
    response["Content-Disposition"] = header or "attachment"
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    return response
