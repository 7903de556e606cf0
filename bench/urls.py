"""All URLs of the product and the blank page, the baseline of page measurements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from onque.config.urls import urlpatterns as product


def blank(request: HttpRequest) -> HttpResponse:
    """Return the desk's shell for a signed-in member, without a domain query."""
    return render(request, "bench/blank.html")


urlpatterns = [path("desk/<slug:workspace>/blank/", blank), *product]
