"""The request of a page inside a workspace, and what every page of mail needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from onque.kernel import realtime
from onque.kernel.access import Actor
from onque.modules.identity.contracts import TenantCard
from onque.modules.mail.services.alarm_words import alarm_words
from onque.modules.mail.web import words

Context = dict[str, Any]


class MemberRequest(HttpRequest):
    """A signed-in member's request; the tenant's scope is open around it."""

    actor: Actor
    workspace: TenantCard
    htmx: HtmxDetails


def shell(request: MemberRequest) -> Context:
    """Return what the workspace's shell and the tabs of mail are drawn from."""
    slug = request.workspace.slug
    live = {
        "socket_url": f"{settings.SOCKETS_URL}/ws/desk/{slug}",
        "cursor": realtime.cursor(request.workspace.id) or "",
        "poll_url": reverse("desk:poll", kwargs={"slug": slug}),
    }
    return {
        "live": live,
        "words": words,
        "slug": slug,
        "alarm_words": alarm_words,
        "alarm_acts": words.ALARM_ACTS,
    }
