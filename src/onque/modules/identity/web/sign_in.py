"""Signing in and out: password, code, passkey."""

import json
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from onque.modules.identity import rules
from onque.modules.identity.contracts import TooManyTries
from onque.modules.identity.services import entering, signing_in
from onque.modules.identity.web import adapter
from onque.modules.identity.web.forms import SignInForm, first_errors
from onque.modules.identity.web.middleware import visitor_of

PAGE = "identity/sign_in.html"
CODE_PAGE = "identity/code.html"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form; check address and password."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "GET":
        if entering.user_of_session(request.session) is not None:
            return HttpResponseRedirect(adapter.safe_next(request, target))
        return render(request, PAGE, {"next": target, "email": "", "errors": {}})
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _again(request, target, first_errors(form))
    return _check(request, form.cleaned_data["email"], form.cleaned_data["password"], target)


def _check(request: HttpRequest, email: str, password: str, target: str) -> HttpResponse:
    email, visitor = rules.normal_email(email), visitor_of(request)
    try:
        signing_in.check_pace(email, visitor)
    except TooManyTries as error:
        return show_throttled(request, error)
    user = adapter.check_password(request, email, password)
    if user is None:
        signing_in.record("refused", email=email, visitor=visitor)
        return _again(request, target, {"": _("That address and password do not belong together.")})
    safe = adapter.safe_next(request, target)
    return adapter.begin_sign_in(request, user, password=password, target=safe)


def _again(request: HttpRequest, target: str, errors: dict[str, str]) -> HttpResponse:
    given = {"next": target, "email": request.POST.get("email", ""), "errors": errors}
    return render(request, PAGE, given, status=422)


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor: an app's code, a recovery code or a passkey."""
    step = adapter.pending_factor(request)
    if step is None:
        return HttpResponseRedirect("/desk/sign-in")
    if request.method == "GET":
        return _code_page(request, step.login.user)
    signing_in.check_pace(step.login.user.email, visitor_of(request))
    return _check_code(request, step)


def _check_code(request: HttpRequest, step: Any) -> HttpResponse:
    user, visitor = step.login.user, visitor_of(request)
    make = adapter.code_form if "code" in request.POST else adapter.passkey_form
    form = make(user, request.POST)
    if adapter.is_valid(form):
        form.save()
        answer: HttpResponse = step.exit()
        return answer
    signing_in.record("refused", email=user.email, user_id=user.pk, visitor=visitor)
    error = _("That did not match. A code works for half a minute, a recovery code once.")
    return _code_page(request, user, error)


def _code_page(request: HttpRequest, user: Any, error: str = "") -> HttpResponse:
    options = json.dumps(adapter.passkey_options(user), default=str)
    shown = {"error": error, "options": options}
    return render(request, CODE_PAGE, shown, status=422 if error else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Give the browser what it needs to ask for a passkey, and sign in by the answer."""
    if request.method == "GET":
        return JsonResponse(adapter.passkey_options())
    visitor = visitor_of(request)
    signing_in.check_pace("", visitor)
    target = adapter.safe_next(request, request.POST.get("next", ""))
    answer = adapter.sign_in_by_passkey(request, request.POST, target)
    if answer is None:
        signing_in.record("refused", visitor=visitor)
        return _again(
            request, target, {"": _("That passkey is not known here. Use your password.")}
        )
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    user_id = entering.user_of_session(request.session)
    logout(request)
    if user_id is not None:
        signing_in.record("signed_out", user_id=user_id, visitor=visitor_of(request))
    return HttpResponseRedirect("/desk/sign-in")


def show_throttled(request: HttpRequest, error: TooManyTries) -> HttpResponse:
    """Say how long to wait, on the form itself."""
    seconds = int(str(error.facts["retry_after_seconds"]))
    minutes = max(1, -(-seconds // 60))
    answer = _again(
        request,
        request.POST.get("next", ""),
        {
            "": _("Too many tries. Wait %(minutes)s minutes, or set a new password.")
            % {"minutes": minutes}
        },
    )
    answer.status_code = 429
    answer["Retry-After"] = str(seconds)
    return answer
