"""Words for what the database keeps as codes."""

from django.utils.translation import gettext, gettext_lazy

_ROLES = {
    "owner": gettext_lazy("Owner"),
    "admin": gettext_lazy("Admin"),
    "pro_agent": gettext_lazy("Pro agent"),
    "agent": gettext_lazy("Agent"),
}
_LOGIN_KINDS = {
    "signed_in": gettext_lazy("Signed in"),
    "refused": gettext_lazy("Refused"),
    "throttled": gettext_lazy("Too many tries"),
    "signed_out": gettext_lazy("Signed out"),
    "session_revoked": gettext_lazy("Session ended"),
    "password_changed": gettext_lazy("Password changed"),
    "password_reset_asked": gettext_lazy("New password asked for"),
    "second_factor_changed": gettext_lazy("Two-step sign-in changed"),
}


def role_name(key: str, name: str) -> str:
    """Return a role's name in the reader's language; a custom role keeps its own."""
    return str(_ROLES.get(key, name))


def login_kind(kind: str) -> str:
    """Return what happened at a sign-in, in words."""
    return str(_LOGIN_KINDS.get(kind, kind))


def browser(name: str) -> str:
    """Return a browser's name, or that it is unknown."""
    return name or gettext("Unknown browser")
