"""Files on messages: downloads, and proven pictures alone to be shown."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from onque.kernel.errors import NotFound
from onque.kernel.storage import store
from onque.modules.desk import rules
from onque.modules.desk.contracts import AttachmentItem
from onque.modules.desk.services import reading
from onque.modules.desk.web.requests import MemberRequest

POLICY = "default-src 'none'; sandbox"


@require_safe
def download(request: MemberRequest, attachment_id: UUID) -> HttpResponse:
    """Hand a file to somebody who may see its ticket."""
    found = reading.get_attachment(request.actor, attachment_id=attachment_id)
    return _answer(found, "application/octet-stream", as_attachment=True)


@require_safe
def picture(request: MemberRequest, attachment_id: UUID) -> HttpResponse:
    """Show a picture whose bytes are proven to be one; anything else is not found."""
    found = reading.get_attachment(request.actor, attachment_id=attachment_id)
    if not found.image_type:
        raise NotFound(kind="picture", id=attachment_id)
    return _answer(found, found.image_type, as_attachment=False)


def _answer(found: AttachmentItem, content_type: str, *, as_attachment: bool) -> HttpResponse:
    """Return the bytes under a policy in which nothing runs. Source: RFC 6266 (names)."""
    response = HttpResponse(store().get(found.object_key), content_type=content_type)
    name = rules.file_name(found.name)
    response["Content-Disposition"] = content_disposition_header(as_attachment, name) or "inline"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=3600"
    return response
