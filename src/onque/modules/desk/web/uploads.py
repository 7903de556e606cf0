"""Files on their way into the composer."""

from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from onque.kernel.errors import Invalid
from onque.modules.desk.services import uploading
from onque.modules.desk.web import answers
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def create(request: MemberRequest, number: int) -> HttpResponse:
    """Take one file; the answer is its line in the composer, or why it was not taken."""
    given = request.FILES.get("file") or ContentFile(b"", name="file")
    try:
        uploading.check_size(given.name or "", given.size or 0)  # before it is read
        file = uploading.keep_upload(
            request.actor,
            number=number,
            name=given.name or "",
            content_type=getattr(given, "content_type", "") or "",
            content=given.read(),
        )
    except Invalid as error:
        return HttpResponse(answers.reason(error), status=error.status, content_type="text/plain")
    token = uploading.token(request.actor, file)
    return render(request, "desk/_upload.html", {"token": token, "file": file}, status=201)
