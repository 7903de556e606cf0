"""Whether everything that arrived is accounted for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onque.modules.mail.services import balance
from onque.modules.mail.web.requests import MemberRequest, shell


@require_safe
def alarms(request: MemberRequest) -> HttpResponse:
    """Draw what is wrong with the mail alone, for every page of the workspace."""
    context = shell(request)
    found = balance.list_alarms(request.actor, as_of=context["live"].cursor)
    context["alarms"] = found
    response = render(request, "mail/_alarms.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """Show each folder at the server against the ledger, and the ledger by state."""
    context = {
        "folders": balance.list_balance(request.actor),
        "states": balance.count_states(request.actor),
        "alarms": balance.list_alarms(request.actor),
        "runs": (),
        "undo": 0,
        "acted": "",
    }
    return render(request, "mail/balance.html", {**shell(request), **context})
