"""All URLs of the product and the blank page, the baseline of page measurements."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from onque.config.urls import urlpatterns as product
from onque.modules.desk.web.requests import MemberRequest
from onque.modules.desk.web.screen import live

BLANK = engines["jinja2"].from_string(
    '{% extends "ui/desk.html" %}{% block title %}Blank{% endblock %}'
)


def blank(request: MemberRequest) -> HttpResponse:
    """Return the desk's shell for a signed-in member, without a domain query."""
    return HttpResponse(BLANK.render({"live": live(request.workspace)}, request))


urlpatterns = [path("desk/<slug:workspace>/blank/", blank), *product]
