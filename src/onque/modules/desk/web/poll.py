"""Hints without a socket: what changed since a cursor, for networks that block sockets."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from onque.kernel import realtime
from onque.kernel.tenancy import on_primary
from onque.modules.desk.services import following
from onque.modules.desk.web.requests import MemberRequest


@require_safe
def hints(request: MemberRequest) -> JsonResponse:
    """Answer the hints of the asked topics that the member may follow, or a resync.

    Asks the primary: the cursor moves on, so hints of a ticket that the replica does not know yet
    would be lost.
    """
    actor, asked = request.actor, request.GET.getlist("topic")[:20]
    topics = on_primary(lambda: [t for t in asked if following.may_follow(actor, t)])
    found = realtime.replay(actor.tenant_id, request.GET.get("cursor", ""), topics)
    if found is None:
        cursor = realtime.cursor(actor.tenant_id) or ""
        return JsonResponse({"op": "resync", "cursor": cursor})
    lines = [
        {"topic": h.topic, "kind": h.kind, "lsn": h.lsn, "data": dict(h.data)} for h in found.hints
    ]
    return JsonResponse({"op": "hints", "cursor": found.cursor, "hints": lines})
