"""The workspace around a page: who enters, in whose scope, and what is undone."""

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from onque.kernel.errors import Conflict
from onque.kernel.http import refuse
from onque.kernel.tenancy import current_scope, current_tenant, tenant_scope
from onque.modules.identity import public
from onque.modules.identity.models import Brand, Member, Session
from onque.modules.identity.sessions import SessionStore
from onque.modules.identity.web import middleware

pytestmark = pytest.mark.usefixtures("cast")

SLUG_ATTRIBUTES = ("actor", "workspace", "tenant")


def through(client: Client, path: str, view, method: str = "GET", **headers: str) -> HttpResponse:
    """Play a request of a signed-in browser through session and workspace to a view of ours."""
    request = RequestFactory().generic(method, path, headers=headers)
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    chain = middleware.SessionMiddleware(
        middleware.LocaleMiddleware(middleware.WorkspaceMiddleware(view))
    )
    return chain(request)


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "|".join((request.actor.name, request.workspace.slug, str(current_tenant())))
    )


def test_a_member_enters_with_role_and_scope(browser, cast):
    seen: list[HttpRequest] = []

    def view(request):
        seen.append(request)
        return answer(request)

    page = through(browser("ada@acme.test"), "/desk/acme/tickets/", view)

    assert page.content.decode() == f"Ada|acme|{cast.acme.id}"
    actor = seen[0].actor
    assert (actor.id, actor.kind, actor.tenant_id) == (cast.ada.id, "member", cast.acme.id)
    assert actor.can("ticket.reply")
    assert not actor.can("member.manage")
    assert (actor.locale, actor.time_zone) == ("en", "Asia/Seoul")
    assert seen[0].user.theme == "system"
    assert current_scope() is None


@pytest.mark.parametrize("path", ["/desk/globex/tickets/", "/desk/nowhere/tickets/"])
def test_anothers_workspace_and_no_workspace_answer_alike(browser, path):
    client = browser("ada@acme.test")

    page = client.get(path)

    assert page.status_code == 404
    assert "Globex" not in page.content.decode()


def test_nobody_is_led_to_the_sign_in_page_and_back():
    page = Client().get("/desk/acme/tickets/?view=mine")

    assert page["Location"] == "/desk/sign-in?next=/desk/acme/tickets/%3Fview%3Dmine"


def test_a_fragment_of_nobody_leads_the_whole_page_to_sign_in():
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/desk/acme/tickets/"}

    page = Client().get("/desk/acme/tickets/", headers=headers)

    assert page.status_code == 401
    assert page["HX-Redirect"] == "/desk/sign-in?next=/desk/acme/tickets/"


def test_a_deactivated_member_is_refused(browser, cast):
    client = browser("ada@acme.test")
    with tenant_scope(cast.acme.id):
        Member.objects.filter(pk=cast.ada.id).update(state="deactivated")

    assert client.get("/desk/acme/settings/account/").status_code == 404


def test_a_changed_role_applies_to_the_next_request(browser, cast):
    from onque.modules.identity.repositories.members import roles

    client = browser("ada@acme.test")
    with tenant_scope(cast.acme.id):
        Member.objects.filter(pk=cast.ada.id).update(role=roles.get_by_key("admin"))

    page = through(
        client, "/desk/acme/x/", lambda r: HttpResponse(str(r.actor.can("member.manage")))
    )

    assert page.content == b"True"


def test_a_revoked_session_ends_even_while_redis_holds_a_copy(browser):
    client = browser("ada@acme.test")
    client.get("/desk/acme/settings/account/")
    Session.objects.all().delete()  # Redis still has the copy

    page = client.get("/desk/acme/settings/account/")

    assert page["Location"].startswith("/desk/sign-in")


def test_reading_is_read_only(browser):
    def view(request):
        Brand.objects.update(name="changed")
        return HttpResponse()

    from django.db import InternalError

    with pytest.raises(InternalError, match="read-only"):
        through(browser("ada@acme.test"), "/desk/acme/x/", view)


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_an_answer_that_refuses_undoes_what_was_written(browser, cast, status):
    def view(request):
        Brand.objects.update(name="changed")
        return HttpResponse(status=status)

    through(browser("ada@acme.test"), "/desk/acme/x/", view, "POST")

    with tenant_scope(cast.acme.id):
        assert public.default_brand().name == "Acme"


def test_a_refusal_undoes_and_an_exception_too(browser, cast):
    def refusing(request):
        Brand.objects.update(name="changed")
        return refuse(request, Conflict())

    def broken(request):
        Brand.objects.update(name="changed")
        raise RuntimeError

    client = browser("ada@acme.test")
    assert through(client, "/desk/acme/x/", refusing, "POST").status_code == 409
    with pytest.raises(RuntimeError):
        through(client, "/desk/acme/x/", broken, "POST")

    with tenant_scope(cast.acme.id):
        assert public.default_brand().name == "Acme"


