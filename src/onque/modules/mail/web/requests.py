"""The request of a page inside a workspace, and what every page of mail needs."""

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from onque.kernel.access import Actor
from onque.modules.identity.contracts import TenantCard
from onque.modules.mail.services.alarm_words import alarm_words
from onque.modules.mail.web import words
from onque.ui.live import live

Context = dict[str, Any]


class MemberRequest(HttpRequest):
    """A signed-in member's request; the tenant's scope is open around it."""

    actor: Actor
    workspace: TenantCard
    htmx: HtmxDetails


def shell(request: MemberRequest) -> Context:
    """Return what the workspace's shell and the tabs of mail are drawn from."""
    slug = request.workspace.slug
    return {
        "live": live(request.workspace.id, slug),
        "words": words,
        "slug": slug,
        "alarm_words": alarm_words,
        "alarm_acts": words.ALARM_ACTS,
    }
