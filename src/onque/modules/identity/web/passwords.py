"""Asking for a new password, and setting it by the link in the mail."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onque.kernel.errors import Invalid
from onque.modules.identity import rules
from onque.modules.identity.services import accounts, signing_in
from onque.modules.identity.web.forms import EmailForm, PasswordForm, first_errors
from onque.modules.identity.web.middleware import visitor_of


@never_cache
@require_http_methods(["GET", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for the mail; the answer is the same for any address."""
    if request.method == "GET":
        return render(
            request, "identity/forgot.html", {"errors": {}, "email": "", "is_sent": False}
        )
    form = EmailForm(request.POST)
    if not form.is_valid():
        shown = {"errors": first_errors(form), "email": request.POST.get("email", "")}
        return render(request, "identity/forgot.html", {**shown, "is_sent": False}, status=422)
    email, visitor = rules.normal_email(form.cleaned_data["email"]), visitor_of(request)
    signing_in.check_reset_pace(email, visitor)
    signing_in.record("password_reset_asked", email=email, visitor=visitor)
    accounts.request_reset(email)
    return render(request, "identity/forgot.html", {"errors": {}, "email": email, "is_sent": True})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, user_hex: str, token: str) -> HttpResponse:
    """Set a new password by the link; every session of the person ends."""
    user_id = accounts.check_reset(user_hex, token)
    if request.method == "GET":
        return render(request, "identity/reset.html", {"errors": {}})
    form = PasswordForm(request.POST)
    errors = {} if form.is_valid() else first_errors(form)
    if not errors:
        try:
            accounts.set_password(user_id, form.cleaned_data["password"])
        except Invalid as error:
            errors = {"password": str(error.facts["reason"])}
    if errors:
        return render(request, "identity/reset.html", {"errors": errors}, status=422)
    signing_in.record("password_changed", user_id=user_id, visitor=visitor_of(request))
    return HttpResponseRedirect("/desk/sign-in?changed=1")
