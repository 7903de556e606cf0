"""Acts of the ticket page's menu: later, unread, restore, follow-up, split."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from onque.kernel.errors import Invalid
from onque.modules.desk.contracts.operations import Done
from onque.modules.desk.services import marking, opening, snoozing
from onque.modules.desk.web import answers, tickets
from onque.modules.desk.web.forms import SnoozeForm
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def snooze(request: MemberRequest, number: int) -> HttpResponse:
    """Put the ticket off until what was chosen; nothing chosen brings it back."""
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        raise Invalid(field="until", reason="not_later")
    done = snoozing.snooze(request.actor, number=number, **form.act())
    return answers.done(request, number, did=done)


@require_POST
def mark_unread(request: MemberRequest, number: int) -> HttpResponse:
    """Let the ticket stand out as unanswered again."""
    done = marking.mark_unread(request.actor, number=number)
    return answers.done(request, number, did=done)


@require_POST
def restore(request: MemberRequest, number: int) -> HttpResponse:
    """Take the ticket out of the trash or spam."""
    marking.restore(request.actor, number=number)
    return answers.done(request, number)


@require_POST
def follow_up(request: MemberRequest, number: int) -> HttpResponse:
    """Open a follow-up and go there."""
    return _go_to(request, opening.follow_up(request.actor, number=number))


@require_POST
def split(request: MemberRequest, message_id: UUID) -> HttpResponse:
    """Make a message a ticket of its own and go there."""
    return _go_to(request, opening.split_message(request.actor, message_id=message_id))


def _go_to(request: MemberRequest, done: Done) -> HttpResponse:
    did = {"did": done.operation_id.hex} if done.operation_id else {}
    return HttpResponseRedirect(tickets.place_of(request).ticket_url(done.number, **did))
