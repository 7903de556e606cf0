"""Between HTTP and services: refusals become answers, and an answer that refuses rolls back."""

import json
import logging
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import render_to_string

from onque.kernel.errors import AppError
from onque.kernel.tenancy import current_scope

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


def refuse(request: HttpRequest, error: AppError) -> HttpResponse:
    """Turn a refusal into a page, a fragment or JSON, and undo what the request wrote."""
    if (scope := current_scope()) is not None:
        transaction.set_rollback(True, using=scope.alias)
    log.info("request_refused", extra={"code": error.code, "status": error.status})
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": error.code}, status=error.status)
    context: dict[str, Any] = {"error": error, "reference": request_id(request)}
    template = "ui/_error.html" if request.headers.get("HX-Request") else "ui/error.html"
    try:
        body: str = render_to_string(template, context, request=request)
    except TemplateDoesNotExist:
        body = json.dumps({"code": error.code})
    response = HttpResponse(body, status=error.status)
    if retry_after := error.facts.get("retry_after_seconds"):
        response["Retry-After"] = str(retry_after)
    return response


def request_id(request: HttpRequest) -> str:
    """Return the number people may quote for this request."""
    return str(getattr(request, "onque_request_id", ""))


class RequestMiddleware:
    """Give each request an id, bind it to the logs, and answer refusals."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request with its id in logs and in the X-Request-Id header."""
        reference = secrets.token_hex(6)
        request.onque_request_id = reference  # type: ignore[attr-defined]  # read by request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=reference)
        response = self.get_response(request)
        response["X-Request-Id"] = reference
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an `AppError` that a view let through."""
        return refuse(request, error) if isinstance(error, AppError) else None
