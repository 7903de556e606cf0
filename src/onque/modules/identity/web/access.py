"""Who may open a page of accounts: signed in, and lately confirmed where it matters."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from onque.modules.identity.services import accounts, entering
from onque.modules.identity.web import adapter
from onque.modules.identity.web.middleware import to_sign_in

if TYPE_CHECKING:
    from onque.modules.identity.models import User

P = ParamSpec("P")


class UserRequest(HttpRequest):
    """The request of a signed-in person outside any workspace."""

    user: "User"
    session: Any


View = Callable[Concatenate[UserRequest, P], HttpResponse]


def signed_in(view: View[P]) -> View[P]:
    """Let only a person whose session's row exists in; `request.user` is loaded by one query."""

    @wraps(view)
    def inner(request: UserRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user_id = entering.user_of_session(request.session)
        key = request.session.session_key
        user = accounts.find_signed_in(user_id, key) if user_id and key else None
        if user is None:
            if user_id is not None:
                request.session.flush()
            return to_sign_in(request)
        request.user = user
        return view(request, *args, **kwargs)

    return inner


def confirmed(view: View[P]) -> View[P]:
    """Ask for the password again unless that happened within ten minutes."""

    @wraps(view)
    @signed_in
    def inner(request: UserRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not adapter.confirmed_lately(request):
            target = request.get_full_path() if request.method == "GET" else "/desk/account/"
            return HttpResponseRedirect(f"/desk/account/confirm?next={quote(target)}")
        return view(request, *args, **kwargs)

    return inner


def confirmed_here(request: HttpRequest) -> bool:
    """Tell the same of a page inside a workspace, whose person is a contract."""
    person = request.user
    session: Any = request.session
    user_id, key = entering.user_of_session(session), session.session_key
    user = accounts.find_signed_in(user_id, key) if user_id and key else None
    if user is None:
        return False
    try:
        request.user = user
        return adapter.confirmed_lately(request)
    finally:
        request.user = person
