"""Taking acts back, from the toast and from the activity log."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from onque.modules.desk.services import operations
from onque.modules.desk.web import answers, tickets
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def undo(request: MemberRequest, operation_id: UUID) -> HttpResponse:
    """Take an act back and show its ticket."""
    done = operations.undo(request.actor, operation_id=operation_id)
    if done.act and request.htmx:  # another ticket than the page's
        return HttpResponse(
            headers={"HX-Redirect": tickets.place_of(request).ticket_url(done.number)}
        )
    return answers.done(request, done.number)
