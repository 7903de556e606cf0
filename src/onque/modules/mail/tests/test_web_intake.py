"""Providers' webhooks: mail by each, byte for byte; forged calls; repeats; reports; outages."""

import base64
import json
from datetime import timedelta
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.models import Intake, OutboundMail
from onque.modules.mail.services import certificates, intakes
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests import payloads
from onque.modules.mail.tests.factories import ACME, GLOBEX, MailCast

KEY = "key-0123456789"
KOREAN = make.raw_mail().replace(b"charset=utf-8", b"charset=euc-kr")
RAW = KOREAN.replace("결제가 두 번 됐어요.".encode(), "결제가 두 번 됐어요.".encode("cp949"))
"""A mail in the old Korean charset: no valid UTF-8, so decoding it anywhere would show."""


@pytest.fixture
def cast(committed: None) -> MailCast:
    certificates.remember(payloads.CERTIFICATE_URL, payloads.amazon()[1])
    return make.make_mail_cast()


class Caller:
    """A provider that calls Acme's address, with its proof unless told otherwise."""

    def __init__(self, cast: MailCast, provider: str, given: str = "") -> None:
        self.provider, self.actor = provider, cast.bo
        with tenant_scope(cast.acme):
            self.id, self.secret = intakes.add_intake(
                cast.bo, brand_id=cast.acme_brand, provider=provider, secret=given
            )
            self.token = Intake.objects.get(pk=self.id).token

    def post(
        self, body: bytes, content_type: str = "application/json", *, to: str = "mail", **more: str
    ) -> int:
        password = more.pop("password", self.secret)
        proof = base64.b64encode(f"onque:{password}".encode()).decode()
        headers = {"HTTP_AUTHORIZATION": f"Basic {proof}"} if password else {}
        answer = Client().post(
            f"/intake/{self.provider}/{self.token}/{to}",
            body,
            content_type=content_type,
            **headers,
            **more,
        )
        return answer.status_code

    def trouble(self) -> str:
        with tenant_scope(self.actor.tenant_id):
            return Intake.objects.get(pk=self.id).trouble


def stored(cast: MailCast) -> list[bytes]:
    return [store().get(row.object_key) for row in make.ledger(cast.acme)]


def mailgun_form(raw: bytes = RAW, to: str = ACME, key: str = KEY, token: str = "") -> dict:
    proof = payloads.mailgun_proof(key, token)
    return {"recipient": to, "sender": "cy@customer.example", "body-mime": raw, **proof}


def test_mailgun_raw_mail_arrives_byte_for_byte_and_becomes_a_ticket(cast: MailCast) -> None:
    caller = Caller(cast, "mailgun", KEY)
    assert caller.post(*payloads.multipart(mailgun_form())) == 200
    assert stored(cast) == [RAW]
    make.drain()
    (row,) = make.ledger(cast.acme)
    assert (row.state, row.source, row.recipient) == ("done", "webhook", ACME)
    assert (row.envelope_from, row.has_envelope) == ("cy@customer.example", True)
    assert row.ticket_id


def test_mailgun_urlencoded_raw_mail_arrives_byte_for_byte(cast: MailCast) -> None:
    form = mailgun_form()
    pairs = [
        name.encode() + b"=" + quote_from_bytes(v if isinstance(v, bytes) else v.encode()).encode()
        for name, v in form.items()
    ]
    assert (
        Caller(cast, "mailgun", KEY).post(
            b"&".join(pairs).replace(b"%20", b"+"), "application/x-www-form-urlencoded"
        )
        == 200
    )
    assert stored(cast) == [RAW]


def test_mailgun_parsed_mail_is_put_together(cast: MailCast) -> None:
    heads = [["From", "Cy <cy@customer.example>"], ["Subject", "환불 문의"], ["To", ACME]]
    form = mailgun_form()
    del form["body-mime"]
    form |= {"message-headers": json.dumps(heads), "body-plain": "결제가 두 번 됐어요."}
    assert Caller(cast, "mailgun", KEY).post(*payloads.multipart(form)) == 200
    make.drain()
    (row,) = make.ledger(cast.acme)
    assert (row.state, row.subject, row.sender) == ("done", "환불 문의", "cy@customer.example")


@pytest.mark.parametrize("raw", [make.raw_mail(), None], ids=["raw", "parsed"])
def test_postmark(cast: MailCast, raw: bytes | None) -> None:
    caller = Caller(cast, "postmark")
    assert caller.post(payloads.postmark_mail(raw, ACME)) == 200
    if raw is not None:
        assert stored(cast) == [raw]
    make.drain()
    (row,) = make.ledger(cast.acme)
    assert (row.state, row.subject, row.envelope_from) == (
        "done",
        "환불 문의",
        "cy@customer.example",
    )


