"""Django's own refusals (404, 403, 400, 500) in the same words and look as ours."""

# ruff: noqa: ARG001 - Django passes these arguments by name

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onque.kernel.http import request_id


@dataclass(frozen=True)
class _Seen:
    """An error in the shape that `ui/error.html` draws."""

    status: int
    code: str = ""
    facts: dict[str, object] = field(default_factory=dict)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    context = {"error": _Seen(status), "reference": request_id(request)}
    template = "ui/_error.html" if request.headers.get("HX-Request") else "ui/error.html"
    return render(request, template, context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 (`handler400`)."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 (`handler403`)."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 (`handler404`)."""
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 (`handler500`); it needs no database, no session and no actor."""
    return _page(request, 500)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid token (`CSRF_FAILURE_VIEW`)."""
    return _page(request, 403)
