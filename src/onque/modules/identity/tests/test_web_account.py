"""One's own account: profile, password, second factors."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import caches
from django.test import Client

from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public
from onque.modules.identity.models import LoginEvent, User
from onque.modules.identity.tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("cast")


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def confirm(client: Client) -> None:
    answer = client.post(
        "/desk/account/confirm", {"password": PASSWORD, "next": "/desk/account/app"}
    )
    assert answer["Location"] == "/desk/account/app"


@pytest.fixture
def protected(browser):
    """Return Ada's browser and secret after she turned an authenticator app on."""
    client = browser("ada@acme.test")
    confirm(client)
    page = client.get("/desk/account/app").content.decode()
    secret = re.search(r'acc-key">([A-Z2-7]+)<', page)[1]
    answer = client.post("/desk/account/app", {"code": code_of(secret)})
    assert answer["Location"] == "/desk/account/recovery-codes"
    caches["default"].clear()  # a code is accepted once in its half minute
    return client, secret


def half_way() -> Client:
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/desk/sign-in", {"email": "ada@acme.test", "password": PASSWORD})
    assert answer["Location"] == "/desk/sign-in/code"
    return client


def test_name_language_and_theme_are_kept_everywhere(browser, cast):
    client = browser("ada@acme.test")

    client.post("/desk/account/profile", {"name": "에이다", "locale": "ko", "theme": "dark"})

    user = User.objects.get(email="ada@acme.test")
    assert (user.name, user.locale, user.theme) == ("에이다", "ko", "dark")
    with tenant_scope(cast.acme.id):
        assert public.get_members([cast.ada.id])[cast.ada.id].name == "에이다"
    page = client.get("/desk/account/").content.decode()
    assert 'lang="ko"' in page
    assert 'data-theme="dark"' in page


@pytest.mark.parametrize(
    "data", [{"name": ""}, {"name": "x" * 81}, {"locale": "xx"}, {"theme": "pink"}]
)
def test_a_bad_profile_changes_nothing(browser, data):
    given = {"name": "New", "locale": "ko", "theme": "dark", **data}

    assert browser("ada@acme.test").post("/desk/account/profile", given).status_code == 422

    assert User.objects.get(email="ada@acme.test").name == "Ada"


def test_preferences_of_a_member(cast):
    from onque.kernel.errors import Invalid
    from onque.modules.identity.tests.factories import actor_of

    with tenant_scope(cast.acme.id):
        public.set_preferences(actor_of(cast.acme, cast.ada), density="dense")
        with pytest.raises(Invalid):
            public.set_preferences(actor_of(cast.acme, cast.ada), theme="pink")

    user = User.objects.get(email="ada@acme.test")
    assert (user.density, user.theme) == ("dense", "system")


def test_a_new_password_ends_other_sessions_and_keeps_this_one(browser):
    here, there = browser("ada@acme.test"), browser("ada@acme.test")
    new = "an even better secret"

    answer = here.post("/desk/account/password", {"current": PASSWORD, "password": new})

    assert answer["Location"] == "/desk/account/?saved=password"
    assert here.get("/desk/account/").status_code == 200
    assert there.get("/desk/account/").status_code == 302
    assert LoginEvent.objects.filter(kind="password_changed").count() == 1
    browser("ada@acme.test", new)


@pytest.mark.parametrize(
    ("current", "password"),
    [("wrong", "an even better secret"), (PASSWORD, "short"), (PASSWORD, "1234567890"), ("", "")],
)
def test_a_refused_password_changes_nothing(browser, current, password):
    client = browser("ada@acme.test")

    answer = client.post("/desk/account/password", {"current": current, "password": password})

    assert answer.status_code == 422
    assert User.objects.get(email="ada@acme.test").check_password(PASSWORD)


@pytest.mark.parametrize("path", ["app", "recovery-codes", "passkeys"])
def test_what_protects_an_account_asks_for_the_password_first(browser, path):
    client = browser("ada@acme.test")

    answer = client.get(f"/desk/account/{path}")

    assert answer["Location"] == f"/desk/account/confirm?next=/desk/account/{path}"
    assert client.post("/desk/account/confirm", {"password": "wrong"}).status_code == 422