def test_sparkpost_sendgrid_and_ses_bring_raw_bytes(cast: MailCast) -> None:
    assert Caller(cast, "sparkpost").post(payloads.sparkpost_mail(RAW, ACME)) == 200
    envelope = json.dumps({"from": "cy@customer.example", "to": [ACME]})
    form = payloads.multipart({"email": RAW, "envelope": envelope})
    assert Caller(cast, "sendgrid").post(*form) == 200
    ses = Caller(cast, "ses", payloads.TOPIC)
    for version in ("1", "2"):
        notice = payloads.ses_mail(RAW.replace(b"10:00", version.encode() + b"0:00"), ACME)
        assert ses.post(payloads.sns(notice, version=version), password="") == 200
    assert stored(cast)[:2] == [RAW, RAW]
    assert len(stored(cast)) == 3  # SES names the mail by the same id in both calls


def test_mailjet_parsed_mail_is_put_together(cast: MailCast) -> None:
    assert Caller(cast, "mailjet").post(payloads.mailjet_mail(ACME)) == 200
    make.drain()
    (row,) = make.ledger(cast.acme)
    assert (row.state, row.rfc_id) == ("done", "parse-1@customer.example")


def test_the_same_call_again_is_the_same_row(cast: MailCast) -> None:
    caller = Caller(cast, "mailgun", KEY)
    form = payloads.multipart(mailgun_form(token="one-and-the-same"))
    assert [caller.post(*form), caller.post(*form)] == [200, 200]
    spark = Caller(cast, "sparkpost")
    body = payloads.sparkpost_mail(make.raw_mail(), ACME)
    assert [spark.post(body), spark.post(body)] == [200, 200]
    assert len(make.ledger(cast.acme)) == 2


@pytest.mark.parametrize("recipient", ["nobody@acme.example", GLOBEX, ""])
def test_a_recipient_that_is_not_ours_goes_to_the_intakes_brand(
    cast: MailCast, recipient: str
) -> None:
    caller = Caller(cast, "mailgun", KEY)
    assert caller.post(*payloads.multipart(mailgun_form(to=recipient))) == 200
    (row,) = make.ledger(cast.acme)
    assert (row.brand_id, row.recipient) == (cast.acme_brand, ACME)
    assert make.ledger(cast.globex) == []


def test_forged_calls_are_refused_and_shown(cast: MailCast) -> None:
    mailgun, postmark = Caller(cast, "mailgun", KEY), Caller(cast, "postmark")
    ses = Caller(cast, "ses", payloads.TOPIC)
    genuine = payloads.sns(payloads.ses_mail(RAW, ACME))
    forged = json.loads(genuine) | {"Message": payloads.ses_mail(RAW, GLOBEX)}
    foreign = json.loads(genuine) | {"SigningCertURL": "https://sns.evil.example/a.pem"}
    other = payloads.sns("{}", TopicArn=payloads.TOPIC + "-other")
    assert mailgun.post(*payloads.multipart(mailgun_form(key="wrong"))) == 403
    assert mailgun.post(b"{}", "application/json") == 403
    assert mailgun.post(b"", "multipart/form-data; boundary=x") == 403
    for password in ("", "wrong", mailgun.secret):
        assert postmark.post(payloads.postmark_mail(RAW, ACME), password=password) == 403
    for body in (json.dumps(forged).encode(), json.dumps(foreign).encode(), other, b"[]", b"x"):
        assert ses.post(body) == 403
    assert make.ledger(cast.acme) == []
    assert [caller.trouble() for caller in (mailgun, postmark, ses)] == ["signature"] * 3
    assert mailgun.post(*payloads.multipart(mailgun_form())) == 200
    assert mailgun.trouble() == ""


def test_unknown_removed_and_foreign_addresses_are_not_there(cast: MailCast) -> None:
    caller = Caller(cast, "mailgun", KEY)
    form = payloads.multipart(mailgun_form())
    client = Client()
    wrong = ("mailgun/nonsense", f"postmark/{caller.token}", f"x/{caller.token}")
    for path in (f"{one}/mail" for one in wrong):
        assert client.post(f"/intake/{path}", form[0], content_type=form[1]).status_code == 404
    with tenant_scope(cast.acme):
        intakes.remove_intake(cast.bo, intake_id=caller.id)
    assert caller.post(*form) == 404
    with tenant_scope(cast.acme):
        intakes.restore_intake(cast.bo, intake_id=caller.id)
    assert caller.post(*form) == 200
    assert client.head(f"/intake/mailgun/{caller.token}/mail").status_code == 200
    assert client.get(f"/intake/mailgun/{caller.token}/mail").status_code == 405


def test_what_is_no_mail_is_kept_whole(cast: MailCast) -> None:
    caller = Caller(cast, "postmark")
    assert caller.post(b'{"RawEmail": "x", "Headers": 7}') == 200
    assert stored(cast) == [b'{"RawEmail": "x", "Headers": 7}']
    make.drain()
    assert make.ledger(cast.acme)[0].state == "quarantined"


