"""The addresses of the running service, and of no other: what it does not serve is 404."""

from importlib.util import find_spec
from typing import TypeAlias

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from onque.config.services import find_service

Patterns: TypeAlias = list[URLPattern | URLResolver]


def patterns(service: str) -> Patterns:
    """The URL patterns of one service, from the services table."""
    mounts = find_service(service).mounts
    return [path(mount.path, include(mount.urls)) for mount in mounts if _built(mount.urls)]


def _built(module: str) -> bool:
    """Whether a module of addresses exists yet."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: Patterns = patterns(settings.SERVICE)
handler400 = "onque.ui.errors.bad_request"
handler403 = "onque.ui.errors.forbidden"
handler404 = "onque.ui.errors.not_found"
handler500 = "onque.ui.errors.broken"