@pytest.mark.parametrize("path", ["", "app", "recovery-codes", "passkeys", "confirm"])
def test_nobody_sees_an_account(path):
    assert Client().get(f"/desk/account/{path}")["Location"].startswith("/desk/sign-in")


def test_an_app_is_asked_for_at_sign_in(protected):
    _, secret = protected
    client = half_way()
    assert client.get("/desk/acme/settings/account/")["Location"].startswith("/desk/sign-in")

    assert client.post("/desk/sign-in/code", {"code": "000000"}).status_code == 422
    answer = client.post("/desk/sign-in/code", {"code": code_of(secret)})

    assert answer["Location"] == "/desk/"
    assert client.get("/desk/account/").status_code == 200


def test_an_app_works_after_the_secret_key_was_changed(protected, settings):
    _, secret = protected
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret"

    assert half_way().post("/desk/sign-in/code", {"code": code_of(secret)}).status_code == 302


def test_codes_cannot_be_guessed_for_long(protected):
    client = half_way()
    for _ in range(5):
        assert client.post("/desk/sign-in/code", {"code": "000000"}).status_code == 422

    assert client.post("/desk/sign-in/code", {"code": "000000"}).status_code == 429


def test_secrets_are_not_readable_in_the_database(protected):
    _, secret = protected

    stored = json.dumps([row.data for row in Authenticator.objects.all()])

    assert secret not in stored


def test_a_recovery_code_works_once(protected):
    client, _ = protected
    page = client.get("/desk/account/recovery-codes").content.decode()
    codes = re.findall(r"<li><code>(\d{8})</code>", page)
    assert len(codes) == 10

    assert half_way().post("/desk/sign-in/code", {"code": codes[0]})["Location"] == "/desk/"
    assert half_way().post("/desk/sign-in/code", {"code": codes[0]}).status_code == 422


def test_new_recovery_codes_replace_the_old(protected):
    client, _ = protected
    before = client.get("/desk/account/recovery-codes").content

    client.post("/desk/account/recovery-codes")

    assert client.get("/desk/account/recovery-codes").content != before


def test_the_app_can_be_turned_off(protected):
    client, _ = protected

    assert client.post("/desk/account/app/off").status_code == 302

    assert not Authenticator.objects.exists()
    assert LoginEvent.objects.filter(kind="second_factor_changed").count() == 2


def test_an_admin_resets_what_was_lost(protected, browser, cast):
    ada, _ = protected

    browser("bo@acme.test").post(f"/desk/acme/settings/members/{cast.ada.id}", {"act": "reset"})

    assert not Authenticator.objects.exists()
    assert ada.get("/desk/account/").status_code == 302
    browser("ada@acme.test")
    with tenant_scope(cast.acme.id):
        found = public.list_audit(object_kind="member", object_id=cast.ada.id)
    assert [entry.action for entry in found] == ["member.second_factor_reset"]


def test_passkeys_are_offered_and_a_made_up_one_is_refused(browser):
    client = browser("ada@acme.test")
    confirm(client)
    page = client.get("/desk/account/passkeys").content.decode()
    assert "data-options" in page
    assert "challenge" in page

    assert client.post("/desk/account/passkeys", {"credential": '{"id": "x"}'}).status_code == 422
    anybody = Client()
    assert "challenge" in anybody.get("/desk/sign-in/passkey").json()["publicKey"]
    assert anybody.post("/desk/sign-in/passkey", {"credential": '{"id": "x"}'}).status_code == 422
    assert anybody.get("/desk/account/").status_code == 302


def test_pages_carry_no_inline_script_or_style(protected):
    client, _ = protected
    for path in ("", "recovery-codes", "passkeys", "confirm"):
        page = client.get(f"/desk/account/{path}").content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"\sstyle=|<style|\son\w+=", page)
