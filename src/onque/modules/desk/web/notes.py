"""Notes that only colleagues read."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import Invalid
from onque.modules.desk.contracts import TicketMergedAway
from onque.modules.desk.services import changes, mentions, replies, uploading
from onque.modules.desk.web import answers
from onque.modules.desk.web.forms import NoteForm
from onque.modules.desk.web.requests import MemberRequest


@require_POST
def create(request: MemberRequest, number: int) -> HttpResponse:
    """Add an internal note; a refusal gives the text back."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, number, "note", Invalid(field="form"))
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    try:
        files = uploading.opened(request.actor, request.POST.getlist("files"))
        replies.add_note(request.actor, ticket_id=ticket_id, **form.note(files))
    except (Invalid, TicketMergedAway) as error:
        return answers.refused(request, number, "note", error)
    return answers.done(request, number)


@require_safe
def colleagues(request: MemberRequest, number: int) -> HttpResponse:
    """Show whom a note can mention, after "@"."""
    found = mentions.list_colleagues(request.actor, number=number)
    return render(request, "desk/_colleagues.html", {"colleagues": found})
