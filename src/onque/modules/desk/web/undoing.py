"""Taking acts back, from the toast and from the activity log."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from onque.modules.desk.services import operations
from onque.modules.desk.web import answers
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def undo(request: MemberRequest, operation_id: UUID) -> HttpResponse:
    """Take an act back and show its ticket."""
    done = operations.undo(request.actor, operation_id=operation_id)
    return answers.done(request, done.number)
