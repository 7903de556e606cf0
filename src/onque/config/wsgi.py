"""The WSGI application of every HTTP service; probes are answered in front of Django."""

import os
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onque.config.settings.dev")

from django.core.wsgi import get_wsgi_application

from onque.config import health
from onque.config.lifeline import die_with_parent
from onque.kernel import metrics

_django = get_wsgi_application()
StartResponse = Callable[..., Any]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Serve one request."""
    if environ.get("PATH_INFO") == metrics.PATH:
        return figures(environ, start_response)
    if environ.get("PATH_INFO") not in health.PROBE_PATHS:
        return _django(environ, start_response)
    report = health.answer(environ["PATH_INFO"])
    status = HTTPStatus(report.status)
    body = report.body()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]


def figures(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer a scrape, or 404 as if there were nothing."""
    forwarded = any(name in environ for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"))
    allowed = metrics.may_scrape(
        environ.get("REMOTE_ADDR", ""), environ.get("HTTP_AUTHORIZATION", ""), forwarded=forwarded
    )
    status = HTTPStatus.OK if allowed else HTTPStatus.NOT_FOUND
    body = metrics.expose() if allowed else b""
    headers = [("Content-Type", metrics.CONTENT_TYPE), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]


if os.environ.get("ONQUE_SUPERVISED"):  # a killed server must not leave its port taken
    die_with_parent()
