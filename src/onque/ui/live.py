"""How a page of a workspace hears of changes."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from onque.kernel import realtime


@dataclass(frozen=True)
class Live:
    """Where the page connects, from where in the log, and where it asks without a socket."""

    socket_url: str
    cursor: str
    poll_url: str


def live(tenant_id: UUID, slug: str) -> Live:
    """Return where the page connects; take it before reading what the page shows."""
    return Live(
        socket_url=f"{settings.SOCKETS_URL}/ws/desk/{slug}",
        cursor=realtime.cursor(tenant_id) or "",
        poll_url=reverse("desk:poll", kwargs={"slug": slug}),
    )
