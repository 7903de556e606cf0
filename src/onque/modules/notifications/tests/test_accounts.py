"""Invitations and new passwords go out by mail, once, in the reader's language."""

import pytest

from onque.kernel import events
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.identity.contracts import MemberInvited
from onque.modules.identity.tests.factories import actor_of
from onque.modules.mail.models import OutboundMail
from onque.modules.notifications.services import accounts
from onque.modules.notifications.subscribers import send_invitation


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        yield cast


def invite(cast, email="new@acme.test"):
    return identity.invite_member(actor_of(cast.acme, cast.bo), email=email, role_key="agent")


def mails(kind):
    return list(OutboundMail.objects.filter(kind=kind))


def test_an_invitation_is_mailed_with_its_link(acme):
    accounts.send_invitation(invitation_id=invite(acme))
    (mail,) = mails("invitation")
    assert mail.to_address == "new@acme.test"
    assert "Acme" in mail.subject
    assert "/desk/join/" in mail.text
    assert "/desk/join/" in mail.html
    assert "Bo" in mail.text
    assert mail.brand_id is None


def test_the_event_twice_is_one_mail(acme):
    event = MemberInvited(invitation_id=invite(acme))
    send_invitation(event)
    send_invitation(event)
    assert len(mails("invitation")) == 1


def test_the_subscriber_is_registered():
    heard = {s.key for s in events.subscribers_of("identity.member_invited")}
    assert "notifications.send_invitation" in heard
    heard = {s.key for s in events.subscribers_of("identity.password_reset_requested")}
    assert "notifications.send_password_reset" in heard


def test_an_invitation_that_is_gone_sends_nothing(acme):
    from uuid import uuid4

    assert accounts.send_invitation(invitation_id=uuid4()) is None
    assert mails("invitation") == []


def test_another_tenant_s_invitation_sends_nothing(cast):
    with tenant_scope(cast.acme.id):
        invitation_id = invite(cast)
    with tenant_scope(cast.globex.id):
        assert accounts.send_invitation(invitation_id=invitation_id) is None
        assert mails("invitation") == []


def test_a_new_password_is_mailed(acme):
    user_id = _user_of(acme.ada.email)
    accounts.send_password_reset(user_id=user_id)
    accounts.send_password_reset(user_id=user_id)
    found = mails("password")
    assert {mail.to_address for mail in found} == {acme.ada.email}
    assert f"/desk/reset/{user_id.hex}/" in found[0].text


def test_somebody_unknown_gets_no_password_mail(acme):
    from uuid import uuid4

    assert accounts.send_password_reset(user_id=uuid4()) is None
    assert mails("password") == []


@pytest.mark.parametrize(("locale", "words"), [("ko", "새 비밀번호"), ("en", "new password")])
def test_it_speaks_the_reader_s_language(acme, locale, words):
    from onque.modules.identity.models import User

    User.objects.filter(email=acme.ada.email).update(locale=locale)
    accounts.send_password_reset(user_id=_user_of(acme.ada.email))
    assert words in mails("password")[0].subject


def _user_of(email):
    from onque.modules.identity.models import User

    return User.objects.get(email=email).pk
