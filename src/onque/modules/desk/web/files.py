"""Files on messages, always as downloads: never shown inside the app's origin."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from onque.kernel.storage import store
from onque.modules.desk.services import reading
from onque.modules.desk.web.requests import MemberRequest


@require_safe
def download(request: MemberRequest, attachment_id: UUID) -> HttpResponse:
    """Hand a file to somebody who may see its ticket."""
    found = reading.get_attachment(request.actor, attachment_id=attachment_id)
    response = HttpResponse(store().get(found.object_key), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"  # noqa: FBT003
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response
