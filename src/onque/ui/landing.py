"""The public front page: what Onque is, and the way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Show the front page in the reader's language."""
    return render(request, "ui/landing.html")
