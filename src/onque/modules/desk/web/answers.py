"""What a form of the ticket page is answered with: the fresh parts, or the text and a reason."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onque.kernel.errors import AppError
from onque.modules.desk.contracts import TicketStale
from onque.modules.desk.web import tickets
from onque.modules.desk.web.requests import MemberRequest
from onque.modules.desk.web.tickets import Draft


def done(request: MemberRequest, number: int) -> HttpResponse:
    """Answer an act that worked: the parts for script, the page again for a plain form."""
    place = tickets.place_of(request)
    if not request.htmx:
        return HttpResponseRedirect(place.ticket_url(number))
    context = tickets.ticket_context(request, place, number)
    return render(request, "desk/_parts.html", context)


def refused(request: MemberRequest, number: int, kind: str, error: AppError) -> HttpResponse:
    """Answer a refused message: nothing was written, the text comes back with the reason."""
    body = request.POST.get("body", "")
    stale = isinstance(error, TicketStale)
    draft = Draft(kind, body, error=reason(error), may_force=stale)
    place = tickets.place_of(request)
    context = tickets.ticket_context(request, place, number, draft)
    template = "desk/_parts.html" if request.htmx else "desk/ticket.html"
    return render(request, template, context, status=error.status)


def reason(error: AppError) -> str:
    """Return why a message was not taken and what to do."""
    if isinstance(error, TicketStale):
        newer = error.facts.get("newer")
        count = len(newer) if isinstance(newer, tuple) else 1
        return ngettext(
            "A newer message arrived while you were writing. Read it, then send again.",
            "%(count)s newer messages arrived while you were writing. Read them, then send again.",
            count,
        ) % {"count": count}
    match error.facts.get("reason"), error.facts.get("field"):
        case "empty", "body":
            return _("Write something first.")
        case "too_long", _field:
            return _("This is too long for one message. Shorten it or send it in two.")
        case "not_from_here", _field:
            return _("The ticket cannot have this status now. Choose another one.")
    if error.code == "desk.ticket_closed":
        return _("This ticket is closed. Reopen it to answer.")
    return _("Reload the page, then send it again.")
