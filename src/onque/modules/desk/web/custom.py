"""A workspace's own fields: on the page of a ticket, and as a form that both pages share."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from onque.kernel.errors import AppError, Invalid
from onque.modules.desk.contracts import TicketVersionConflict
from onque.modules.desk.services import changes, custom
from onque.modules.desk.web import screen, tickets
from onque.modules.desk.web.requests import MemberRequest
from onque.modules.fields import public as fields
from onque.modules.fields.contracts import Kept

PREFIX = "f-"
WHY: dict[str, str | Promise] = {
    "too_long": _("This is too long. Shorten it."),
    "not_a_number": _("Write a number, such as 1200 or 0.5."),
    "not_a_day": _("Write the day as 2026-01-31."),
    "no_option": _("Choose one of the options."),
}
CHANGED = _("A colleague changed this meanwhile. Look at it, then save again.")
GONE = _("Reload the page, then save again.")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, number: int) -> HttpResponse:
    """Show a ticket's fields; with POST keep them. A refusal gives everything back."""
    ticket_id = changes.ticket_id_of(request.actor, number=number)
    kept = custom.list_kept(request.actor, ticket_id=ticket_id)
    if request.method != "POST":
        return _page(request, number, kept)
    try:
        did = custom.write(
            request.actor,
            number=number,
            given=given_of(request.POST, kept),
            shown=request.POST.get("shown", ""),
        )
    except (Invalid, TicketVersionConflict) as error:
        return _page(request, number, kept, errors_of(error), status=error.status)
    query = {"did": did.hex} if did else {}
    return HttpResponseRedirect(tickets.place_of(request).ticket_url(number, **query))


def given_of(sent: QueryDict, kept: Sequence[Kept]) -> dict[UUID, list[str]]:
    """Return what a form says of each field that is asked for."""
    return {
        one.field.id: sent.getlist(PREFIX + one.field.key)
        for one in kept
        if not one.field.is_archived
    }


def typed_of(sent: QueryDict, kept: Sequence[Kept]) -> list[Kept]:
    """Return the fields with what was typed in the place of what is kept."""
    given = given_of(sent, kept)
    return [Kept(one.field, tuple(given.get(one.field.id, one.values))) for one in kept]


def errors_of(error: AppError) -> dict[str, str]:
    """Return what a refused form is told, by the field's key; "" for the whole of it."""
    reason = str(error.facts.get("reason", ""))
    if reason in WHY:
        return {str(error.facts["field"]): str(WHY[reason])}
    return {"": str(GONE if isinstance(error, Invalid) else CHANGED)}


def _page(
    request: MemberRequest,
    number: int,
    kept: Sequence[Kept],
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "live": screen.live(request.workspace),
        "number": number,
        "kept": typed_of(request.POST, kept) if errors else kept,
        "shown": fields.state_of(kept),
        "errors": errors or {},
        "back_url": tickets.place_of(request).ticket_url(number),
        "prefix": PREFIX,
    }
    return render(request, "desk/custom.html", context, status=status)
