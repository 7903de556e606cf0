"""One's own account: profile, password, sessions."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from onque.kernel.access import Actor
from onque.kernel.errors import Invalid
from onque.modules.identity import rules
from onque.modules.identity.services import (
    accounts,
    entering,
    second_factors,
    sessions,
    signing_in,
)
from onque.modules.identity.web import words
from onque.modules.identity.web.access import UserRequest, signed_in
from onque.modules.identity.web.forms import ChangePasswordForm, ProfileForm, first_errors
from onque.modules.identity.web.middleware import visitor_of

HOME = "/desk/account/"
SAVED = {"profile", "password", "sessions", "factors"}


@never_cache
@require_GET
@signed_in
def account(request: UserRequest) -> HttpResponse:
    """Show the account."""
    return _page(request)


def _page(request: UserRequest, errors: dict[str, str] | None = None) -> HttpResponse:
    user, saved = request.user, request.GET.get("saved", "")
    shown: dict[str, Any] = {
        "errors": errors or {},
        "saved": saved if saved in SAVED else "",
        "person": user,
        "workspaces": entering.list_memberships(user.pk),
        "factors": second_factors.list_factors(user.pk),
        "sessions": sessions.list_sessions(user.pk, this_key=request.session.session_key),
        "events": signing_in.list_events(user.pk),
        "browser": lambda agent: words.browser(rules.browser_name(agent)),
        "login_kind": words.login_kind,
    }
    return render(request, "identity/account.html", shown, status=422 if errors else 200)


@require_POST
@signed_in
def profile(request: UserRequest) -> HttpResponse:
    """Save name, language and theme."""
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, first_errors(form))
    chosen = form.cleaned_data
    accounts.save_taste(request.user.pk, locale=chosen["locale"], theme=chosen["theme"])
    accounts.rename(request.user.pk, name=chosen["name"])
    request.session["locale"] = chosen["locale"]
    return HttpResponseRedirect(f"{HOME}?saved=profile")


@require_POST
@sensitive_post_parameters("current", "password")
@signed_in
def password(request: UserRequest) -> HttpResponse:
    """Change the password; every other session ends."""
    form, user, visitor = ChangePasswordForm(request.POST), request.user, visitor_of(request)
    if not form.is_valid():
        return _page(request, first_errors(form))
    signing_in.check_pace(user.email, visitor)
    if not user.check_password(form.cleaned_data["current"]):
        signing_in.record("refused", email=user.email, user_id=user.pk, visitor=visitor)
        return _page(request, {"current": _("That is not your current password.")})
    return _change(request, form.cleaned_data["password"])


def _change(request: UserRequest, new: str) -> HttpResponse:
    try:
        accounts.set_password(request.user.pk, new, keep_key=request.session.session_key)
    except Invalid as error:
        return _page(request, {"password": str(error.facts["reason"])})
    request.user.refresh_from_db(fields=["password"])
    update_session_auth_hash(request, request.user)
    visitor = visitor_of(request)
    signing_in.record("password_changed", user_id=request.user.pk, visitor=visitor)
    return HttpResponseRedirect(f"{HOME}?saved=password")


@require_POST
@signed_in
def end_session(request: UserRequest, handle: str) -> HttpResponse:
    """End one session at once."""
    sessions.end_one(request.user.pk, handle=handle)
    visitor = visitor_of(request)
    signing_in.record("session_revoked", user_id=request.user.pk, visitor=visitor)
    return HttpResponseRedirect(f"{HOME}?saved=sessions")


@require_POST
@signed_in
def end_all(request: UserRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    sessions.end_all(request.user.pk)
    visitor = visitor_of(request)
    signing_in.record("session_revoked", user_id=request.user.pk, visitor=visitor)
    request.session.flush()
    return HttpResponseRedirect("/desk/sign-in")


class _InWorkspace(UserRequest):
    actor: Actor


@require_GET
def from_workspace(request: _InWorkspace) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Lead from a workspace's menu to the account, which is above workspaces."""
    return HttpResponseRedirect(HOME)
