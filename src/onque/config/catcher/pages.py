"""The pages of the mail catcher; 404 wherever mail really leaves, and to any other machine."""

from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onque.config.catcher.box import Box


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The mails that were sent, newest first."""
    return render(request, "catcher/index.html", {"mails": _box(request).newest()})


@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its envelope, its text and its source."""
    opened = _box(request).open(name)
    if opened is None:
        raise Http404
    return render(request, "catcher/mail.html", {"opened": opened})


def _box(request: HttpRequest) -> Box:
    if not settings.CAUGHT_MAIL_DIR or not _is_local(request.META.get("REMOTE_ADDR", "")):
        raise Http404
    return Box(Path(settings.CAUGHT_MAIL_DIR))


def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
