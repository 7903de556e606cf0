"""Sending by a provider's interface: what is posted, what answers mean, and its reports."""

import base64
import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.test import Client

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.tests.visiting import browser
from onque.modules.identity import public as identity
from onque.modules.mail.contracts.setup import ProviderEvent
from onque.modules.mail.models import Check, OutboundMail, Sender, Silence
from onque.modules.mail.rules import providers as rules
from onque.modules.mail.services import accounts, delivery, keys, provider_events, receiving
from onque.modules.mail.services.apis import Account
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests import payloads
from onque.modules.mail.tests.factories import ACME, CY, MailCast
from onque.modules.mail.tests.providing import ACCEPTED, Fake, fake_provider
from onque.modules.mail.tests.test_web_intake import Caller

ACCOUNTS = {
    "mailgun": Account("mailgun", "eu", "mg.acme.example", {"key": "key-secret"}),
    "ses": Account("ses", "ap-northeast-2", "", {"key": "AKIAEXAMPLE", "secret": "amazon-secret"}),
    "sparkpost": Account("sparkpost", "us", "", {"key": "key-secret"}),
}
EACH = pytest.mark.parametrize("name", sorted(ACCOUNTS))


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def fake(settings) -> Iterator[Fake]:
    with fake_provider() as running:
        settings.MAIL_PROVIDER_URLS = dict.fromkeys(ACCOUNTS, running.url)
        yield running


def use(cast: MailCast, name: str, fake: Fake) -> None:
    fake.answer = ACCEPTED[name]
    with tenant_scope(cast.acme):
        accounts.send_by_account(cast.bo, brand_id=cast.acme_brand, account=ACCOUNTS[name])


def replied(cast: MailCast) -> OutboundMail:
    """Answer a customer's mail; return the answer as it stands once its task ran."""
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, CY))
    make.drain()
    ticket_id = make.ledger(cast.acme)[-1].ticket_id
    assert ticket_id
    make.answer(cast.ada, ticket_id)
    make.drain()
    return make.outgoing(cast.acme)[-1]


def posted(fake: Fake, name: str) -> bytes:
    """The mail in the last call."""
    body = fake.calls[-1].body
    if name == "sparkpost":
        return json.loads(body)["content"]["email_rfc822"].encode()
    if name == "ses":
        return base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
    head = f"Content-Type: {fake.calls[-1].head['Content-Type']}\r\n\r\n".encode()
    form = message_from_bytes(head + body, policy=policy.HTTP)
    (part,) = [one for one in form.iter_parts() if one.get_filename() == "message.mime"]
    return part.get_payload(0).as_bytes(policy=policy.SMTP)


# --- rules --------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "means"),
    [
        (200, "", "unsure"),
        (400, "", "never"),
        (400, "MessageRejected", "never"),
        (400, "UnrecognizedClientException", "later"),
        (401, "", "later"),
        (404, "", "later"),
        (413, "", "never"),
        (429, "", "later"),
        (500, "", "later"),
        (502, "", "unsure"),
        (504, "", "unsure"),
        (507, "", "later"),
    ],
)
def test_what_an_answer_means(status: int, code: str, means: str) -> None:
    assert rules.meaning(status, code) == means


def test_whose_ids_stand_in_the_mail() -> None:
    assert rules.amazons_id("a", "us-east-1") == "a@email.amazonses.com"
    assert rules.amazons_id("a", "eu-west-1") == "a@eu-west-1.amazonses.com"
    assert rules.is_key_refused("401 Forbidden")
    assert rules.is_key_refused("400 UnrecognizedClientException no")
    assert not rules.is_key_refused("400 to is missing")


# --- sending ------------------------------------------


