"""The addresses that providers call: mail, and reports on ours.

2xx only after everything is stored; 403 for a wrong proof; 5xx when a store is down, so that the
provider tries again.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from onque.kernel.errors import AppError, Forbidden, Invalid, Unavailable
from onque.modules.mail.contracts import WebhookTooLarge
from onque.modules.mail.contracts.setup import OpenIntake
from onque.modules.mail.services import intakes
from onque.modules.mail.web.intake import providers, ses
from onque.modules.mail.web.intake.incoming import Incoming, read_incoming

Act = Callable[[OpenIntake, Incoming], None]
_ROOM_BYTES = 1024 * 1024


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """Take in mail."""
    return _answer(request, provider, token, _take_mail)


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def events(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """Take reports on mail of ours."""
    return _answer(request, provider, token, _take_events)


def _answer(request: HttpRequest, provider: str, token: str, act: Act) -> HttpResponse:
    if request.method == "HEAD":  # some providers only look whether the address is there
        return HttpResponse()
    try:
        intake = intakes.open_intake(provider, token)
        _handle(request, intake, act)
    except AppError as error:
        return JsonResponse({"code": error.code}, status=error.status)
    except DatabaseFault:
        return JsonResponse({"code": Unavailable.code}, status=Unavailable.status)
    return JsonResponse({})


def _handle(request: HttpRequest, intake: OpenIntake, act: Act) -> None:
    limit = settings.MAIL_LIMIT_BYTES * 3 // 2 + _ROOM_BYTES  # Base64 and the fields around it
    try:
        act(intake, read_incoming(request, limit_bytes=limit))
    except Forbidden:
        intakes.note_trouble(intake, "signature")
        raise
    except Invalid as error:
        intakes.note_trouble(intake, str(error.facts.get("reason", "wrong_kind")))
        raise
    except WebhookTooLarge:
        intakes.note_trouble(intake, "too_large")
        raise


def _take_mail(intake: OpenIntake, incoming: Incoming) -> None:
    found = providers.read_mails(intake.provider, incoming, intake.secret)
    if intake.provider == "ses" and (url := ses.confirmation(incoming)):
        intakes.note_confirmation(intake, url)
    elif any(len(mail.raw) > settings.MAIL_LIMIT_BYTES for mail in found):
        raise WebhookTooLarge
    elif found:
        intakes.take_mail(intake, found)


def _take_events(intake: OpenIntake, incoming: Incoming) -> None:
    found = providers.read_events(intake.provider, incoming, intake.secret)
    if intake.provider == "ses" and (url := ses.confirmation(incoming)):
        intakes.note_confirmation(intake, url)
    else:
        intakes.take_events(intake, found)
