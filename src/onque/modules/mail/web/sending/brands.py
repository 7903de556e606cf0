"""How brands send: the list, the page of one, and what is done there."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onque.kernel.errors import Invalid
from onque.modules.mail.services import brand_senders, dkim_keys, sending
from onque.modules.mail.web.requests import MemberRequest, shell
from onque.modules.mail.web.sending import forms, pages, words

both = require_http_methods(["GET", "HEAD", "POST"])
SAMPLE = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; sandbox allow-same-origin"
)
"""A sample mail styles its elements, as mails must; nothing runs and nothing is loaded."""


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """List the brands with how they send."""
    lines = sending.list_sending(request.actor)
    return render(
        request, "mail/sending/index.html", {**shell(request), "lines": lines, "told": words}
    )


@both
def brand(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Show how a brand sends; keep what was chosen."""
    if request.method != "POST":
        return pages.brand_page(request, brand_id)
    try:
        brand_senders.set_choices(
            request.actor, brand_id=brand_id, choices=forms.choices_of(request)
        )
    except Invalid as refusal:
        return pages.brand_page(request, brand_id, refusal)
    return pages.back(request, brand_id)


@both
def preview(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Draw a sample mail from what is stored, or from what was typed and is not saved yet."""
    html = sending.preview(
        request.actor,
        brand_id=brand_id,
        kind=request.GET.get("kind", ""),
        locale=request.GET.get("locale", ""),
        choices=forms.choices_of(request) if request.method == "POST" else None,
    )
    response = HttpResponse(html)
    response["Content-Security-Policy"] = SAMPLE
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def dkim_new(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Make a key for the domain that the brand sends from."""
    try:
        dkim_keys.make_key(request.actor, brand_id=brand_id)
    except Invalid as refusal:
        return pages.brand_page(request, brand_id, refusal)
    return pages.back(request, brand_id)


@require_POST
def dkim_check(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Look the key's record up; the page shows it live."""
    try:
        dkim_keys.check_record(request.actor, brand_id=brand_id)
    except Invalid as refusal:
        return pages.brand_page(request, brand_id, refusal)
    return pages.back(request, brand_id, "#check", saved=False)


@require_POST
def dkim_signing(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Sign with the key, or stop."""
    try:
        dkim_keys.set_signing(
            request.actor, brand_id=brand_id, on=request.POST.get("signing") == "1"
        )
    except Invalid as refusal:
        return pages.brand_page(request, brand_id, refusal)
    return pages.back(request, brand_id)


@both
def signature(request: MemberRequest) -> HttpResponse:
    """Show one's own signature, and keep it."""
    text, errors = brand_senders.get_signature(request.actor), {}
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        try:
            brand_senders.set_signature(request.actor, text=text)
        except Invalid as refusal:
            errors = pages.errors_of(refusal)
    context = {**shell(request), "text": text, "errors": errors, "saved": request.method == "POST"}
    return render(request, "mail/sending/signature.html", context, status=422 if errors else 200)