@EACH
def test_a_reply_goes_out_as_it_was_written(cast: MailCast, fake: Fake, name: str) -> None:
    use(cast, name, fake)
    row = replied(cast)
    assert (row.state, row.attempts) == ("sent", 1)
    (call,) = fake.calls
    mail = message_from_bytes(posted(fake, name), policy=policy.SMTP)
    assert mail["Message-ID"] == f"<{row.rfc_id}>"
    assert mail["To"].addresses[0].addr_spec == CY
    assert "reply+" in mail["Reply-To"]
    assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}
    assert row.id.hex.encode() in call.body
    assert b"DKIM-Signature" not in call.body
    proof = " ".join(call.head.values())
    assert {
        "mailgun": base64.b64encode(b"api:key-secret").decode(),
        "ses": "AKIAEXAMPLE",
        "sparkpost": "key-secret",
    }[name] in proof
    assert (
        call.path
        == {
            "mailgun": "/mg.acme.example/messages.mime",
            "ses": "/v2/email/outbound-emails",
            "sparkpost": "/transmissions/",
        }[name]
    )
    delivery.send_queued(cast.acme, row.id)  # the same again
    assert len(fake.calls) == 1


def test_an_answer_to_amazons_own_id_finds_the_ticket(cast: MailCast, fake: Fake) -> None:
    use(cast, "ses", fake)
    row = replied(cast)
    route = receiving.find_route(ACME)
    assert route
    raw = make.raw_mail(
        message_id="second@customer.example",
        more="In-Reply-To: <0100-abc@ap-northeast-2.amazonses.com>\n",
    )
    receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, CY))
    make.drain()
    assert make.ledger(cast.acme)[-1].ticket_id == row.ticket_id


@EACH
@pytest.mark.parametrize(
    ("status", "state"), [(401, "queued"), (500, "queued"), (400, "failed"), (502, "unsure")]
)
def test_refusals(cast: MailCast, fake: Fake, name: str, status: int, state: str) -> None:
    use(cast, name, fake)
    fake.status, fake.answer = status, {"message": "mailbox is full today"}
    row = replied(cast)
    assert row.state == state
    assert row.error.startswith(str(status))
    for secret in ACCOUNTS[name].secrets.values():
        assert secret not in row.error
    assert len(fake.calls) == 1


@EACH
def test_a_cut_connection_leaves_it_unsure(cast: MailCast, fake: Fake, name: str) -> None:
    use(cast, name, fake)
    fake.cut = True
    assert replied(cast).state == "unsure"
    assert len(fake.calls) == 1


@EACH
def test_a_provider_that_is_down_is_tried_later(cast: MailCast, settings, name: str) -> None:
    settings.MAIL_PROVIDER_URLS = {name: "http://127.0.0.1:1/"}
    use(cast, name, Fake())
    row = replied(cast)
    assert (row.state, row.attempts) == ("queued", 1)


@pytest.mark.parametrize("name", ["mailgun", "sparkpost"])
def test_an_answer_that_cannot_be_read_is_unsure(cast: MailCast, fake: Fake, name: str) -> None:
    use(cast, name, fake)
    fake.answer = {"odd": True}
    assert replied(cast).state == "unsure"


def test_a_refused_recipient_fails(cast: MailCast, fake: Fake) -> None:
    use(cast, "sparkpost", fake)
    fake.answer = {
        "results": {"total_accepted_recipients": 0, "total_rejected_recipients": 1, "id": "1"}
    }
    assert replied(cast).state == "failed"


# --- its reports --------------------------------------


def event(row: OutboundMail, kind: str, reason: str = "", **more: str) -> ProviderEvent:
    given = {"recipient": CY, "message_id": row.rfc_id, "provider": "mailgun", **more}
    return ProviderEvent(kind=kind, at=row.queued_at, reason=reason, **given)


def report(cast: MailCast, *events: ProviderEvent) -> OutboundMail:
    with tenant_scope(cast.acme):
        for one in events:
            provider_events.record_provider_event(one)
    return make.outgoing(cast.acme)[-1]


