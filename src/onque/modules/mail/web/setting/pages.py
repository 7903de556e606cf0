"""The page of mail addresses, and the page of one."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from onque.kernel.errors import Invalid, NotFound
from onque.modules.identity import public as identity
from onque.modules.mail.services import addresses, checking, forwarding, intakes, setups
from onque.modules.mail.web.requests import MemberRequest, shell
from onque.modules.mail.web.setting import troubles, words
from onque.modules.mail.web.setting.forms import Errors, errors_of

PROVIDER_NAMES = {
    "mailgun": "Mailgun",
    "postmark": "Postmark",
    "sparkpost": "SparkPost",
    "mailjet": "Mailjet",
    "sendgrid": "SendGrid",
    "ses": "Amazon SES",
}


@dataclass(frozen=True)
class Said:
    """What the page says of the form that was just posted."""

    error: str = ""
    intake_errors: Errors = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)


def overview(request: MemberRequest, said: Said = Said()) -> HttpResponse:
    """Draw the page of mail addresses."""
    context = {
        **shell(request),
        **_lists(request),
        "error": said.error,
        "intake_errors": said.intake_errors,
        "made": said.made,
        "given": request.POST.dict(),
        "address": request.POST.get("address", "") if said.error else "",
        "brand": request.POST.get("brand", ""),
        "undo": _undo(request),
    }
    status = 422 if said.error or said.intake_errors else 200
    return render(request, "mail/addresses.html", context, status=status)


def _lists(request: MemberRequest) -> dict[str, Any]:
    return {
        "says": words,
        "troubles": troubles,
        "addresses": addresses.list_addresses(request.actor),
        "mailboxes": addresses.list_mailboxes(request.actor),
        "forwarding": forwarding.list_forwarding(request.actor),
        "intakes": intakes.list_intakes(request.actor),
        "unfinished": setups.list_unfinished(request.actor),
        "brands": [(brand.id, brand.name) for brand in identity.list_brands()],
        "providers": list(PROVIDER_NAMES.items()),
        "provider_names": PROVIDER_NAMES,
        "webhook_url": f"{settings.PUBLIC_URL}/intake",
    }


def intake_added(request: MemberRequest) -> HttpResponse:
    """Make an address for webhooks and show it with its secret, or what is missing."""
    provider = request.POST.get("provider", "")
    try:
        _id, secret = intakes.add_intake(
            request.actor,
            brand_id=brand_of(request),
            provider=provider,
            secret=request.POST.get("proof", ""),
        )
    except Invalid as refusal:
        return overview(request, Said(intake_errors=errors_of(refusal)))
    shown = secret if provider in intakes.MADE_BY_US else ""
    return overview(request, Said(made={"secret": shown, "user": intakes.USER}))


def address_page(request: MemberRequest, address_id: UUID) -> HttpResponse:
    """Draw the page of one address."""
    item = addresses.get_address(request.actor, address_id=address_id)
    kind = "forwarding" if item.forwarding else "domain"
    run = checking.find_latest(request.actor, kind=kind, subject_id=address_id)
    kwargs = {"slug": request.workspace.slug, "address_id": address_id, "kind": kind}
    again = reverse("mail:address-check", kwargs=kwargs)
    shown = {"says": words, "item": item, "kind": kind, "check": run, "again": again}
    context = {**shell(request), **shown}
    return render(request, "mail/address.html", context)


def brand_of(request: MemberRequest) -> UUID:
    """Return the brand a form names. Raises `NotFound` for what is no id."""
    try:
        return UUID(request.POST.get("brand", ""))
    except ValueError:
        raise NotFound(kind="brand") from None


def _undo(request: MemberRequest) -> str:
    """Where the removal that led here is undone; nothing for what is no id."""
    for kind in ("mailbox", "intake"):
        try:
            row_id = UUID(request.GET.get(f"removed_{kind}", ""))
        except ValueError:
            continue
        kwargs = {"slug": request.workspace.slug, f"{kind}_id": row_id}
        return reverse(f"mail:{kind}-restore", kwargs=kwargs)
    return ""
