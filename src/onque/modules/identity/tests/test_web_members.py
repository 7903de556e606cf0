"""The members' page: who may see and change what."""

from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator

from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public
from onque.modules.identity.models import AuditEntry, Invitation, Member, Session, User
from onque.modules.identity.tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("cast")
PAGE = "/desk/acme/settings/members/"


def state(cast, member_id):
    with tenant_scope(cast.acme.id):
        row = Member.objects.select_related("role").get(pk=member_id)
        return row.state, row.role.key


def join_globex(cast):
    """Make Ada of Acme an agent of Globex too."""
    with tenant_scope(cast.globex.id):
        return public.create_member(
            email="ada@acme.test", name="Ada", role_key="agent", password=PASSWORD, locale="en"
        )


def audited(cast):
    with tenant_scope(cast.acme.id):
        return list(AuditEntry.objects.order_by("at").values_list("action", flat=True))


def test_an_admin_sees_members_of_this_workspace_only(browser):
    page = browser("bo@acme.test").get(PAGE).content.decode()

    for name in ("ada@acme.test", "bo@acme.test", "oda@acme.test"):
        assert name in page
    assert "dee@globex.test" not in page


@pytest.mark.parametrize("path", ["", "invitations"])
def test_an_agent_may_neither_look_nor_invite(browser, cast, path):
    client = browser("ada@acme.test")
    answer = (
        client.post(PAGE + path, {"email": "x@y.test", "role": "agent"})
        if path
        else client.get(PAGE)
    )

    assert answer.status_code == 403
    with tenant_scope(cast.acme.id):
        assert not Invitation.objects.exists()


def test_an_agent_may_change_nobody(browser, cast):
    client = browser("ada@acme.test")
    for data in ({"role": "admin"}, {"act": "deactivate"}, {"act": "reactivate"}, {"act": "reset"}):
        assert client.post(f"{PAGE}{cast.bo.id}", data).status_code == 403

    assert state(cast, cast.bo.id) == ("active", "admin")


def test_an_admin_invites_and_it_is_published_without_a_token(browser, cast):
    answer = browser("bo@acme.test").post(
        PAGE + "invitations", {"email": "New@acme.test", "role": "agent"}
    )

    assert answer.status_code == 302
    from onque.kernel.models import OutboxEvent

    with tenant_scope(cast.acme.id):
        row = Invitation.objects.get()
        event = OutboxEvent.objects.get(name="identity.member_invited")
        mail = public.invitation_mail(row.id)
    assert (row.email, event.payload) == ("new@acme.test", {"invitation_id": row.id.hex})
    assert mail is not None
    assert mail.link_path.removeprefix("/desk/join/") not in row.token_hash
    assert (mail.workspace_name, mail.invited_by_name) == ("Acme", "Bo")
    assert "member.invited" in audited(cast)


def test_an_invitation_again_replaces_the_first(browser, cast):
    client = browser("bo@acme.test")
    for _ in range(2):
        client.post(PAGE + "invitations", {"email": "new@acme.test", "role": "agent"})

    with tenant_scope(cast.acme.id):
        rows = list(Invitation.objects.order_by("created_at"))
        mails = [public.invitation_mail(row.id) for row in rows]
    assert mails[0] is None
    assert mails[1] is not None


@pytest.mark.parametrize(
    ("email", "role", "status"),
    [
        ("", "agent", 422),
        ("nonsense", "agent", 422),
        ("ada@acme.test", "agent", 422),
        ("n@a.test", "none", 404),
        ("n@a.test", "owner", 403),
    ],
)
def test_what_cannot_be_invited(browser, cast, email, role, status):
    answer = browser("bo@acme.test").post(PAGE + "invitations", {"email": email, "role": role})

    assert answer.status_code == status
    with tenant_scope(cast.acme.id):
        assert not Invitation.objects.exists()


def test_an_invitation_is_withdrawn_once(browser, cast):
    client = browser("bo@acme.test")
    client.post(PAGE + "invitations", {"email": "new@acme.test", "role": "agent"})
    with tenant_scope(cast.acme.id):
        invitation_id = Invitation.objects.get().id
        mail = public.invitation_mail(invitation_id)

    assert client.post(f"{PAGE}invitations/{invitation_id}/revoke").status_code == 302

    assert client.post(f"{PAGE}invitations/{invitation_id}/revoke").status_code == 410
    assert mail is not None
    assert client.get(mail.link_path).status_code == 410


