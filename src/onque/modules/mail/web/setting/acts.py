"""What is done on the page of mail addresses: mailboxes, forwarding, webhooks, checks."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from onque.modules.mail.services import (
    addresses,
    checking,
    forwarding,
    intakes,
    mailboxes,
)
from onque.modules.mail.web.requests import MemberRequest
from onque.modules.mail.web.setting import pages


@require_POST
def mailbox_switch(request: MemberRequest, mailbox_id: UUID) -> HttpResponse:
    """Stop or go on fetching."""
    enabled = request.POST.get("enabled") == "1"
    mailboxes.set_enabled(request.actor, mailbox_id=mailbox_id, enabled=enabled)
    return _back(request)


@require_POST
def mailbox_remove(request: MemberRequest, mailbox_id: UUID) -> HttpResponse:
    """Take a mailbox off the list; the page offers to undo it."""
    mailboxes.remove(request.actor, mailbox_id=mailbox_id)
    return _back(request, mailbox=mailbox_id.hex)


@require_POST
def mailbox_restore(request: MemberRequest, mailbox_id: UUID) -> HttpResponse:
    """Undo it."""
    mailboxes.restore(request.actor, mailbox_id=mailbox_id)
    return _back(request)


@require_POST
def forwarding_open(request: MemberRequest) -> HttpResponse:
    """Make a brand's forwarding address."""
    brand_id = pages.brand_of(request)
    address_id = forwarding.open_forwarding(request.actor, brand_id=brand_id)
    return redirect("mail:address", slug=request.workspace.slug, address_id=address_id)


@require_GET
def address(request: MemberRequest, address_id: UUID) -> HttpResponse:
    """Show one address with its checks."""
    return pages.address_page(request, address_id)


@require_POST
def address_check(request: MemberRequest, address_id: UUID, kind: str) -> HttpResponse:
    """Check the domain's records, or that forwarding brings mail in."""
    target = addresses.address_to_check(request.actor, address_id=address_id, kind=kind)
    checking.start(request.actor, kind=kind, subject_id=address_id, address=target)
    return redirect("mail:address", slug=request.workspace.slug, address_id=address_id)


@require_POST
def intake_add(request: MemberRequest) -> HttpResponse:
    """Make an address for a provider's webhooks; its secret is shown once."""
    return pages.intake_added(request)


@require_POST
def intake_remove(request: MemberRequest, intake_id: UUID) -> HttpResponse:
    """Stop taking in from it; the page offers to undo it."""
    intakes.remove_intake(request.actor, intake_id=intake_id)
    return _back(request, intake=intake_id.hex)


@require_POST
def intake_restore(request: MemberRequest, intake_id: UUID) -> HttpResponse:
    """Undo it."""
    intakes.restore_intake(request.actor, intake_id=intake_id)
    return _back(request)


def _back(request: MemberRequest, **removed: str) -> HttpResponse:
    path = reverse("mail:addresses", kwargs={"slug": request.workspace.slug})
    return redirect(f"{path}?{urlencode({f'removed_{k}': v for k, v in removed.items()})}")
