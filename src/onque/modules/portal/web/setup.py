"""Setting up what customers can write about."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import public as identity
from onque.modules.identity.contracts import TenantCard
from onque.modules.portal.rules.forms import Kind
from onque.modules.portal.services import inquiry_types
from onque.modules.portal.services.inquiry_types import TypeChange
from onque.modules.portal.web import setup_forms
from onque.ui.live import live

KINDS: dict[str, str | Promise] = {
    Kind.LINE: _("One line"),
    Kind.TEXT: _("Long text"),
    Kind.NUMBER: _("Number"),
    Kind.DATE: _("Date"),
    Kind.CHOICE: _("One of several"),
    Kind.CHOICES: _("Any of several"),
    Kind.CONSENT: _("Consent"),
}
FAULTS: dict[str, str | Promise] = {
    "empty": _("Give it a name in at least one language."),
    "too_long": _("Shorten the name to 100 and the text to 5,000 characters."),
    "too_many_fields": _("Ask at most 30 questions."),
    "keys": _("Two questions share a key. Delete one of them and add it again."),
    "label": _("Give each question its words in at least one language."),
    "choices": _("List the answers to choose from, one on each line, at most 50."),
    "condition": _("A question can depend only on one that stands before it."),
}


class MemberRequest(HttpRequest):
    """A signed-in member's request; the tenant's scope is open around it."""

    actor: Actor
    workspace: TenantCard


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """List the types of each brand."""
    brands = [
        (
            brand,
            inquiry_types.list_types(request.actor, brand_id=brand.id),
            _page_url(request, brand.slug),
        )
        for brand in identity.list_brands()
    ]
    return render(request, "portal/setup/types.html", {**_shell(request), "brands": brands})


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest, brand_id: UUID) -> HttpResponse:
    """Offer something new to write about."""
    brand = identity.get_brand(brand_id)
    if request.method != "POST":
        request.actor.require(inquiry_types.MAY_SET_UP)
        empty = TypeChange(names={}, templates={}, fields=())
        return _edit(request, brand.name, empty)
    change = setup_forms.read_change(request.POST)
    try:
        type_id = inquiry_types.add_type(request.actor, brand_id=brand.id, change=change)
    except Invalid as refusal:
        return _edit(request, brand.name, change, error=refusal)
    return redirect("portal-settings:type", slug=request.workspace.slug, type_id=type_id)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, type_id: UUID) -> HttpResponse:
    """Change a type and its questions."""
    found = inquiry_types.get_type(request.actor, type_id=type_id)
    brand = identity.get_brand(found.brand_id)
    if request.method != "POST":
        return _edit(
            request, brand.name, inquiry_types.as_change(found), saved="saved" in request.GET
        )
    wanted = setup_forms.read_change(request.POST)
    try:
        inquiry_types.change_type(request.actor, type_id=type_id, change=wanted)
    except Invalid as refusal:
        return _edit(request, brand.name, wanted, error=refusal)
    return redirect(f"{request.path}?saved=1")


def _edit(
    request: MemberRequest,
    brand_name: str,
    change: TypeChange,
    *,
    error: Invalid | None = None,
    saved: bool = False,
) -> HttpResponse:
    reason = str(error.facts.get("reason", "")) if error else ""
    context = {
        **_shell(request),
        "brand_name": brand_name,
        "change": change,
        "kinds": list(KINDS.items()),
        "before": lambda at: [
            (one.key, one.label(get_language() or "ko")) for one in change.fields[:at]
        ],
        "empty_rows": range(setup_forms.EMPTY_ROWS),
        "error": FAULTS.get(reason, reason),
        "is_saved": saved,
    }
    return render(request, "portal/setup/type.html", context, status=422 if error else 200)


def _page_url(request: MemberRequest, brand_slug: str) -> str:
    slug = request.workspace.slug
    return reverse("portal:write", kwargs={"slug": slug, "brand_slug": brand_slug})


def _shell(request: MemberRequest) -> dict[str, Any]:
    slug = request.workspace.slug
    return {"live": live(request.workspace.id, slug), "slug": slug}
