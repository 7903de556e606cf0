"""What stands between a browser and the desk: session, language, workspace."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from typing_extensions import override

from onque.kernel import replica
from onque.kernel.errors import NotFound
from onque.kernel.http import GetResponse, refuse
from onque.kernel.tenancy import Scope, tenant_scope
from onque.modules.identity import rules
from onque.modules.identity.services import entering
from onque.modules.identity.services.entering import Entry
from onque.modules.identity.sessions import SessionStore, Visitor

LSN_COOKIE = f"onque_lsn_{settings.INSTANCE_ID}"
LSN_SECONDS = 60
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
USER_AGENT_LENGTH = 300
HTTP_REFUSED = 400

_WORKSPACE = re.compile(r"/desk/([a-z0-9-]{1,40})/")
_LSN = re.compile(r"([0-9A-Fa-f]{1,8})[/-]([0-9A-Fa-f]{1,8})")


def workspace_slug(path: str) -> str | None:
    """Return the slug when the path lies inside a workspace: `/desk/<slug>/...`."""
    found = _WORKSPACE.match(path)
    return found[1] if found and found[1] not in rules.RESERVED_SLUGS else None


def visitor_of(request: HttpRequest) -> Visitor:
    """Return the address and browser of a request."""
    agent = request.headers.get("User-Agent", "")[:USER_AGENT_LENGTH]
    return Visitor(_address(request), agent)


def _address(request: HttpRequest) -> str | None:
    """Return who called the outermost of our own proxies; what lies beyond can be made up."""
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    hops = settings.TRUSTED_PROXIES
    forwarded = chain[-hops] if 0 < hops <= len(chain) else ""
    for found in (forwarded, request.META.get("REMOTE_ADDR", "")):
        with suppress(ValueError):
            return str(ip_address(found))
    return None


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, with the visitor on the row.

    Only the desk has sessions: elsewhere an empty one is attached and never read or written, as
    the public services may not touch the table. One's own account reads the row, not its copy.
    """

    @override
    def process_request(self, request: HttpRequest) -> None:
        """Attach the session; nothing is read yet."""
        at_desk = request.path_info.startswith("/desk/")
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME) if at_desk else None
        session = SessionStore(key, visitor_of(request))
        session.skip_front = workspace_slug(request.path_info) is None
        request.session = session

    @override
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save what changed; a session revoked meanwhile ends with this request."""
        if not request.path_info.startswith("/desk/"):
            return response
        outside = workspace_slug(request.path_info) is None
        if outside and request.method not in SAFE_METHODS and response.status_code < HTTP_REFUSED:
            remember_lsn(response)
        try:
            return super().process_response(request, response)
        except UpdateError:
            response.delete_cookie(settings.SESSION_COOKIE_NAME)
            return response


class LocaleMiddleware:
    """Speak the person's language, else the browser's; a workspace may correct it later."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request in one language and say in which."""
        with translation.override(self._language(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        patch_vary_headers(response, ("Accept-Language",))
        return response

    @staticmethod
    def _language(request: HttpRequest) -> str:
        session = request.session
        chosen = session.get("locale") if session.session_key else None
        known = dict(settings.LANGUAGES)
        return chosen if chosen in known else translation.get_language_from_request(request)


class WorkspaceMiddleware:
    """Open the tenant's scope around every page of a workspace.

    Sets `request.actor`, `request.workspace` (also `request.tenant`) and `request.user`. The
    transaction commits when the answer is below 400 and is undone otherwise. A workspace that does
    not exist and one that is not yours answer alike.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request inside its workspace, if its path names one."""
        slug = workspace_slug(request.path_info)
        if slug is None:
            return self.get_response(request)
        user_id = entering.user_of_session(request.session)
        if user_id is None:
            return to_sign_in(request)
        entry = entering.find_entry(user_id, slug, request.session.session_key)
        if entry is None:
            return self._refuse(request, user_id)
        return self._serve(request, entry)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],  # noqa: ARG002 - Django's signature
        args: tuple[object, ...],  # noqa: ARG002
        kwargs: dict[str, Any],
    ) -> None:
        """Take the slug away: a view knows its workspace from the request."""
        if hasattr(request, "workspace"):
            kwargs.pop("slug", None)
            kwargs.pop("workspace", None)

    def _serve(self, request: HttpRequest, entry: Entry) -> HttpResponse:
        request.actor = entry.actor  # type: ignore[attr-defined]
        request.workspace = request.tenant = entry.tenant  # type: ignore[attr-defined]
        request.user = entry.person  # type: ignore[assignment]
        safe = request.method in SAFE_METHODS
        with (
            translation.override(entry.actor.locale),
            timezone.override(entry.tenant.time_zone),
        ):
            with tenant_scope(
                entry.tenant.id, read_only=safe, min_lsn=needed_lsn(request)
            ) as scope:
                response = self.get_response(request)
                _undo_refused(response, scope)
            if not safe and response.status_code < HTTP_REFUSED:
                remember_lsn(response)
            response.headers.setdefault("Content-Language", entry.actor.locale)
        return response

    @staticmethod
    def _refuse(request: HttpRequest, user_id: UUID) -> HttpResponse:
        if not entering.session_lives(request.session, user_id):
            request.session.flush()
            return to_sign_in(request)
        return refuse(request, NotFound(kind="workspace"))


def _undo_refused(response: HttpResponse, scope: Scope) -> None:
    if response.status_code >= HTTP_REFUSED:
        transaction.set_rollback(True, using=scope.alias)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Answer somebody who is not signed in: to the sign-in page, and back here after it."""
    target = request.get_full_path() if request.method == "GET" else "/desk/"
    if request.headers.get("HX-Request"):
        current = request.headers.get("HX-Current-URL", "")
        target = "/" + current.split("/", 3)[3] if current.count("/") > 2 else "/desk/"  # noqa: PLR2004
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = f"{settings.LOGIN_URL}?next={quote(target)}"
        return answer
    if "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(status=401)
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(target)}")


def needed_lsn(request: HttpRequest) -> str | None:
    """Return the newest WAL position that this session wrote, or that a hint spoke of."""
    given = (request.COOKIES.get(LSN_COOKIE, ""), _parameters(request).get("min_lsn", ""))
    found = [match for value in given if (match := _LSN.fullmatch(value))]
    if not found:
        return None
    newest = max(found, key=lambda match: (int(match[1], 16), int(match[2], 16)))
    return f"{newest[1]}/{newest[2]}"


def _parameters(request: HttpRequest) -> Mapping[str, str]:
    return request.GET


def remember_lsn(response: HttpResponse) -> None:
    """Let this browser's next reads see at least what was just committed."""
    if (position := replica.committed_lsn()) is None:
        return
    response.set_cookie(
        LSN_COOKIE,
        position.replace("/", "-"),
        max_age=LSN_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
