"""Accepting an invitation."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onque.modules.identity.services import accounts, entering, invitations
from onque.modules.identity.web import adapter
from onque.modules.identity.web.forms import JoinForm, first_errors
from onque.modules.identity.web.words import role_name

PAGE = "identity/join.html"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation; make its holder a member."""
    invitation = invitations.read_invitation(token)
    user_id = entering.user_of_session(request.session)
    if invitation.is_known:
        return _join_known(request, token, invitation)
    if request.method == "GET":
        return _page(request, invitation)
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, first_errors(form))
    try:
        invitations.accept_invitation(token, signed_in_as=user_id, **form.cleaned_data)
    except ValidationError as error:
        return _page(request, invitation, {"password": " ".join(error.messages)})
    return _sign_in_new(request, invitation.email, form.cleaned_data["password"])


def _sign_in_new(request: HttpRequest, email: str, password: str) -> HttpResponse:
    user = adapter.check_password(request, email, password)
    if user is None:
        return HttpResponseRedirect("/desk/sign-in")
    return adapter.begin_sign_in(request, user, password=password, target="/desk/")


def _join_known(request: HttpRequest, token: str, invitation: Any) -> HttpResponse:
    """Let somebody with a password join only when signed in as the invited person."""
    user_id = entering.user_of_session(request.session)
    key = request.session.session_key or ""
    person = accounts.find_signed_in(user_id, key) if user_id else None
    is_them = person is not None and person.email == invitation.email
    if request.method == "POST" and is_them and person is not None:
        _user, slug = invitations.accept_invitation(token, signed_in_as=person.pk)
        return HttpResponseRedirect(f"/desk/{slug}/")
    return _page(request, invitation, is_them=is_them, other=person.email if person else "")


def _page(
    request: HttpRequest,
    invitation: Any,
    errors: dict[str, str] | None = None,
    *,
    is_them: bool = False,
    other: str = "",
) -> HttpResponse:
    shown = {
        "invitation": invitation,
        "role": role_name(invitation.role_key, invitation.role_name),
        "errors": errors or {},
        "name": request.POST.get("name", ""),
        "is_them": is_them,
        "other": other if not is_them else "",
    }
    return render(request, PAGE, shown, status=422 if errors else 200)
