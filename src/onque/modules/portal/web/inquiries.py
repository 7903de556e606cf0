"""The page where a customer writes: works without script, keeps what was typed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from onque.kernel.errors import TooMany
from onque.kernel.tenancy import tenant_scope
from onque.modules.portal.contracts import BrandPage
from onque.modules.portal.rules import forms as rules
from onque.modules.portal.services import inquiring, inquiry_types, pages
from onque.modules.portal.services.inquiry_types import OfferedType
from onque.modules.portal.web import forms
from onque.modules.portal.web.pages import language_of


@csrf_exempt  # nobody is signed in here: the form can do no more than a mail to the brand
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str, brand_slug: str) -> HttpResponse:
    """Show the form of the chosen type, or take what was written and lead to the thanks."""
    page = pages.get_brand_page(tenant_slug=slug, brand_slug=brand_slug)
    language = language_of(request, page)
    with translation.override(language), tenant_scope(page.tenant_id):
        types = inquiry_types.list_offered(page.brand_id, locale=language)
        chosen = _chosen(request, page, [one.id for one in types], language)
        context = {"page": page, "types": types, "chosen": chosen, "language_name": language}
        if request.method != "POST" or chosen is None or "choose" in request.POST:
            return _show(request, context, typed=_typed(request))
        return _take(request, context, chosen)


@require_safe
def sent(request: HttpRequest, slug: str, brand_slug: str) -> HttpResponse:
    """Say that it arrived."""
    page = pages.get_brand_page(tenant_slug=slug, brand_slug=brand_slug)
    language = language_of(request, page)
    with translation.override(language):
        return _finish(render(request, "portal/sent.html", _frame(page, language)), language)


def _take(request: HttpRequest, context: dict[str, Any], chosen: OfferedType) -> HttpResponse:
    page: BrandPage = context["page"]
    form = forms.InquiryForm(request.POST)
    given = forms.given_answers(request, [one.key for one in chosen.fields])
    answers, troubles = rules.check(chosen.fields, given, context["language_name"])
    uploads, file_trouble = forms.uploads_of(request)
    errors = {name: str(found[0]) for name, found in form.errors.items()}
    errors |= {f"f_{key}": str(forms.TROUBLE[trouble]) for key, trouble in troubles.items()}
    if file_trouble:
        errors["files"] = str(file_trouble)
    if errors:
        return _show(request, context, typed=_typed(request), errors=errors)
    clean = form.cleaned_data
    try:
        inquiring.count_try(
            brand_id=page.brand_id, client_ip=_address(request), email=clean["email"]
        )
    except TooMany:
        errors["body"] = _("You have sent a lot in an hour. Wait a little; your text is kept here.")
        return _show(request, context, typed=_typed(request), errors=errors, status=429)
    inquiring.submit(
        inquiring.NewInquiry(
            brand_id=page.brand_id,
            type_id=chosen.id,
            language=context["language_name"],
            answers=answers,
            is_suspect=forms.is_suspect(request.POST),
            **clean,
        ),
        uploads,
    )
    address = reverse("portal:sent", args=[page.tenant_slug, page.brand_slug])
    return HttpResponseRedirect(f"{address}?lang={context['language_name']}", status=303)


def _chosen(
    request: HttpRequest, page: BrandPage, offered: list[UUID], language: str
) -> OfferedType | None:
    """Return the type that was chosen; the only one there is needs no choosing."""
    wanted = request.POST.get("type") or request.GET.get("type", "")
    ids = {str(one): one for one in offered}
    type_id = ids.get(wanted) or (offered[0] if len(offered) == 1 else None)
    if type_id is None:
        return None
    return inquiry_types.get_offered(type_id, brand_id=page.brand_id, locale=language)


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    return {name: values for name, values in request.POST.lists() if name != "type"}


def _show(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    typed: dict[str, list[str]],
    errors: dict[str, Any] | None = None,
    status: int = 422,
) -> HttpResponse:
    page, language = context["page"], context["language_name"]
    shown = {
        **_frame(page, language),
        **context,
        "typed": typed,
        "errors": errors or {},
        "begun": (typed.get("begun") or [forms.begun()])[0],
        "trap": forms.TRAP,
        "limits": (forms.MOST_FILES, forms.MOST_FILE_BYTES // 1024**2),
        "in_language": rules.in_language,
        "pairs": lambda choices: [(one, one) for one in choices],
    }
    response = render(request, "portal/write.html", shown, status=status if errors else 200)
    return _finish(response, language)


def _frame(page: BrandPage, language: str) -> dict[str, Any]:
    return {
        "page": page,
        "language_name": language,
        "other": "en" if language == "ko" else "ko",
        "color": page.color.removeprefix("#").lower(),
    }


def _finish(response: HttpResponse, language: str) -> HttpResponse:
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    return response


def _address(request: HttpRequest) -> str:
    visitor = getattr(request.session, "visitor", None)
    return str(getattr(visitor, "ip", "") or "")