def test_a_role_change_applies_and_is_audited(browser, cast):
    browser("bo@acme.test").post(f"{PAGE}{cast.ada.id}", {"role": "pro_agent"})

    assert state(cast, cast.ada.id) == ("active", "pro_agent")
    with tenant_scope(cast.acme.id):
        entry = public.list_audit(object_kind="member", object_id=cast.ada.id)[0]
    assert (entry.action, entry.actor_name) == ("member.role_changed", "Bo")
    assert (entry.before, entry.after) == ({"role": "agent"}, {"role": "pro_agent"})


def test_nobody_hands_out_or_takes_more_than_they_hold(browser, cast):
    client = browser("bo@acme.test")

    assert client.post(f"{PAGE}{cast.ada.id}", {"role": "owner"}).status_code == 403
    assert client.post(f"{PAGE}{cast.oda.id}", {"role": "agent"}).status_code == 403
    assert client.post(f"{PAGE}{cast.oda.id}", {"act": "deactivate"}).status_code == 403

    assert state(cast, cast.ada.id) == ("active", "agent")
    assert state(cast, cast.oda.id) == ("active", "owner")


def test_the_last_owner_stays(browser, cast):
    client = browser("oda@acme.test")

    assert client.post(f"{PAGE}{cast.oda.id}", {"role": "agent"}).status_code == 422
    assert client.post(f"{PAGE}{cast.oda.id}", {"act": "deactivate"}).status_code == 422
    assert state(cast, cast.oda.id) == ("active", "owner")

    client.post(f"{PAGE}{cast.bo.id}", {"role": "owner"})
    assert client.post(f"{PAGE}{cast.oda.id}", {"role": "agent"}).status_code == 302


def test_deactivation_ends_sessions_at_once_and_can_be_undone(browser, cast):
    ada, bo = browser("ada@acme.test"), browser("bo@acme.test")

    bo.post(f"{PAGE}{cast.ada.id}", {"act": "deactivate"})

    assert ada.get("/desk/acme/settings/account/")["Location"].startswith("/desk/sign-in")
    assert not Session.objects.filter(user_id=User.objects.get(email="ada@acme.test").pk).exists()
    assert state(cast, cast.ada.id)[0] == "deactivated"
    assert browser("ada@acme.test").get("/desk/acme/settings/account/").status_code == 404

    bo.post(f"{PAGE}{cast.ada.id}", {"act": "reactivate"})
    assert browser("ada@acme.test").get("/desk/acme/settings/account/").status_code == 302
    assert audited(cast)[-2:] == ["member.deactivated", "member.reactivated"]


def test_deactivation_leaves_the_sessions_of_who_works_elsewhere_too(browser, cast):
    join_globex(cast)
    ada, bo = browser("ada@acme.test"), browser("bo@acme.test")
    assert ada.get("/desk/acme/settings/account/").status_code == 302

    bo.post(f"{PAGE}{cast.ada.id}", {"act": "deactivate"})

    assert state(cast, cast.ada.id)[0] == "deactivated"
    assert ada.get("/desk/acme/settings/account/").status_code == 404
    assert ada.get("/desk/globex/settings/account/").status_code == 302


def test_the_last_workspace_that_deactivates_ends_the_sessions(browser, cast):
    there = join_globex(cast)
    ada, bo, dee = (browser(f"{one}.test") for one in ("ada@acme", "bo@acme", "dee@globex"))

    bo.post(f"{PAGE}{cast.ada.id}", {"act": "deactivate"})
    dee.post(f"/desk/globex/settings/members/{there.id}", {"act": "deactivate"})

    assert ada.get("/desk/account/")["Location"].startswith("/desk/sign-in")
    assert not Session.objects.filter(user_id=User.objects.get(email="ada@acme.test").pk).exists()


def test_an_admin_does_not_reset_who_works_elsewhere_too(browser, cast):
    there = join_globex(cast)
    ada, bo, dee = (browser(f"{one}.test") for one in ("ada@acme", "bo@acme", "dee@globex"))
    user = User.objects.get(email="ada@acme.test")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "kept"})

    answer = bo.post(f"{PAGE}{cast.ada.id}", {"act": "reset"}, headers={"Accept": "text/html"})

    assert answer.status_code == 409
    assert "Two-step sign-in cannot be reset here" in answer.content.decode()
    assert Authenticator.objects.filter(user=user).exists()
    assert ada.get("/desk/account/").status_code == 200
    assert "member.second_factor_reset" not in audited(cast)

    dee.post(f"/desk/globex/settings/members/{there.id}", {"act": "deactivate"})
    assert bo.post(f"{PAGE}{cast.ada.id}", {"act": "reset"}).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert audited(cast)[-1] == "member.second_factor_reset"


