"""A brand's page for its customers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from onque.modules.portal.contracts import BrandPage
from onque.modules.portal.services import pages

LANGUAGES = ("ko", "en")


@require_safe
def home(request: HttpRequest, slug: str, brand_slug: str) -> HttpResponse:
    """Show the brand and how to write to it, in its language or the one asked for."""
    page = pages.get_brand_page(tenant_slug=slug, brand_slug=brand_slug)
    language = language_of(request, page)
    with translation.override(language):
        context = {
            "page": page,
            "language_name": language,
            "other": "en" if language == "ko" else "ko",
            "color": page.color.removeprefix("#").lower(),
        }
        response = render(request, "portal/home.html", context)
    response["Content-Language"] = language
    return response


def language_of(request: HttpRequest, page: BrandPage) -> str:
    """Return the language asked for, else the brand's."""
    wanted = request.GET.get("lang", "")
    return next((word for word in (wanted, page.language) if word in LANGUAGES), "en")