def test_a_report_at_the_mails_address_is_refused_with_its_reason(cast: MailCast) -> None:
    caller = Caller(cast, "mailgun", KEY)
    assert caller.post(payloads.mailgun_report(KEY, "x@y")) == 422
    assert caller.trouble() == "wrong_kind"
    ses = Caller(cast, "ses", payloads.TOPIC)
    assert ses.post(payloads.sns(payloads.ses_mail(RAW, ACME, action="S3"))) == 422
    assert Caller(cast, "sendgrid").post(b"{}", to="events") == 422
    assert make.ledger(cast.acme) == []


def test_a_mail_over_the_limit_is_refused(cast: MailCast, settings) -> None:
    settings.MAIL_LIMIT_BYTES = len(RAW) - 1
    caller = Caller(cast, "mailgun", KEY)
    assert caller.post(*payloads.multipart(mailgun_form())) == 413
    settings.MAIL_LIMIT_BYTES = 1000
    assert caller.post(b"x" * 1_100_000) == 413
    assert caller.trouble() == "too_large"
    assert make.ledger(cast.acme) == []


def test_while_the_store_is_down_the_provider_keeps_the_mail(
    cast: MailCast, settings, tmp_path
) -> None:
    caller = Caller(cast, "mailgun", KEY)
    form = payloads.multipart(mailgun_form())
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    store.cache_clear()
    before, settings.FILES_DIR = settings.FILES_DIR, str(blocked)
    try:
        assert caller.post(*form) == 503
    finally:
        settings.FILES_DIR = before
        store.cache_clear()
    assert make.ledger(cast.acme) == []
    assert caller.post(*form) == 200
    assert len(make.ledger(cast.acme)) == 1


def sent_mail(cast: MailCast) -> OutboundMail:
    with tenant_scope(cast.acme):
        return OutboundMail.objects.create(
            key="k",
            kind="reply",
            from_address=ACME,
            to_address="cy@customer.example",
            rfc_id="reply-1@mail.onque.localhost",
            state="sent",
            next_try_at=clock.now(),
            queued_at=clock.now() - timedelta(hours=1),
        )


def bounced(cast: MailCast) -> str:
    (row,) = make.outgoing(cast.acme)
    return row.bounce_text if row.bounced_at else ""


def test_a_reported_bounce_marks_the_mail_once(cast: MailCast) -> None:
    row = sent_mail(cast)
    caller = Caller(cast, "mailgun", KEY)
    assert caller.post(payloads.mailgun_report("wrong", row.rfc_id), to="events") == 403
    assert caller.post(payloads.mailgun_report(KEY, "other@x"), to="events") == 200
    for event in ("delivered", "opened"):
        report = payloads.mailgun_report(KEY, row.rfc_id, event=event, severity=None)
        assert caller.post(report, to="events") == 200
    assert bounced(cast) == ""
    assert caller.post(payloads.mailgun_report(KEY, row.rfc_id), to="events") == 200
    complaint = payloads.mailgun_report(KEY, row.rfc_id, event="complained", severity=None)
    assert caller.post(complaint, to="events") == 200
    assert bounced(cast) == "mailgun: bounced 5.1.1 No such user"


def test_ses_names_our_message_id_in_the_header(cast: MailCast) -> None:
    row = sent_mail(cast)
    ses = Caller(cast, "ses", payloads.TOPIC)
    assert ses.post(payloads.sns(payloads.ses_bounce(row.rfc_id)), to="events") == 200
    assert bounced(cast) == "ses: bounced 550 No such user"


def test_a_subscription_waits_for_an_admin(cast: MailCast) -> None:
    ses = Caller(cast, "ses", payloads.TOPIC)
    link = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336"
    ask = {"Type": "SubscriptionConfirmation", "Token": "2336"}
    evil = payloads.sns("Confirm", **ask, SubscribeURL="https://evil.example/?Action=x")
    assert ses.post(evil) == 200
    assert ses.post(payloads.sns("Confirm", **ask, SubscribeURL=link)) == 200
    with tenant_scope(cast.acme):
        (item,) = intakes.list_intakes(cast.bo)
    assert item.confirm_url == link
    assert make.ledger(cast.acme) == []


def test_only_those_who_may_make_intakes(cast: MailCast) -> None:
    def add(actor: Actor, provider: str = "postmark", secret: str = "") -> None:
        with tenant_scope(actor.tenant_id):
            intakes.add_intake(actor, brand_id=cast.acme_brand, provider=provider, secret=secret)

    for actor, provider, refusal in (
        (cast.ada, "postmark", Forbidden),
        (cast.dee, "postmark", NotFound),
        (cast.bo, "nonsense", Invalid),
        (cast.bo, "mailgun", Invalid),
    ):
        with pytest.raises(refusal):
            add(actor, provider)
    with tenant_scope(cast.acme):
        assert not Intake.objects.exists()
        with pytest.raises(Forbidden):
            intakes.list_intakes(cast.ada)
    add(cast.bo)
    with tenant_scope(cast.acme):
        row = Intake.objects.get()
        with pytest.raises(Forbidden):
            intakes.remove_intake(cast.ada, intake_id=row.id)
    with tenant_scope(cast.globex), pytest.raises(NotFound):
        intakes.remove_intake(cast.dee, intake_id=row.id)
