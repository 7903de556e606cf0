"""Answering the customer."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from onque.kernel.errors import Invalid
from onque.modules.desk.contracts import TicketClosed, TicketStale
from onque.modules.desk.services import changes, replies
from onque.modules.desk.web import answers
from onque.modules.desk.web.forms import ReplyForm
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def create(request: MemberRequest, number: int) -> HttpResponse:
    """Send a reply and set the status in the same act; a refusal gives the text back."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, number, "reply", Invalid(field="form"))
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    try:
        replies.post_reply(request.actor, ticket_id=ticket_id, **form.values())
    except (Invalid, TicketClosed, TicketStale) as error:
        return answers.refused(request, number, "reply", error)
    return answers.done(request, number)
