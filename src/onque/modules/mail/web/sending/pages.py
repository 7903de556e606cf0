"""The page of one brand's sending, as stored or as just typed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from onque.kernel.errors import Invalid
from onque.modules.mail.contracts.sending import SendingCard
from onque.modules.mail.contracts.setup import CheckCard
from onque.modules.mail.rules.providers import PROVIDERS
from onque.modules.mail.services import accounts, checking, dkim_keys, greeting, sending
from onque.modules.mail.services.naming import LOCALES
from onque.modules.mail.web.requests import MemberRequest, shell
from onque.modules.mail.web.sending import forms, words
from onque.modules.mail.web.setting import words as check_words


def brand_page(
    request: MemberRequest, brand_id: UUID, refusal: Invalid | None = None
) -> HttpResponse:
    """Draw the page of a brand; with a refusal what was typed stays and 422 is answered."""
    card = sending.get_sending(request.actor, brand_id=brand_id)
    typed = refusal is not None and "sender_name" in request.POST
    context: dict[str, Any] = {
        **shell(request),
        **_shown(request, card),
        "value": forms.choices_of(request) if typed else forms.stored(card),
        "errors": errors_of(refusal) if refusal else {},
        "saved": "saved" in request.GET,
    }
    return render(request, "mail/sending/brand.html", context, status=422 if refusal else 200)


def _shown(request: MemberRequest, card: SendingCard) -> dict[str, Any]:
    found = (_check(request, card, kind) for kind in (dkim_keys.CHECK, accounts.CHECK))
    run = max(filter(None, found), key=lambda one: one.id, default=None)
    kwargs = {"slug": request.workspace.slug, "brand_id": card.brand_id}
    return {
        "says": check_words,
        "told": words,
        "card": card,
        "addresses": [("", words.MAIN), *((one, one) for one in card.addresses)],
        "locales": [(one, words.LANGUAGES[one]) for one in LOCALES],
        "usual": {one: greeting.usual(one) for one in LOCALES},
        "check": run,
        "again": reverse(
            "mail:dkim-check" if run and run.kind == dkim_keys.CHECK else "mail:sending-check",
            kwargs=kwargs,
        ),
        "provider_names": {key: one.name for key, one in PROVIDERS.items()},
    }


def _check(request: MemberRequest, card: SendingCard, kind: str) -> CheckCard | None:
    if kind == dkim_keys.CHECK and card.dkim is None:
        return None
    return checking.find_latest(request.actor, kind=kind, subject_id=card.brand_id)


def back(
    request: MemberRequest, brand_id: UUID, anchor: str = "", *, saved: bool = True
) -> HttpResponse:
    """Go back to the page of a brand."""
    kwargs = {"slug": request.workspace.slug, "brand_id": brand_id}
    path = reverse("mail:sending-brand", kwargs=kwargs)
    return redirect(f"{path}{'?saved' if saved else ''}{anchor}")


def errors_of(refusal: Invalid) -> dict[str, Any]:
    """Return the field and what to do, for the form to show."""
    field, reason = str(refusal.facts.get("field", "")), str(refusal.facts.get("reason", ""))
    otherwise = words.TOO_LONG if reason == "too_long" else words.UNKNOWN
    return {field: words.ERRORS.get((field, reason), otherwise)}
