"""Signing in and out through the door."""

import pytest
from django.test import Client

from onque.kernel.tenancy import tenant_scope
from onque.modules.identity.models import LoginEvent, Session, User
from onque.modules.identity.tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("cast")


def post(client, email, password, **more):
    return client.post("/desk/sign-in", {"email": email, "password": password, **more})


def test_the_form_is_shown_in_the_browsers_language():
    page = Client().get("/desk/sign-in", headers={"accept-language": "en"})

    assert page.status_code == 200
    assert 'lang="en"' in page.content.decode()


def test_the_right_password_signs_in_and_is_recorded_and_emitted(cast):
    client = Client(headers={"user-agent": "Firefox/1 Linux"})

    answer = post(client, "ADA@acme.test", PASSWORD)

    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    row = Session.objects.get()
    assert row.user_id == User.objects.get(email="ada@acme.test").pk
    assert (row.ip, row.user_agent) == ("127.0.0.1", "Firefox/1 Linux")
    assert LoginEvent.objects.get(kind="signed_in").user_id == row.user_id
    from onque.kernel.models import OutboxEvent

    with tenant_scope(cast.acme.id):
        assert OutboxEvent.objects.filter(name="identity.member_signed_in").count() == 1


def test_a_target_on_another_host_is_not_followed():
    answer = post(Client(), "ada@acme.test", PASSWORD, next="https://evil.test/")

    assert answer["Location"] == "/desk/"


def test_a_target_on_this_host_is_followed():
    answer = post(Client(), "ada@acme.test", PASSWORD, next="/desk/acme/tickets/7/")

    assert answer["Location"] == "/desk/acme/tickets/7/"


def test_unknown_address_and_wrong_password_answer_alike():
    wrong = post(Client(), "ada@acme.test", "not the password")
    unknown = post(Client(), "nobody@acme.test", "not the password")

    assert wrong.status_code == unknown.status_code == 422
    without_csrf = [
        page.content.decode().replace("nobody@", "ada@").split("csrfmiddlewaretoken")[0]
        for page in (wrong, unknown)
    ]
    assert without_csrf[0] == without_csrf[1]
    assert LoginEvent.objects.filter(kind="refused").count() == 2
    assert not Session.objects.filter(user_id__isnull=False).exists()


def test_an_inactive_person_is_refused():
    User.objects.filter(email="ada@acme.test").update(is_active=False)

    assert post(Client(), "ada@acme.test", PASSWORD).status_code == 422


def test_the_sixth_wrong_try_waits_even_with_the_right_password():
    client = Client(headers={"accept-language": "en"})
    for _ in range(5):
        assert post(client, "ada@acme.test", "wrong").status_code == 422

    answer = post(client, "ada@acme.test", PASSWORD)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert "Too many tries" in answer.content.decode()
    assert LoginEvent.objects.filter(kind="throttled").count() == 1
    # somebody else's address, and hers from elsewhere, are not held back
    assert post(client, "bo@acme.test", PASSWORD).status_code == 302
    assert post(Client(REMOTE_ADDR="10.0.0.9"), "ada@acme.test", PASSWORD).status_code == 302


def test_missing_values_are_named_and_tied_to_their_field():
    page = post(Client(headers={"accept-language": "en"}), "", "").content.decode()

    assert 'id="email-error"' in page
    assert 'id="password-error"' in page


def test_signing_out_ends_the_session(browser):
    client = browser("ada@acme.test")

    assert client.post("/desk/sign-out")["Location"] == "/desk/sign-in"

    assert not Session.objects.exists()
    assert client.get("/desk/account/")["Location"].startswith("/desk/sign-in")


def test_signing_out_needs_a_post(browser):
    assert browser("ada@acme.test").get("/desk/sign-out").status_code == 405


def test_signing_in_needs_the_csrf_token():
    client = Client(enforce_csrf_checks=True)

    assert post(client, "ada@acme.test", PASSWORD).status_code == 403


def test_the_session_key_changes_at_sign_in(browser):
    client = Client()
    client.cookies["onque_desk_x"] = "planted"
    client.get("/desk/sign-in")
    planted = "a" * 32
    from django.conf import settings

    client.cookies[settings.SESSION_COOKIE_NAME] = planted

    post(client, "ada@acme.test", PASSWORD)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted


def test_one_workspace_opens_at_once_and_several_are_listed(browser, cast):
    assert browser("ada@acme.test").get("/desk/")["Location"] == "/desk/acme/"

    from onque.modules.identity import public

    with tenant_scope(cast.globex.id):
        public.create_member(email="ada@acme.test", name="Ada", role_key="agent")
    page = browser("ada@acme.test").get("/desk/").content.decode()
    assert "/desk/acme/" in page
    assert "/desk/globex/" in page