def test_a_good_answer_commits(browser, cast):
    def view(request):
        Brand.objects.update(name="changed")
        return HttpResponse(status=201)

    through(browser("ada@acme.test"), "/desk/acme/x/", view, "POST")

    with tenant_scope(cast.acme.id):
        assert public.default_brand().name == "changed"
    with tenant_scope(cast.globex.id):
        assert public.default_brand().name == "Globex"


def test_entering_costs_one_statement_beside_the_transactions_own(browser):
    client = browser("ada@acme.test")
    through(client, "/desk/acme/x/", answer)

    with CaptureQueriesContext(connection) as queries:
        through(client, "/desk/acme/x/", answer)

    own = ("BEGIN", "COMMIT", "SELECT set_config")
    counted = [one["sql"] for one in queries if not one["sql"].startswith(own)]
    assert len(counted) == 1, counted
    assert "onque_enter" in counted[0]


def test_the_slug_is_taken_from_the_view():
    request = RequestFactory().get("/desk/acme/x/")
    request.workspace = object()
    kwargs = {"slug": "acme", "number": 7}

    middleware.WorkspaceMiddleware(answer).process_view(request, answer, (), kwargs)

    assert kwargs == {"number": 7}


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/desk/acme/", "acme"),
        ("/desk/acme/tickets/7/", "acme"),
        ("/desk/account/", None),
        ("/desk/sign-in", None),
        ("/desk/join/abc", None),
        ("/desk/reset/a/b", None),
        ("/desk/acme", None),
        ("/portal/acme/x/", None),
        ("/desk/Acme/", None),
    ],
)
def test_which_paths_lie_in_a_workspace(path, slug):
    assert middleware.workspace_slug(path) == slug


@pytest.mark.parametrize(
    ("cookie", "parameter", "needed"),
    [
        ("", "", None),
        ("0-3000060", "", "0/3000060"),
        ("", "0/3000060", "0/3000060"),
        ("0-3000060", "0/4000000", "0/4000000"),
        ("1-0", "0/FFFFFFFF", "1/0"),
        ("'; DROP TABLE x", "nonsense", None),
    ],
)
def test_the_newest_position_wins_and_nonsense_is_ignored(cookie, parameter, needed):
    request = RequestFactory().get("/desk/acme/x/", {"min_lsn": parameter})
    request.COOKIES[middleware.LSN_COOKIE] = cookie

    assert middleware.needed_lsn(request) == needed


def test_the_position_is_remembered_for_a_minute(monkeypatch):
    monkeypatch.setattr(middleware.replica, "committed_lsn", lambda: "0/3000060")
    response = HttpResponse()

    middleware.remember_lsn(response)

    cookie = response.cookies[middleware.LSN_COOKIE]
    assert (cookie.value, cookie["max-age"], bool(cookie["httponly"])) == ("0-3000060", 60, True)


def test_public_doors_never_touch_sessions(browser):
    client = browser("ada@acme.test")
    request = RequestFactory().get("/survey/x")
    request.COOKIES = {settings.SESSION_COOKIE_NAME: client.session.session_key}
    seen = []
    chain = middleware.SessionMiddleware(
        lambda r: seen.append(dict(r.session.items())) or HttpResponse()
    )

    chain(request)

    assert seen == [{}]


def test_the_socket_hub_knows_a_member_by_the_session(browser, cast):
    key = browser("ada@acme.test").session.session_key

    found = public.member_of_session(key, "acme")

    assert found is not None
    assert found.id == cast.ada.id
    assert public.member_of_session(key, "globex") is None
    assert public.member_of_session("", "acme") is None
    assert public.member_of_session("x" * 32, "acme") is None
    SessionStore(key).delete()
    assert public.member_of_session(key, "acme") is None


@pytest.mark.parametrize(
    ("proxies", "forwarded", "ip"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (2, "6.6.6.6, 9.9.9.9, 10.0.0.1", "9.9.9.9"),
        (2, "9.9.9.9", "127.0.0.1"),
        (1, "nonsense", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_a_made_up_address_is_not_believed(settings, proxies, forwarded, ip):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/desk/", headers={"x-forwarded-for": forwarded})

    assert middleware.visitor_of(request).ip == ip


def test_what_an_account_wrote_is_read_back(browser, monkeypatch):
    monkeypatch.setattr(middleware.replica, "committed_lsn", lambda: "0/3000060")
    client = browser("ada@acme.test")

    given = {"name": "Ada L.", "locale": "en", "theme": "dark"}
    answer = client.post("/desk/account/profile", given)

    assert answer.cookies[middleware.LSN_COOKIE].value == "0-3000060"
