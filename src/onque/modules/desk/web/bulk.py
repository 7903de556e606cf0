"""Acts on many tickets: started from the list, followed, cancelled and taken back."""

import json
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from onque.modules.desk.contracts.bulk import BulkItem
from onque.modules.desk.services import bulk
from onque.modules.desk.web import answers, search
from onque.modules.desk.web.forms import BulkForm
from onque.modules.desk.web.requests import MemberRequest
from onque.modules.identity import public as identity

WHY = {
    "access.forbidden": _("You may not do this any more."),
    "app.not_found": _("You do not see this ticket any more."),
    "desk.ticket_closed": _("It is closed."),
    "desk.ticket_merged_away": _("It was merged into another one."),
    "desk.address_bounced": _("Mail to this customer came back."),
    "desk.operation_outdated": _("Somebody changed it again since."),
    "archived": _("The group is archived."),
    "not_from_here": answers.WHY["not_from_here"],
}
STOPPED = {
    "": "",
    "cancelled": _("Cancelled. What was done stays."),
    "member_left": _("Stopped: whoever started it is no member any more."),
}


def start(request: MemberRequest, form: BulkForm) -> HttpResponse:
    """Start what the selection bar asks for and lead to its progress."""
    key = form.cleaned_data["request_key"] or uuid4()
    if form.cleaned_data["act"] == "reply":
        found = bulk.start_reply(
            request.actor,
            selection=form.selection(),
            body=form.cleaned_data["body"],
            status=form.cleaned_data["then"],
            request_key=key,
        )
    else:
        found = bulk.start_change(
            request.actor, selection=form.selection(), changes=form.changes(), request_key=key
        )
    return _lead(request, found)


@require_safe
def answerable(request: MemberRequest) -> HttpResponse:
    """Offer who may be answerable, for the selection bar."""
    request.actor.require("ticket.assign")
    context = {
        "members": identity.list_members(),
        "groups": [one for one in identity.list_groups(with_members=False) if not one.is_archived],
        "actor_id": request.actor.id,
    }
    return render(request, "desk/_answerable.html", context)


@require_safe
def progress(request: MemberRequest, bulk_id: UUID) -> HttpResponse:
    """Show how far an act is and what it skipped; with `parts` only that."""
    found = bulk.get_bulk(request.actor, bulk_id=bulk_id)
    parts = "parts" in request.GET
    context = {
        "bulk": found,
        "percent": min(100, 100 * found.handled // found.total) if found.total else 0,
        "why": WHY,
        "stopped": STOPPED.get(found.stopped, _("Stopped. Start it again.")),
        "undo_key": uuid4(),
    }
    if not parts:
        context |= search.shell(request)
    return render(request, "desk/_bulk_progress.html" if parts else "desk/bulk.html", context)


@require_POST
def cancel(request: MemberRequest, bulk_id: UUID) -> HttpResponse:
    """Stop an act after the chunk in hand."""
    return _lead(request, bulk.cancel(request.actor, bulk_id=bulk_id))


@require_POST
def undo(request: MemberRequest, bulk_id: UUID) -> HttpResponse:
    """Take back what an act did."""
    key = UUID(request.POST["request_key"]) if request.POST.get("request_key") else uuid4()
    return _lead(request, bulk.start_undo(request.actor, bulk_id=bulk_id, request_key=key))


def _lead(request: MemberRequest, found: BulkItem) -> HttpResponse:
    slug = request.workspace.slug
    url = reverse("desk:bulk-progress", kwargs={"slug": slug, "bulk_id": found.id})
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"onque:bulk": url})})
    return HttpResponseRedirect(url)
