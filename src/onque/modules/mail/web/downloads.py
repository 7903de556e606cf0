"""Files too large to travel with a mail, for whoever has the link; always as downloads."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from onque.modules.mail.services import enclosing


@require_safe
def download(_request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the file; it is never shown inside our origin."""
    found = enclosing.open_link(token)
    response = HttpResponse(found.content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"  # noqa: FBT003
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
