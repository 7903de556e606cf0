"""The one place that knows the sign-in library (django-allauth).

It checks passwords, codes and passkeys and keeps the steps of a sign-in; what is recorded, shown
and mailed is ours. It sends no mail and no message by itself.
"""

import base64
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal import stagekit
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    reauthenticate_by_password,
)
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.mfa.webauthn.internal import flows as passkey_flows
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from redis.exceptions import RedisError

from onque.kernel import crypto
from onque.kernel.errors import Unavailable
from onque.modules.identity.services import second_factors, signing_in
from onque.modules.identity.web.middleware import visitor_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library is untyped
    """Records a completed sign-in; says and mails nothing."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign the person in with a new session key."""
        super().login(request, user)
        request.session["locale"] = user.locale
        signing_in.record_signed_in(user.pk, email=user.email, visitor=visitor_of(request))

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Return where a sign-in without a target leads."""
        return str(settings.LOGIN_REDIRECT_URL)

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse sign-up: people join by invitation."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages speak for themselves."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing inside a request."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing inside a request."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the visitor's address."""
        return visitor_of(request).ip or ""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library is untyped
    """Keeps secrets of second factors sealed."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it is stored."""
        return crypto.seal(text, purpose=second_factors.FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return crypto.unseal(encrypted_text, purpose=second_factors.FACTOR)


def safe_next(request: HttpRequest, target: str) -> str:
    """Return the target when it lies on this host, else the workspaces."""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed and target.startswith("/") else str(settings.LOGIN_REDIRECT_URL)


def check_password(request: HttpRequest, email: str, password: str) -> AbstractBaseUser | None:
    """Return the active person with these credentials; an unknown address takes as long."""
    user = AccountAdapter(request).authenticate(request, email=email, password=password)
    return user if user is not None and user.is_active else None


def begin_sign_in(request: HttpRequest, user: Any, *, password: str, target: str) -> HttpResponse:
    """Go on after the right password: to the second factor, or signed in to the target."""
    login = Login(user=user, email=user.email, redirect_url=target)
    answer: HttpResponse = perform_password_login(
        request, {"email": user.email, "password": password}, login
    )
    return answer


def is_valid(form: Any) -> bool:
    """Tell whether a form of the library is valid; a malformed passkey is not.

    Raises `Unavailable` when the store of used codes does not answer.
    """
    try:
        return bool(form.is_valid())
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    except RedisError as error:
        raise Unavailable(store="cache", reason=str(error)) from error


def pending_factor(request: HttpRequest) -> Any:
    """Return the step that waits for a second factor, or None."""
    return LoginStageController.enter(request, AuthenticateStage.key)


def abandon(request: HttpRequest) -> None:
    """Forget a sign-in that waits for its second factor."""
    stagekit.clear_login(request)


def code_form(user: Any, data: Any = None) -> Any:
    """Return the form that checks a code of an app or a recovery code."""
    return AuthenticateForm(user=user, data=data)


def passkey_form(user: Any, data: Any = None) -> Any:
    """Return the form that checks a passkey as second factor."""
    return AuthenticateWebAuthnForm(user=user, data=data)


def passkey_options(user: Any = None) -> dict[str, Any]:
    """Return what a browser needs to ask for a passkey; of anybody when no user is given."""
    found: dict[str, Any] = passkeys.begin_authentication(user)
    return found


def sign_in_by_passkey(request: HttpRequest, data: Any, target: str) -> HttpResponse | None:
    """Sign in by a passkey alone; None when it is not valid."""
    form = LoginWebAuthnForm(data=data)
    if not is_valid(form):
        return None
    authenticator = form.cleaned_data["credential"]
    if not authenticator.user.is_active:
        return None
    login = Login(user=authenticator.user, redirect_url=target)
    answer: HttpResponse = passkey_flows.perform_passwordless_login(request, authenticator, login)
    return answer


def confirmed_lately(request: HttpRequest) -> bool:
    """Tell whether the person entered the password again within ten minutes."""
    return bool(did_recently_reauthenticate(request))


def confirm(request: HttpRequest) -> None:
    """Note that the person has just entered the password again."""
    reauthenticate_by_password(request)


def totp_form(user: Any, data: Any = None) -> Any:
    """Return the form that turns an authenticator app on; `secret` is new when unbound."""
    return ActivateTOTPForm(user=user, data=data)


def totp_picture(user: Any, secret: str) -> str:
    """Return the QR code to scan, as the address of an SVG picture."""
    library = factor_adapter()
    svg = library.build_totp_svg(library.build_totp_url(user, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def turn_totp_on(request: HttpRequest, form: Any) -> None:
    """Turn the authenticator app on; recovery codes are made with the first factor."""
    activate_totp(request, form)


def remove_factor(request: HttpRequest, user_id: UUID, kind: str, row_id: int | None) -> bool:
    """Take a second factor away; the last one takes the recovery codes with it."""
    if (row := second_factors.find_factor(user_id, kind, row_id)) is None:
        return False
    delete_and_cleanup(request, row)
    return True


def recovery_codes(user_id: UUID) -> list[str]:
    """Return the unused recovery codes."""
    row = second_factors.find_factor(user_id, second_factors.RECOVERY)
    return list(row.wrap().get_unused_codes()) if row is not None else []


def renew_recovery_codes(request: HttpRequest) -> None:
    """Replace the recovery codes; the old ones stop working."""
    generate_recovery_codes(request)


def new_passkey_options(user: Any) -> dict[str, Any]:
    """Return what a browser needs to make a passkey that can sign in by itself."""
    found: dict[str, Any] = passkeys.begin_registration(user, passwordless=True)
    return found


def add_passkey(request: HttpRequest, user: Any, data: Any) -> bool:
    """Keep a new passkey; False when it is not valid."""
    form = AddWebAuthnForm(user=user, data=data)
    if not is_valid(form):
        return False
    passkey_flows.add_authenticator(
        request, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"]
    )
    return True
