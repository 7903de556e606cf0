"""A message's HTML: on the ticket page, and as a document of its own that can do nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from onque.kernel import markup
from onque.modules.desk.contracts import AttachmentItem, MessageItem
from onque.modules.desk.services import letters
from onque.modules.desk.web.requests import MemberRequest

REMOTE = "https: http:"


@dataclass(frozen=True)
class LetterDrawer:
    """Draws the HTML of messages for one page."""

    slug: str
    trusted: frozenset[UUID]

    def __call__(self, message: MessageItem) -> Markup:
        """Return the sanitised HTML with its own pictures in place, folded ones left out."""
        return placed(message.html, message.attachments, self.slug)

    def folded(self, message: MessageItem) -> list[AttachmentItem]:
        """Return the pictures that this sender repeats in every mail."""
        return [item for item in message.attachments if item.is_repeated]


def placed(html: str, files: Iterable[AttachmentItem], slug: str) -> Markup:
    """Return sanitised HTML whose pictures by Content-ID lead to our own addresses."""
    known = {item.content_id: item for item in files if item.content_id and item.image_type}

    def address_of(content_id: str) -> str | None:
        item = known.get(content_id)
        if item is None:
            return None
        return "" if item.is_repeated else picture_url(slug, item.id)

    return Markup(markup.place_pictures(html, address_of))  # noqa: S704 - sanitised when stored


def picture_url(slug: str, attachment_id: UUID) -> str:
    """Return where a proven picture is shown."""
    return reverse("desk:picture", kwargs={"slug": slug, "attachment_id": attachment_id})


def policy(*, with_pictures: bool) -> str:
    """Return the policy of a message's document: no script, no form, no frame, own pictures.

    Same-origin without scripts, so that the page around it can measure its height and the reader's
    session reaches the pictures. Source: HTML Standard, "Sandboxing"; CSP Level 3, 6.3.
    """
    remote = f" {REMOTE}" if with_pictures else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"img-src 'self' data:{remote}",
            "style-src 'self' 'unsafe-inline'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
            "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
        )
    )


@require_safe
def body(request: MemberRequest, message_id: UUID) -> HttpResponse:
    """Show a message as it was laid out; with `pictures` also what it names elsewhere."""
    found = letters.get_layout(request.actor, message_id=message_id)
    with_pictures = "pictures" in request.GET
    html = markup.show_remote(found.html) if with_pictures else found.html
    shown = placed(html, found.message.attachments, request.workspace.slug)
    response = render(request, "desk/letter.html", {"message": found.message, "html": shown})
    response["Content-Security-Policy"] = policy(with_pictures=with_pictures)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_POST
def trust(request: MemberRequest, message_id: UUID) -> HttpResponse:
    """Always load this sender's pictures, or no longer, and go back to the message."""
    trusted = request.POST.get("trusted") == "1"
    number = letters.trust_sender(request.actor, message_id=message_id, trusted=trusted)
    place = reverse("desk:ticket", kwargs={"slug": request.workspace.slug, "number": number})
    return redirect(f"{place}#m{message_id.hex}")
