"""Work that failed for good: the reason, a retry, a way out."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.errors import Invalid
from onque.modules.desk.services import failures
from onque.modules.desk.web import screen
from onque.modules.desk.web.requests import MemberRequest


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List what failed, newest first."""
    before = _moment(request.GET.get("before", ""))
    letters = failures.list_failures(request.actor, before=before)
    context = {
        "letters": letters,
        "can_retry": request.actor.can("failure.retry"),
        "live": screen.live(request.workspace),
        "is_full": len(letters) == failures.PAGE,
        "is_later_page": before is not None,
    }
    return render(request, "desk/failures.html", context)


@require_POST
def retry(request: MemberRequest, delivery_id: UUID) -> HttpResponse:
    """Try it again now."""
    failures.retry_failure(request.actor, delivery_id=delivery_id)
    return redirect("desk:failures", slug=request.workspace.slug)


@require_POST
def drop(request: MemberRequest, delivery_id: UUID) -> HttpResponse:
    """Give it up, so that what waits behind it goes on."""
    failures.drop_failure(request.actor, delivery_id=delivery_id)
    return redirect("desk:failures", slug=request.workspace.slug)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is None):
        raise Invalid(field="before")
    return found
