"""Answering the customer, and taking an answer back."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from onque.kernel.errors import Invalid
from onque.modules.desk.contracts import (
    TicketClosed,
    TicketMergedAway,
    TicketStale,
    TicketVersionConflict,
)
from onque.modules.desk.errors import AddressBounced
from onque.modules.desk.services import changes, forwarding, holding, uploading
from onque.modules.desk.web import answers
from onque.modules.desk.web.forms import ForwardForm, ReplyForm
from onque.modules.desk.web.requests import MemberRequest

_REFUSED = (
    Invalid,
    TicketClosed,
    TicketMergedAway,
    TicketStale,
    TicketVersionConflict,
    AddressBounced,
)


@require_POST
def create(request: MemberRequest, number: int) -> HttpResponse:
    """Send a reply and set the status in the same act; a refusal gives the text back."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, number, "reply", Invalid(field="form"))
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    try:
        files = uploading.opened(request.actor, request.POST.getlist("files"))
        holding.send_reply(request.actor, ticket_id=ticket_id, new=form.reply(files))
    except _REFUSED as error:
        return answers.refused(request, number, "reply", error)
    return answers.sent(request, number)


@require_POST
def forward(request: MemberRequest, number: int) -> HttpResponse:
    """Pass a message on to somebody outside; a refusal gives the text back."""
    form = ForwardForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, number, "forward", Invalid(field="form"))
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    try:
        forwarding.forward(request.actor, ticket_id=ticket_id, **form.cleaned_data)
    except (Invalid, TicketMergedAway) as error:
        return answers.refused(request, number, "forward", error)
    return answers.done(request, number)


@require_POST
def undo(request: MemberRequest, number: int, reply_id: UUID) -> HttpResponse:
    """Take a reply back that is not sent yet: its text returns into the composer."""
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    holding.take_back(request.actor, ticket_id=ticket_id, reply_id=reply_id)
    return answers.done(request, number)


@require_POST
def send(request: MemberRequest, number: int, reply_id: UUID) -> HttpResponse:
    """Send a stopped reply as it is."""
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    holding.send_now(request.actor, ticket_id=ticket_id, reply_id=reply_id)
    return answers.done(request, number)


@require_POST
def discard(request: MemberRequest, number: int) -> HttpResponse:
    """Forget the text that was taken back."""
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    holding.discard(request.actor, ticket_id=ticket_id)
    return answers.done(request, number)
