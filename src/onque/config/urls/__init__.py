"""The addresses of the running service, and of no other: what it does not serve is 404."""

from typing import TypeAlias

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from onque.config.services import find_service

Patterns: TypeAlias = list[URLPattern | URLResolver]


def patterns(service: str) -> Patterns:
    """The URL patterns of one service, from the services table."""
    return [path(mount.path, include(mount.urls)) for mount in find_service(service).mounts]


urlpatterns: Patterns = patterns(settings.SERVICE)
handler400 = "onque.ui.errors.bad_request"
handler403 = "onque.ui.errors.forbidden"
handler404 = "onque.ui.errors.not_found"
handler500 = "onque.ui.errors.broken"