def test_delivered_is_shown_at_the_message(cast: MailCast, fake: Fake) -> None:
    use(cast, "mailgun", fake)
    row = replied(cast)
    caller = Caller(cast, "mailgun", "signing-key")
    body = payloads.mailgun_report("signing-key", "their-own@id", event="delivered", severity=None)
    said = json.loads(body)
    said["event-data"]["user-variables"] = {"mail": row.id.hex}
    assert caller.post(json.dumps(said).encode(), to="events") == 200
    row = make.outgoing(cast.acme)[-1]
    assert row.delivered_at
    page = browser("ada@acme.test").get("/desk/acme/tickets/1/").content.decode()
    assert "elivered" in page
    shown = browser("bo@acme.test").get(f"/desk/acme/mail/sending/{cast.acme_brand}/")
    assert "Its reports come in" in shown.content.decode()


def test_a_bounce_marks_the_address_and_a_delay_hides_nothing(cast: MailCast, fake: Fake) -> None:
    use(cast, "mailgun", fake)
    row = replied(cast)
    row = report(cast, event(row, "deferred", "452 4.2.2 mailbox full"))
    assert (row.bounce_kind, row.bounced_at) == ("delayed", None)
    row = report(cast, event(row, "bounced", "550 5.1.1 no such user"))
    first = row.bounced_at
    assert (row.bounce_kind, first is not None) == ("nobody", True)
    row = report(cast, event(row, "deferred"), event(row, "rejected", "again"))
    assert (row.bounce_kind, row.bounced_at) == ("nobody", first)


def test_a_delay_after_the_delivery_says_nothing(cast: MailCast, fake: Fake) -> None:
    use(cast, "mailgun", fake)
    row = replied(cast)
    row = report(cast, event(row, "delivered"), event(row, "deferred"))
    assert (row.bounce_kind, row.delivered_at is not None) == ("", True)


def test_who_complained_gets_no_automatic_mail(cast: MailCast, fake: Fake) -> None:
    use(cast, "mailgun", fake)
    row = report(cast, event(replied(cast), "complained"))
    assert row.bounced_at is None
    with tenant_scope(cast.acme):
        assert Silence.objects.get().address == CY


def test_reports_about_others_change_nothing(cast: MailCast, fake: Fake) -> None:
    use(cast, "mailgun", fake)
    row = replied(cast)
    with tenant_scope(cast.globex):
        provider_events.record_provider_event(event(row, "bounced", mail_name=row.id.hex))
    row = report(
        cast,
        event(row, "bounced", mail_name=new_id().hex),
        event(row, "bounced", message_id="", mail_name="no id"),
        event(row, "bounced", message_id="other@x"),
    )
    assert (row.bounced_at, row.delivered_at) == (None, None)


# --- setting it ---------------------------------------


@pytest.fixture
def bo(cast: MailCast) -> Client:
    return browser("bo@acme.test")


@pytest.fixture
def page(cast: MailCast) -> str:
    return f"/desk/acme/mail/sending/{cast.acme_brand}/"


FORM = {"provider": "mailgun", "region": "eu", "domain": " MG.acme.example", "key": "key-secret"}


def senders(cast: MailCast) -> list[Sender]:
    with tenant_scope(cast.acme):
        return list(Sender.objects.all())


