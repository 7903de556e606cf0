"""Moving a message to the ticket it was offered for, and back."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from onque.modules.desk.services import joining
from onque.modules.desk.web import tickets
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def join(request: MemberRequest, message_id: UUID) -> HttpResponse:
    """Move it and go to where it is now."""
    number = joining.join_suggested(request.actor, message_id=message_id)
    return _go_to(request, number, message_id)


@require_POST
def undo(request: MemberRequest, message_id: UUID) -> HttpResponse:
    """Move it back and go to where it was."""
    number = joining.undo_join(request.actor, message_id=message_id)
    return _go_to(request, number, message_id)


def _go_to(request: MemberRequest, number: int, message_id: UUID) -> HttpResponse:
    address = tickets.place_of(request).ticket_url(number)
    return HttpResponseRedirect(f"{address}#m{message_id.hex}")
