"""A brand's page for its customers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from onque.modules.portal.services import pages

LANGUAGES = ("ko", "en")


@require_safe
def home(request: HttpRequest, slug: str, brand_slug: str) -> HttpResponse:
    """Show the brand and the address to write to, in its language or the one asked for."""
    page = pages.get_brand_page(tenant_slug=slug, brand_slug=brand_slug)
    wanted = request.GET.get("lang", "")
    language = next((word for word in (wanted, page.language) if word in LANGUAGES), "en")
    with translation.override(language):
        context = {
            "page": page,
            "other": "en" if language == "ko" else "ko",
            "color": page.color.removeprefix("#").lower(),
        }
        response = render(request, "portal/home.html", context)
    response["Content-Language"] = language
    return response
