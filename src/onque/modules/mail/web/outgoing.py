"""Mail that was not sent, or that nobody is sure of."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onque.modules.mail.services import faring, ledger
from onque.modules.mail.web.requests import MemberRequest, shell


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List what waits for a person, oldest first."""
    page = ledger.list_unfinished(request.actor, after=request.GET.get("after", ""))
    return render(request, "mail/outgoing.html", {**shell(request), "page": page})


@require_POST
def send(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Send it again."""
    ledger.send_again(request.actor, mail_id=mail_id)
    return redirect("mail:outgoing", slug=request.workspace.slug)


@require_POST
def arrived(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Note that it did arrive."""
    ledger.mark_arrived(request.actor, mail_id=mail_id)
    return redirect("mail:outgoing", slug=request.workspace.slug)


@require_POST
def repair(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Send what came back to the corrected address; the page hears of it live."""
    address = request.POST.get("address", "")
    number = faring.correct_and_send(request.actor, mail_id=mail_id, address=address)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("desk:ticket", slug=request.workspace.slug, number=number)