def test_another_tenants_members_and_invitations_are_not_there(browser, cast):
    client = browser("dee@globex.test")
    page = "/desk/globex/settings/members/"

    for data in ({"role": "admin"}, {"act": "deactivate"}, {"act": "reset"}):
        assert client.post(f"{page}{cast.ada.id}", data).status_code == 404
    assert client.post(f"{page}invitations/{uuid4()}/revoke").status_code == 410
    assert client.post(f"{PAGE}{cast.ada.id}", {"act": "deactivate"}).status_code == 404

    assert state(cast, cast.ada.id) == ("active", "agent")


# --- several at once, again, and handing the workspace on


def test_several_addresses_are_invited_and_each_refusal_is_named(browser, cast):
    client = browser("bo@acme.test")
    typed = "one@new.test, two@new.test\nada@acme.test\nnonsense one@new.test"
    answer = client.post(PAGE + "invitations", {"email": typed, "role": "agent"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "ada@acme.test is a member already." in page
    assert "nonsense is no whole e-mail address" in page
    assert ">ada@acme.test\nnonsense</textarea>" in page
    assert "Invited: one@new.test, two@new.test" in page
    with tenant_scope(cast.acme.id):
        assert set(Invitation.objects.values_list("email", flat=True)) == {
            "one@new.test",
            "two@new.test",
        }


def test_too_many_or_none_invite_nobody(browser, cast):
    client = browser("bo@acme.test")
    many = "\n".join(f"p{number}@new.test" for number in range(101))
    for typed in ("", " ,; ", many):
        answer = client.post(PAGE + "invitations", {"email": typed, "role": "agent"})
        assert answer.status_code == 422
    assert many in answer.content.decode()
    with tenant_scope(cast.acme.id):
        assert not Invitation.objects.exists()


def test_an_invitation_is_sent_again_with_a_new_link(browser, cast):
    client = browser("bo@acme.test")
    client.post(PAGE + "invitations", {"email": "one@new.test", "role": "agent"})
    with tenant_scope(cast.acme.id):
        first = Invitation.objects.get()
    assert client.post(f"{PAGE}invitations/{first.id}/resend").status_code == 302
    assert client.post(f"{PAGE}invitations/{first.id}/resend").status_code == 410
    with tenant_scope(cast.acme.id):
        again = Invitation.objects.get(revoked_at=None)
        assert again.email == first.email
        assert again.token_hash != first.token_hash


def confirm(client):
    """Enter the password again."""
    client.post("/desk/account/confirm", {"password": PASSWORD})


def test_the_owner_hands_the_workspace_on(browser, cast):
    oda = browser("oda@acme.test")
    confirm(oda)
    page = f"{PAGE}{cast.ada.id}/ownership"
    assert "Ada becomes the owner" in oda.get(page).content.decode()
    assert oda.post(page).status_code == 302

    assert state(cast, cast.ada.id) == ("active", "owner")
    assert state(cast, cast.oda.id) == ("active", "admin")
    assert audited(cast).count("tenant.owner_changed") == 2
    assert oda.get(page).status_code == 403


def test_the_password_is_asked_for_first(browser, cast):
    oda = browser("oda@acme.test")
    page = f"{PAGE}{cast.ada.id}/ownership"
    for answer in (oda.get(page), oda.post(page)):
        assert answer.headers["Location"].startswith("/desk/account/confirm")
    assert state(cast, cast.ada.id) == ("active", "agent")


def test_only_the_owner_may_and_only_to_others(browser, cast):
    for email in ("bo@acme.test", "ada@acme.test"):
        assert browser(email).post(f"{PAGE}{cast.ada.id}/ownership").status_code == 403
    oda = browser("oda@acme.test")
    confirm(oda)
    assert oda.post(f"{PAGE}{cast.oda.id}/ownership").status_code == 409
    assert oda.post(f"{PAGE}{cast.dee.id}/ownership").status_code == 404
    oda.post(f"{PAGE}{cast.bo.id}", {"act": "deactivate"})
    assert oda.post(f"{PAGE}{cast.bo.id}/ownership").status_code == 409
    assert state(cast, cast.oda.id) == ("active", "owner")
