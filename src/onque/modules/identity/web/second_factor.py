"""Two-step sign-in: authenticator app, passkeys, recovery codes."""

import json

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onque.kernel.errors import Invalid, NotFound
from onque.modules.identity.services import second_factors, signing_in
from onque.modules.identity.web import adapter
from onque.modules.identity.web.access import UserRequest, confirmed, signed_in
from onque.modules.identity.web.account import HOME
from onque.modules.identity.web.forms import PasswordForm, first_errors
from onque.modules.identity.web.middleware import visitor_of

CODES = "/desk/account/recovery-codes"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: UserRequest) -> HttpResponse:
    """Ask for the password again before something that protects the account changes."""
    target = request.POST.get("next") or request.GET.get("next") or HOME
    form, errors = PasswordForm(request.POST or None), {}
    if request.method == "POST":
        signing_in.check_pace(request.user.email, visitor_of(request))
        if form.is_valid() and request.user.check_password(form.cleaned_data["password"]):
            adapter.confirm(request)
            return HttpResponseRedirect(adapter.safe_next(request, target))
        errors = first_errors(form) or {"password": _refused(request)}
    shown = {"errors": errors, "next": target}
    return render(request, "identity/confirm.html", shown, status=422 if errors else 200)


def _refused(request: UserRequest) -> str:
    user = request.user
    signing_in.record("refused", email=user.email, user_id=user.pk, visitor=visitor_of(request))
    return _("That is not your current password.")


@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def totp(request: UserRequest) -> HttpResponse:
    """Show the code to scan, and turn the app on once it proves to work."""
    form = adapter.totp_form(request.user, request.POST or None)
    if request.method == "POST" and adapter.is_valid(form):
        adapter.turn_totp_on(request, form)
        return _changed(request, CODES)
    error = _("That code did not match. Enter the newest one.") if form.is_bound else ""
    picture = adapter.totp_picture(request.user, form.secret)
    shown = {"error": error, "picture": picture, "secret": form.secret}
    return render(request, "identity/totp.html", shown, status=422 if error else 200)


@require_POST
@confirmed
def totp_off(request: UserRequest) -> HttpResponse:
    """Turn the authenticator app off."""
    return _remove(request, second_factors.TOTP, None)


@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def recovery_codes(request: UserRequest) -> HttpResponse:
    """Show the unused recovery codes, or make new ones."""
    if not second_factors.list_factors(request.user.pk).has_recovery_codes:
        return HttpResponseRedirect(HOME)
    if request.method == "POST":
        adapter.renew_recovery_codes(request)
        return _changed(request, CODES)
    codes = adapter.recovery_codes(request.user.pk)
    return render(request, "identity/recovery_codes.html", {"codes": codes})


@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def passkey(request: UserRequest) -> HttpResponse:
    """Make a passkey in the browser and keep its public half."""
    if request.method == "POST":
        had_codes = second_factors.list_factors(request.user.pk).has_recovery_codes
        if not adapter.add_passkey(request, request.user, request.POST):
            raise Invalid(field="credential", reason="not valid")
        return _changed(request, f"{HOME}?saved=factors" if had_codes else CODES)
    options = json.dumps(adapter.new_passkey_options(request.user), default=str)
    return render(request, "identity/passkey.html", {"options": options})


@require_POST
@confirmed
def passkey_off(request: UserRequest, row_id: int) -> HttpResponse:
    """Take a passkey away."""
    return _remove(request, second_factors.PASSKEY, row_id)


def _remove(request: UserRequest, kind: str, row_id: int | None) -> HttpResponse:
    if not adapter.remove_factor(request, request.user.pk, kind, row_id):
        raise NotFound(kind=kind)
    return _changed(request, f"{HOME}?saved=factors")


def _changed(request: UserRequest, target: str) -> HttpResponse:
    user_id, visitor = request.user.pk, visitor_of(request)
    signing_in.record("second_factor_changed", user_id=user_id, visitor=visitor)
    return HttpResponseRedirect(target)


@require_GET
@signed_in
def index(request: UserRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Lead to the account, where the factors are listed."""
    return HttpResponseRedirect(f"{HOME}#factors")
