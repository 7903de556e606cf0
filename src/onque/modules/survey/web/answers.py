"""The page behind the signed link. Opening it, by whatever method, records nothing: a POST does."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from onque.kernel.tenancy import tenant_scope
from onque.modules.survey.contracts import SurveyPage
from onque.modules.survey.rules import answering as rules
from onque.modules.survey.services import answering, links, stopping, words
from onque.modules.survey.web.forms import AnswerForm, prefilled, typed


@csrf_exempt  # the signed link is the proof; mail programs' browsers may refuse cookies
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the survey, or take its answer and lead to the thanks."""
    link = links.verify(token)
    with tenant_scope(link.tenant_id):
        page = answering.open_survey(link.survey_id)
        if request.method != "POST":
            filled = prefilled(page, request.GET.get("score", ""))
            return _render(request, token, "survey/answer.html", page, filled=filled)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return _render(request, token, "survey/answer.html", page, form=form)
        answering.record_answer(link.survey_id, form.answer())
    return HttpResponseRedirect(_address("survey:thanks", token, request), status=303)


@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was kept, and how to change it."""
    link = links.verify(token)
    with tenant_scope(link.tenant_id):
        page = answering.open_survey(link.survey_id)
        if page.answer is None:
            return HttpResponseRedirect(_address("survey:answer", token, request))
        return _render(request, token, "survey/thanks.html", page)


@csrf_exempt  # mail programs post here, without a page before: RFC 8058, 3.1
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Show what stopping means; only a POST stops."""
    link = links.verify(token)
    with tenant_scope(link.tenant_id):
        page = answering.open_survey(link.survey_id)
        is_stopped = request.method == "POST"
        if is_stopped:
            stopping.stop_asking(link.survey_id)
        more = {"is_stopped": is_stopped, "stop": _address("survey:stop", token, request)}
        return _render(request, token, "survey/stop.html", page, filled=more)


def _render(
    request: HttpRequest,
    token: str,
    template: str,
    page: SurveyPage,
    *,
    filled: dict[str, Any] | None = None,
    form: AnswerForm | None = None,
) -> HttpResponse:
    """Render in the customer's language, or the one asked for; nothing may keep a copy."""
    language = _language(request) or page.language
    with translation.override(language):
        context = {
            **(filled or {}),
            "filled": typed(form) if form else filled,
            "errors": {name: found[0] for name, found in form.errors.items()} if form else {},
            "page": page,
            "here": _address("survey:answer", token, request),
            "other": "en" if language == "ko" else "ko",
            "other_here": f"{reverse('survey:answer', args=[token])}?lang=",
            "scores": words.SCORES,
            "reasons": words.REASONS,
            "high": rules.HIGH_REASONS,
            "low": rules.LOW_REASONS,
            "color": page.brand_color.removeprefix("#").lower(),
        }
        response = render(request, template, context, status=422 if form else 200)
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")
    return wanted if wanted in {"ko", "en"} else ""


def _address(name: str, token: str, request: HttpRequest) -> str:
    path = reverse(name, args=[token])
    return f"{path}?lang={wanted}" if (wanted := _language(request)) else path
