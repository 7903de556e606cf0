"""The composer's words on their way to the server."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from onque.kernel.errors import Invalid
from onque.modules.desk.services import changes, drafting, uploading
from onque.modules.desk.web.forms import DraftForm
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def save(request: MemberRequest, number: int) -> HttpResponse:
    """Keep what was typed so far; script asks for this every two seconds."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        raise Invalid(field="form")
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    files = uploading.opened(request.actor, request.POST.getlist("files"))
    drafting.save_draft(request.actor, ticket_id=ticket_id, draft=form.draft(files))
    return HttpResponse(status=204)
