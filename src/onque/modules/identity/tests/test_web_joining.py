"""Accepting an invitation, and a new password by mail."""

from datetime import timedelta

import pytest
from django.test import Client

from onque.kernel import clock
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public
from onque.modules.identity.models import Invitation, LoginEvent, Member, Session, User
from onque.modules.identity.tests.factories import PASSWORD, actor_of

NEW = {"name": "Nu Jin", "password": "a brand new secret"}


@pytest.fixture
def invite(cast):
    def make(email: str = "new@acme.test", role_key: str = "agent") -> str:
        with tenant_scope(cast.acme.id):
            found = public.invite_member(
                actor_of(cast.acme, cast.bo), email=email, role_key=role_key
            )
            mail = public.invitation_mail(found)
        assert mail is not None
        return mail.link_path

    return make


def members_of(cast, email):
    with tenant_scope(cast.acme.id):
        return Member.objects.filter(user__email=email).count()


def test_a_new_person_joins_and_is_signed_in(invite, cast):
    path, client = invite(), Client(headers={"accept-language": "en"})
    assert "Acme" in client.get(path).content.decode()

    answer = client.post(path, NEW)

    assert answer["Location"] == "/desk/"
    assert client.get("/desk/")["Location"] == "/desk/acme/"
    with tenant_scope(cast.acme.id):
        member = Member.objects.select_related("role").get(user__email="new@acme.test")
        assert (member.display_name, member.role.key) == ("Nu Jin", "agent")
        assert Invitation.objects.get().accepted_at is not None


def test_a_link_works_once(invite, cast):
    path = invite()
    Client().post(path, NEW)

    assert Client().get(path).status_code == 410
    assert Client().post(path, NEW).status_code == 410
    assert members_of(cast, "new@acme.test") == 1


def test_a_link_of_eight_days_is_gone(invite, cast):
    path = invite()

    with clock.frozen(clock.now() + timedelta(days=8)):
        assert Client().get(path).status_code == 410
        assert Client().post(path, NEW).status_code == 410

    assert members_of(cast, "new@acme.test") == 0


@pytest.mark.parametrize("token", ["x", "0" * 64])
@pytest.mark.usefixtures("cast")
def test_a_made_up_link_is_gone(token):
    assert Client().get(f"/desk/join/{token}").status_code == 410


@pytest.mark.parametrize(
    "data",
    [
        {"name": "", "password": "a brand new secret"},
        {"name": "Nu", "password": "short"},
        {"name": "Nu", "password": "password1234"[:8]},
    ],
)
def test_a_weak_password_or_no_name_is_refused_and_nothing_changed(invite, cast, data):
    path = invite()

    assert Client().post(path, data).status_code == 422

    assert members_of(cast, "new@acme.test") == 0
    assert not User.objects.filter(email="new@acme.test").exists()


def test_a_known_person_must_be_signed_in_as_themselves(invite, cast, browser):
    path = invite("dee@globex.test", "admin")

    assert Client().post(path, NEW).status_code == 200
    assert browser("ada@acme.test").post(path, NEW).status_code == 200
    assert members_of(cast, "dee@globex.test") == 0

    dee = browser("dee@globex.test")
    assert dee.post(path)["Location"] == "/desk/acme/"
    assert members_of(cast, "dee@globex.test") == 1
    assert User.objects.get(email="dee@globex.test").check_password(PASSWORD)


def test_a_new_password_by_mail_ends_every_session(browser, cast):
    old = browser("ada@acme.test")
    assert Client().post("/desk/forgot", {"email": "ada@acme.test"}).status_code == 200
    user = User.objects.get(email="ada@acme.test")
    with tenant_scope(cast.acme.id):
        mail = public.password_reset_mail(user.pk)
    assert mail is not None

    assert Client().post(mail.link_path, {"password": "short"}).status_code == 422
    assert Client().post(mail.link_path, {"password": NEW["password"]}).status_code == 302

    assert Client().get(mail.link_path).status_code == 410
    assert not Session.objects.filter(user_id=user.pk).exists()
    assert old.get("/desk/account/").status_code == 302
    browser("ada@acme.test", NEW["password"])


def test_asking_answers_alike_and_publishes_only_for_members(cast):
    from onque.kernel.models import OutboxEvent

    pages = [
        Client().post("/desk/forgot", {"email": email})
        for email in ("ada@acme.test", "nobody@x.test")
    ]

    texts = [page.content.decode().replace("nobody@x.test", "ada@acme.test") for page in pages]
    assert texts[0] == texts[1]
    with tenant_scope(cast.acme.id):
        found = OutboxEvent.objects.filter(name="identity.password_reset_requested")
        assert [set(event.payload) for event in found] == [{"user_id"}]


def test_asking_too_often_waits(cast):
    for _ in range(3):
        assert Client().post("/desk/forgot", {"email": "ada@acme.test"}).status_code == 200

    answer = Client().post("/desk/forgot", {"email": "ada@acme.test"})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert LoginEvent.objects.filter(kind="password_reset_asked").count() == 3


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ["/desk/reset/zz/yy", "/desk/reset/" + "0" * 32 + "/abc-def"])
def test_a_made_up_reset_link_is_gone(path):
    assert Client().get(path).status_code == 410
