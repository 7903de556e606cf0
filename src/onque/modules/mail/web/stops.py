"""Automatic mail that was stopped: what, since when, why, and how to let it out again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onque.modules.mail.services import breaker
from onque.modules.mail.web.requests import MemberRequest, shell


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List stops, the open ones first."""
    found = breaker.list_stops(request.actor)
    return render(request, "mail/stops.html", {**shell(request), "stops": found})


@require_POST
def resume(request: MemberRequest, stop_id: UUID) -> HttpResponse:
    """Let it out again."""
    breaker.resume(request.actor, stop_id=stop_id)
    return redirect("mail:stops", slug=request.workspace.slug)
