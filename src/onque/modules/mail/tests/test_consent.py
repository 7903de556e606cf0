"""Signing in with a provider: asked for, answered, tried, kept, and used for sending too."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from onque.kernel import clock
from onque.kernel.tenancy import tenant_scope
from onque.modules.identity.models import AuditEntry
from onque.modules.identity.sessions import front
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.models import Check, Mailbox, OutboundMail, Sender, Setup
from onque.modules.mail.services import consenting, polling, smtp, writing
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests import trials
from onque.modules.mail.tests.authority import Authority, authority
from onque.modules.mail.tests.dovecot import Dovecot, dovecot
from onque.modules.mail.tests.factories import CY, MailCast
from onque.modules.mail.tests.test_web_mail import browser

pytestmark = pytest.mark.peers
BASE = "/desk/acme/mail"
SHOP = "shop@gmail.com"


@pytest.fixture
def cast(committed: None) -> MailCast:
    caches["sessions"].clear()
    front.wake()
    return make.make_mail_cast()


@pytest.fixture
def bo(cast: MailCast) -> Client:
    return browser("bo@acme.test")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    with authority() as running:
        running.user = SHOP
        monkeypatch.setattr(settings, "MAIL_AUTHORITIES", running.settings())
        yield running


@pytest.fixture
def server(there: Authority) -> Iterator[Dovecot]:
    with dovecot(authority=there.url) as running:
        yield running


def begun(cast: MailCast, bo: Client, port: int) -> UUID:
    """A set-up for Gmail whose server is ours."""
    given = {"address": SHOP, "brand": str(cast.acme_brand), "provider": ""}
    assert bo.post(f"{BASE}/setups/new", given).status_code == 302
    with tenant_scope(cast.acme):
        Setup.objects.update(host="127.0.0.1", port=port, security="none")
        return Setup.objects.get().id


def asked(bo: Client, there: Authority, subject_id: UUID) -> dict[str, str]:
    """Follow the link to the authority; return what it gives back to our address."""
    answer = bo.get(f"{BASE}/consent/{subject_id}")
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{there.url}/authorize?")
    query = parse_qs(urlsplit(answer["Location"]).query)
    there.challenge = query["code_challenge"][0]
    assert query["redirect_uri"] == [f"{settings.PUBLIC_URL}/desk/account/mail-consent"]
    assert query["prompt"] == ["consent"]
    return {"state": query["state"][0], "code": "the-code"}


def answered(bo: Client, given: dict[str, str]) -> str:
    """Come back with an answer and go on; return where that leads."""
    back = bo.get("/desk/account/mail-consent", given)
    assert back["Location"].startswith(f"{BASE}/consent/?")
    page = bo.get(back["Location"])
    assert page.status_code == 200
    posted = {key: values[0] for key, values in parse_qs(urlsplit(back["Location"]).query).items()}
    answer = bo.post(f"{BASE}/consent/", posted)
    assert answer.status_code == 302
    return str(answer["Location"])


def steps(cast: MailCast) -> list[tuple[str, str, str]]:
    with tenant_scope(cast.acme):
        run = Check.objects.latest("asked_at")
    return [(step["name"], step["state"], step["code"]) for step in run.steps]


def connected(cast: MailCast, bo: Client, there: Authority, server: Dovecot) -> Mailbox:
    setup_id = begun(cast, bo, server.port)
    answered(bo, asked(bo, there, setup_id))
    make.drain()
    assert bo.post(f"{BASE}/setups/{setup_id}/test").status_code == 302
    return box_of(cast)


def box_of(cast: MailCast) -> Mailbox:
    with tenant_scope(cast.acme):
        return Mailbox.objects.select_related("address").get()


def test_a_mailbox_is_connected_without_a_password(
    cast: MailCast, bo: Client, there: Authority, server: Dovecot
) -> None:
    setup_id = begun(cast, bo, server.port)
    at = f"{BASE}/setups/{setup_id}"
    assert "Sign in with Google" in bo.get(f"{at}/incoming").content.decode()
    place = answered(bo, asked(bo, there, setup_id))
    assert place == f"{at}/folder"
    with tenant_scope(cast.acme):
        run = Check.objects.get()
        assert "the-code" not in str(run.facts)
    make.drain()
    assert {state for _name, state, _code in steps(cast)} == {"ok"}
    assert steps(cast)[0][0] == "allow"
    page = bo.get(f"{at}/incoming").content.decode()
    assert "There is no password to enter" in page
    given = {"host": "127.0.0.1", "port": str(server.port), "security": "none", "password": ""}
    assert bo.post(f"{at}/incoming", {**given, "user_name": SHOP}).status_code == 302
    make.drain()
    assert {state for _name, state, _code in steps(cast)} == {"ok"}
    assert bo.post(f"{at}/test").status_code == 302
    box = box_of(cast)
    assert (box.auth, box.provider, box.sealed_password) == ("oauth2", "google", "")
    assert "access-" not in box.sealed_tokens
    assert polling.poll(cast.acme, box.id) == 0
    assert box_of(cast).state == "ok"


def test_a_password_takes_the_place_of_a_consent(
    cast: MailCast, bo: Client, there: Authority, server: Dovecot
) -> None:
    setup_id = begun(cast, bo, server.port)
    answered(bo, asked(bo, there, setup_id))
    make.drain()
    at = f"{BASE}/setups/{setup_id}/incoming"
    given = {"host": "evil.example", "port": "993", "security": "tls", "user_name": SHOP}
    answer = bo.post(at, {**given, "password": ""})
    assert answer.status_code == 422
    assert "sent to no other one" in answer.content.decode()
    assert bo.post(at, {**given, "password": "an-app-password"}).status_code == 302
    with tenant_scope(cast.acme):
        row = Setup.objects.get()
    assert (row.auth, row.sealed_tokens, row.host) == ("password", "", "evil.example")


def test_what_was_not_allowed_changes_nothing(
    cast: MailCast, bo: Client, there: Authority, server: Dovecot
) -> None:
    setup_id = begun(cast, bo, server.port)
    given = asked(bo, there, setup_id)
    denied = {"state": given["state"], "error": "access_denied", "error_description": "Not <now>"}
    back = bo.get("/desk/account/mail-consent", denied)
    answer = bo.get(back["Location"])
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "was not allowed" in page
    assert "Not &lt;now&gt;" in page
    assert f"{BASE}/consent/{setup_id}" in page
    with tenant_scope(cast.acme):
        assert not Check.objects.exists()


def test_an_answer_counts_once_in_time_and_for_who_asked(
    cast: MailCast, bo: Client, there: Authority, server: Dovecot
) -> None:
    setup_id = begun(cast, bo, server.port)
    given = asked(bo, there, setup_id)
    slug, _dot, state = given["state"].partition(".")
    assert slug == "acme"
    posted = {"state": state, "code": "the-code"}
    oda = browser("oda@acme.test").post(f"{BASE}/consent/", posted)
    assert oda.status_code == 409
    assert "Somebody else began this" in oda.content.decode()
    assert browser("ada@acme.test").post(f"{BASE}/consent/", posted).status_code == 403
    dee = browser("dee@globex.test")
    assert dee.post("/desk/globex/mail/consent/", posted).status_code == 409
    assert dee.get(f"/desk/globex/mail/consent/{setup_id}").status_code == 404
    made_up = bo.post(f"{BASE}/consent/", {**posted, "state": state[:-4] + "AAAA"})
    assert made_up.status_code == 409
    with clock.frozen(clock.now() + consenting.STATE_LIFE * 2):
        late = bo.post(f"{BASE}/consent/", posted)
    assert "15 minutes" in late.content.decode()
    with tenant_scope(cast.acme):
        assert not Check.objects.exists()
    assert bo.get("/desk/account/mail-consent", {"state": "../x.y"}).status_code == 404
    assert bo.get(f"{BASE}/consent/{cast.acme}").status_code == 404


def test_a_code_that_is_refused_is_said_in_plain_words(
    cast: MailCast, bo: Client, there: Authority, server: Dovecot
) -> None:
    setup_id = begun(cast, bo, server.port)
    place = answered(bo, {**asked(bo, there, setup_id), "code": "another"})
    make.drain()
    assert steps(cast)[0] == ("allow", "failed", "consent_refused")
    assert "The provider did not accept the sign-in" in bo.get(place).content.decode()
    with tenant_scope(cast.acme):
        row = Setup.objects.get()
    assert (row.auth, row.sealed_tokens) == ("password", "")


def test_a_refused_log_in_is_told_and_repaired_by_signing_in_again(
    cast: MailCast, bo: Client, there: Authority, server: Dovecot
) -> None:
    box = connected(cast, bo, there, server)
    there.good.clear()
    there.refuses_refresh = True
    polling.poll(cast.acme, box.id)
    assert box_of(cast).reason == "token_refused"
    page = bo.get(f"{BASE}/addresses/").content.decode()
    assert "The sign-in with the provider no longer counts" in page
    at = f"{BASE}/mailboxes/{box.id}/sign-in"
    assert at in page
    assert f"{BASE}/consent/{box.id}" in bo.get(at).content.decode()
    there.user = "somebody@gmail.com"  # the wrong account: what is stored stays
    before = box_of(cast).sealed_tokens
    assert answered(bo, asked(bo, there, box.id)) == at
    make.drain()
    assert ("login", "failed", "token_refused") in steps(cast)
    assert "may not open this mailbox" in bo.get(at).content.decode()
    assert box_of(cast).sealed_tokens == before
    there.user = SHOP
    answered(bo, asked(bo, there, box.id))
    make.drain()
    assert {state for _name, state, _code in steps(cast)} == {"ok"}
    assert "The new sign-in works" in bo.get(at).content.decode()
    polling.poll(cast.acme, box.id)
    assert box_of(cast).state == "ok"
    assert "The new sign-in works" not in bo.get(at).content.decode()
    with tenant_scope(cast.acme):
        assert AuditEntry.objects.filter(action="mail.mailbox_allowed").count() == 2
    for who, status in (("ada@acme.test", 403), ("dee@globex.test", 404)):
        assert browser(who).get(at).status_code == status


def test_the_brand_sends_by_the_same_consent(
    cast: MailCast, bo: Client, there: Authority, server: Dovecot
) -> None:
    setup_id = begun(cast, bo, server.port)
    answered(bo, asked(bo, there, setup_id))
    make.drain()
    at = f"{BASE}/setups/{setup_id}"
    with trials.relay() as relay:
        relay.tokens = there.good
        way = {"out_kind": "same", "out_host": "127.0.0.1", "out_port": str(relay.port)}
        assert bo.post(f"{at}/outgoing", {**way, "out_security": "none"}).status_code == 302
        make.drain()
        assert ("send", "ok", "") in steps(cast)
        assert bo.post(f"{at}/test").status_code == 302
        with tenant_scope(cast.acme):
            row = Sender.objects.get()
            assert (row.mailbox_id, row.sealed_password) == (box_of(cast).id, "")

        def send(key: str) -> OutboundMail:
            smtp.forget()
            with tenant_scope(cast.acme):
                writing.queue_mail(
                    NewMail(key, "invitation", CY, "?", key, brand_id=cast.acme_brand)
                )
            make.drain()
            with tenant_scope(cast.acme):
                return OutboundMail.objects.latest("queued_at")

        assert send("first").state == "sent"
        there.good.clear()  # revoked: a new one is asked for at once
        assert send("second").state == "sent"
        assert b"second" in relay.received[-1]
        there.good.clear()
        there.refuses_refresh = True
        third = send("third")
        assert (third.state, third.attempts) == ("queued", 1)
        assert "token_refused" in third.error


def test_without_an_authority_nothing_is_offered(cast: MailCast, bo: Client) -> None:
    setup_id = begun(cast, bo, 1)
    assert (
        "Sign in with Google" not in bo.get(f"{BASE}/setups/{setup_id}/incoming").content.decode()
    )
    assert bo.get(f"{BASE}/consent/{setup_id}").status_code == 404