def test_the_page_keeps_a_sealed_account(cast: MailCast, bo: Client, page: str) -> None:
    for name in ("", "mailgun", "ses", "sparkpost", "other"):
        assert bo.get(f"{page}provider?provider={name}").status_code == 200
    assert bo.post(f"{page}provider", FORM).status_code == 302
    (row,) = senders(cast)
    assert (row.transport, row.provider, row.provider_region, row.provider_domain) == (
        "provider",
        "mailgun",
        "eu",
        "mg.acme.example",
    )
    assert "key-secret" not in row.sealed_api_key
    shown = bo.get(f"{page}provider").content.decode() + bo.get(page).content.decode()
    assert "key-secret" not in shown
    assert "mg.acme.example" in shown
    assert "By its own server" in bo.get("/desk/acme/mail/sending/").content.decode()
    with tenant_scope(cast.acme):
        lines = identity.list_audit(object_kind="brand", object_id=cast.acme_brand)
    assert [line.action for line in lines] == ["mail.sender_changed"]
    assert "key-secret" not in repr(lines)

    assert bo.post(f"{page}provider", FORM | {"key": "", "region": "us"}).status_code == 302
    (row,) = senders(cast)
    assert row.provider_region == "us"
    kept = keys.unseal(row.sealed_api_key, tenant_id=cast.acme)
    assert json.loads(kept) == {"key": "key-secret"}

    bo.post(f"{page}relay")
    (row,) = senders(cast)
    assert (row.transport, row.sealed_api_key) == ("relay", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"provider": "other"}, "values that are offered"),
        ({"region": "moon"}, "values that are offered"),
        ({"domain": "no domain"}, "Enter the domain"),
        ({"key": ""}, "Enter the key"),
        ({"key": "열쇠"}, "Copy the key anew"),
        ({"key": "k" * 301}, "Copy the key anew"),
        ({"provider": "ses", "region": "eu-west-1", "secret": ""}, "Enter the secret"),
    ],
)
def test_what_makes_no_account_is_said(
    cast: MailCast, bo: Client, page: str, change: dict[str, str], words: str
) -> None:
    answer = bo.post(f"{page}provider", FORM | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "key-secret" not in answer.content.decode()
    assert senders(cast) == []


def test_a_key_is_not_kept_for_another_provider(cast: MailCast, bo: Client, page: str) -> None:
    bo.post(f"{page}provider", FORM)
    answer = bo.post(f"{page}provider", {"provider": "sparkpost", "region": "us", "key": ""})
    assert answer.status_code == 422
    assert senders(cast)[0].provider == "mailgun"


def test_who_may_not_and_others_change_nothing(cast: MailCast, page: str) -> None:
    ada = browser("ada@acme.test")
    assert ada.get(f"{page}provider").status_code == 403
    for act in ("provider", "check"):
        assert ada.post(f"{page}{act}", FORM).status_code == 403
    with tenant_scope(cast.acme), pytest.raises(Forbidden):
        accounts.send_by_account(cast.ada, brand_id=cast.acme_brand, account=ACCOUNTS["ses"])
    with tenant_scope(cast.globex):
        for act in (
            lambda: accounts.send_by_account(
                cast.dee, brand_id=cast.acme_brand, account=ACCOUNTS["ses"]
            ),
            lambda: accounts.get_account(cast.dee, brand_id=cast.acme_brand),
            lambda: accounts.try_way(cast.dee, brand_id=cast.acme_brand),
        ):
            with pytest.raises(NotFound):
                act()
    with tenant_scope(cast.acme), pytest.raises(Invalid):
        accounts.send_by_account(
            cast.bo, brand_id=cast.acme_brand, account=Account("mailgun", "us", "", {"key": "k"})
        )
    assert senders(cast) == []


# --- trying it out ------------------------------------


def tried(cast: MailCast, bo: Client, page: str) -> dict[str, str]:
    assert bo.post(f"{page}check").status_code == 302
    make.drain()
    with tenant_scope(cast.acme):
        return Check.objects.latest("asked_at").steps[0]


def test_a_test_mail_goes_the_brand_s_way(
    cast: MailCast, bo: Client, page: str, fake: Fake
) -> None:
    use(cast, "sparkpost", fake)
    step = tried(cast, bo, page)
    assert (step["state"], step["detail"]) == ("ok", "bo@acme.test")
    assert b"bo@acme.test" in posted(fake, "sparkpost")
    assert "Sent a test mail" in bo.get(page).content.decode()
    fake.status, fake.answer = 401, {"errors": [{"message": "Unauthorized."}]}
    step = tried(cast, bo, page)
    assert (step["state"], step["code"]) == ("failed", "key_refused")
    shown = bo.get(page).content.decode()
    assert "The provider refused the key" in shown
    assert f"{page}check" in shown
    fake.status = 400
    assert tried(cast, bo, page)["code"] == "not_sent"


def test_a_test_mail_by_the_relay(cast: MailCast, bo: Client, page: str) -> None:
    with make.sink() as sink:
        assert tried(cast, bo, page)["state"] == "ok"
        assert sink.received[0][1] == ["bo@acme.test"]
