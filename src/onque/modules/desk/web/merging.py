"""Merging a ticket into another one: a page to choose, and the act."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import AppError, NotFound
from onque.modules.desk.contracts import TicketMergedAway, TicketVersionConflict
from onque.modules.desk.errors import CannotMerge
from onque.modules.desk.services import matching, merging
from onque.modules.desk.web import screen, tickets, words
from onque.modules.desk.web.forms import MergeForm
from onque.modules.desk.web.requests import MemberRequest, read_number

WHY: dict[str, Promise] = {
    "same": _("This is the same ticket. Choose another one."),
    "merged": _("One of the two was merged meanwhile. Choose again."),
    "trash": _("A ticket in the trash cannot be merged. Restore it first."),
    "closed": _("The ticket that stays must not be closed, spam or in the trash."),
    "too_many": _("Together they have too many people in copy. Take some out first."),
    NotFound.code: _("There is no such ticket here. Check the number."),
    TicketMergedAway.code: _("One of the two was merged meanwhile. Choose again."),
    TicketVersionConflict.code: _("A colleague changed the ticket meanwhile. Look at it again."),
    "choose": _("Choose the other ticket first."),
}
"""Words for the reasons of `CannotMerge`, else for codes."""


@require_safe
def choose(request: MemberRequest, number: int) -> HttpResponse:
    """Show what the ticket may be merged with; `q` is a number to look for."""
    return _page(request, number)


@require_POST
def merge(request: MemberRequest, number: int) -> HttpResponse:
    """Merge and go to the ticket that stays; a refusal shows the page with the reason."""
    form = MergeForm(request.POST)
    if not form.is_valid():
        return _page(request, number, "choose", status=422)
    try:
        done = merging.merge_tickets(request.actor, **form.act(number))
    except (CannotMerge, NotFound, TicketVersionConflict) as error:
        return _page(request, number, _reason(error), status=error.status)
    did = {"did": done.operation_id.hex} if done.operation_id else {}
    return HttpResponseRedirect(tickets.place_of(request).ticket_url(done.number, **did))


def _reason(error: AppError) -> str:
    return str(error.facts.get("reason", error.code))


def _page(request: MemberRequest, number: int, why: str = "", status: int = 200) -> HttpResponse:
    wanted = _wanted(request)
    place = tickets.place_of(request)
    context = {
        "live": screen.live(request.workspace),
        "words": words.WORDS,
        "number": number,
        "subject": matching.get_subject(request.actor, number=number),
        "candidates": matching.list_candidates(request.actor, number=number, wanted=wanted),
        "wanted": wanted,
        "chosen": wanted,
        "why": WHY.get(why, ""),
        "ticket_url": place.ticket_url,
        "query": place.query(),
    }
    return render(request, "desk/merge.html", context, status=status)


def _wanted(request: HttpRequest) -> int | None:
    return read_number(request.POST.get("other") or request.GET.get("q", ""))
