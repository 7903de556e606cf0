"""Mail that did not simply become a message: the list, one mail, and what to do with it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onque.modules.mail.services import ledger
from onque.modules.mail.web.requests import MemberRequest, shell

DEFAULT_TAB = "quarantined"


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the ledger by state, newest first."""
    tab = request.GET.get("tab", DEFAULT_TAB)
    tab = tab if tab in ledger.TABS else DEFAULT_TAB
    page = ledger.list_inbound(request.actor, tab=tab, after=request.GET.get("after", ""))
    return render(request, "mail/quarantine.html", {**shell(request), "tab": tab, "page": page})


@require_safe
def detail(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Show one mail, as text only."""
    found = ledger.get_inbound(request.actor, mail_id=mail_id)
    return render(request, "mail/detail.html", {**shell(request), "mail": found})


@require_safe
def raw(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Hand out the bytes as they came, never to be shown by the browser."""
    content = ledger.get_raw(request.actor, mail_id=mail_id)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{mail_id.hex}.eml"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def retry(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Read it again."""
    ledger.retry(request.actor, mail_id=mail_id)
    return redirect("mail:quarantine", slug=request.workspace.slug)


@require_POST
def reject(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Close it without a ticket."""
    ledger.reject(request.actor, mail_id=mail_id)
    return redirect("mail:quarantine", slug=request.workspace.slug)
