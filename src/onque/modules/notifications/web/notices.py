"""The notifications centre."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onque.kernel.access import Actor
from onque.modules.desk.contracts.telling import News
from onque.modules.identity.contracts import TenantCard
from onque.modules.notifications.services import notices
from onque.ui.live import live

ICONS = {
    News.ASSIGNED: "user",
    News.MENTIONED: "at",
    News.CUSTOMER_WROTE: "reply",
    News.REPLY_STOPPED: "pause",
}


class MemberRequest(HttpRequest):
    """The request of a member inside a workspace."""

    actor: Actor
    workspace: TenantCard


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List what concerns the member; with `parts` only the list."""
    parts, workspace = "parts" in request.GET, request.workspace
    context = {
        "live": live(workspace.id, workspace.slug),
        "notices": notices.list_notices(request.actor),
        "icons": ICONS,
    }
    name = "notifications/_notices.html" if parts else "notifications/notices.html"
    return render(request, name, context)


@require_safe
def count(request: MemberRequest) -> HttpResponse:
    """Answer how many are new."""
    return HttpResponse(str(notices.count_unread(request.actor)), content_type="text/plain")


@require_POST
def look(request: MemberRequest, notice_id: UUID) -> HttpResponse:
    """Go to the ticket; what was told of it is read."""
    number = notices.open_notice(request.actor, notice_id=notice_id)
    return redirect("desk:ticket", slug=request.workspace.slug, number=number)


@require_POST
def read(request: MemberRequest) -> HttpResponse:
    """Mark all as read."""
    notices.read_all(request.actor)
    return redirect("notifications:notices", slug=request.workspace.slug)
