"""Work that failed for good: the reason, a retry, a way out."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from onque.kernel import deadletters
from onque.kernel.errors import Invalid
from onque.modules.desk.web import screen
from onque.modules.desk.web.requests import MemberRequest

MAY_SEE = "failure.view"
MAY_RETRY = "failure.retry"


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List what failed, newest first."""
    request.actor.require(MAY_SEE)
    before = _moment(request.GET.get("before", ""))
    letters = deadletters.list_dead(before=before)
    context = {
        "letters": letters,
        "can_retry": request.actor.can(MAY_RETRY),
        "live": screen.live(request.workspace),
        "is_full": len(letters) == deadletters.PAGE,
        "is_later_page": before is not None,
    }
    return render(request, "desk/failures.html", context)


@require_POST
def retry(request: MemberRequest, delivery_id: UUID) -> HttpResponse:
    """Try it again now."""
    request.actor.require(MAY_RETRY)
    deadletters.retry(delivery_id)
    return redirect("desk:failures", slug=request.workspace.slug)


@require_POST
def drop(request: MemberRequest, delivery_id: UUID) -> HttpResponse:
    """Give it up, so that what waits behind it goes on."""
    request.actor.require(MAY_RETRY)
    deadletters.drop(delivery_id)
    return redirect("desk:failures", slug=request.workspace.slug)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is None):
        raise Invalid(field="before")
    return found
