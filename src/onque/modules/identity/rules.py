"""Permissions, the built-in roles, and what names and tokens must look like. No Django."""

import hashlib
import re
from dataclasses import dataclass

PERMISSIONS = (
    "ticket.view",
    "ticket.view_all",
    "ticket.create",
    "ticket.reply",
    "ticket.note",
    "ticket.assign",
    "ticket.change",
    "ticket.trash",
    "customer.view",
    "customer.change",
    "survey.view",
    "mail.quarantine",
    "mail.settings",
    "failure.view",
    "failure.retry",
    "member.view",
    "member.invite",
    "member.manage",
    "role.manage",
    "tenant.settings",
    "tenant.own",
)
"""Every permission code that a role may hold and a service may require."""

OWNER = "owner"
_AGENT = frozenset(
    {
        "ticket.view",
        "ticket.create",
        "ticket.reply",
        "ticket.note",
        "ticket.assign",
        "ticket.change",
        "customer.view",
        "survey.view",
    }
)
_PRO_AGENT = _AGENT | {"ticket.view_all", "ticket.trash", "customer.change", "member.view"}
_ADMIN = frozenset(PERMISSIONS) - {"tenant.own"}

BUILT_IN_ROLES: dict[str, tuple[str, frozenset[str]]] = {
    OWNER: ("Owner", frozenset(PERMISSIONS)),
    "admin": ("Admin", _ADMIN),
    "pro_agent": ("Pro agent", _PRO_AGENT),
    "agent": ("Agent", _AGENT),
}
"""Key -> English name and permissions; the name is translated where it is shown."""

INVITATION_DAYS = 7
SEEN_SECONDS = 300
"""How stale `last_seen_at` may be: a session writes at most once in this time."""

RESERVED_SLUGS = frozenset(
    [
        "sign-in",
        "sign-out",
        "account",
        "join",
        "forgot",
        "reset",
        "workspaces",
        "admin",
        "api",
        "new",
        "static",
    ]
)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def is_slug(text: str) -> bool:
    """Tell whether a workspace may have this slug: 1-40 of a-z, 0-9 and inner hyphens."""
    return _SLUG.fullmatch(text) is not None and text not in RESERVED_SLUGS


@dataclass(frozen=True)
class Pace:
    """At most `most` refused sign-ins in `seconds`, counted by address, by IP, or both."""

    most: int
    seconds: int
    by_email: bool
    by_ip: bool


SIGN_IN_PACES = (
    Pace(most=5, seconds=900, by_email=True, by_ip=True),
    Pace(most=30, seconds=900, by_email=False, by_ip=True),
    Pace(most=50, seconds=3600, by_email=True, by_ip=False),
)
"""Strict for one guesser, loose for an address, so that a stranger cannot lock its owner out."""

_BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Return a short name of a browser for its owner, such as "Chrome, macOS"; "" if unknown."""
    found = (
        next((name for mark, name in marks if mark in user_agent), "")
        for marks in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)


def normal_email(address: str) -> str:
    """Return the address as it is stored and compared: trimmed, lower case."""
    return address.strip().lower()


def token_hash(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_handle(session_key: str) -> str:
    """Return a name for a session that may be shown: it cannot be used to sign in."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:24]


def grants_more(granted: frozenset[str], held: frozenset[str]) -> bool:
    """Tell whether a role holds anything that the actor does not: it may not be handed out."""
    return not granted <= held
