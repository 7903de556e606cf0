"""How a brand sends, as its people set it: services, pages, previews, the way to a signature."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.tests.visiting import browser
from onque.modules.identity import public as identity
from onque.modules.mail.models import Check, Sender, Signature
from onque.modules.mail.rules import acknowledgement
from onque.modules.mail.rules.dkim import public_part, speaks_for
from onque.modules.mail.services import (
    addresses,
    brand_senders,
    checking,
    dkim_keys,
    naming,
    sending,
)
from onque.modules.mail.services.brand_senders import Choices
from onque.modules.mail.services.smtp import Server
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, MailCast
from onque.modules.mail.tests.test_domains import dns_server, zone_of

FORM = {
    "sender_name": "새봄 고객센터",
    "from_address": "",
    "signatures_ko": "새봄상점 드림",
    "signatures_en": "Saebom",
    "locale": "en",
    "acknowledges": "1",
    "acknowledgements_ko": "{brand}입니다. #{number} 잘 받았어요.",
    "acknowledgements_en": "",
    "per_minute": "120",
    "with_person": "1",
}


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def bo(cast: MailCast) -> Client:
    return browser("bo@acme.test")


@pytest.fixture
def page(cast: MailCast) -> str:
    return f"/desk/acme/mail/sending/{cast.acme_brand}/"


def senders(cast: MailCast) -> list[Sender]:
    with tenant_scope(cast.acme):
        return list(Sender.objects.all())


def audit(cast: MailCast) -> list[str]:
    with tenant_scope(cast.acme):
        found = identity.list_audit(object_kind="brand", object_id=cast.acme_brand)
    return [line.action for line in found]


# --- rules --------------------------------------------


def test_words_are_filled_in_once() -> None:
    text = "#{number} {brand} {subject} {other} {"
    filled = acknowledgement.fill(text, number=7, brand="{number}", subject="{brand}")
    assert filled == "#7 {number} {brand} {other} {"


@pytest.mark.parametrize(
    ("key", "address", "does"),
    [
        ("a.example", "x@a.example", True),
        ("a.example", "x@mail.A.example", True),
        ("a.example", "x@ba.example", False),
        ("mail.a.example", "x@a.example", False),
        ("", "x@a.example", False),
    ],
)
def test_a_key_speaks_for_its_domain(key: str, address: str, does: bool) -> None:
    assert speaks_for(key, address) is does
    assert public_part("v=DKIM1; k=rsa; p=AB==") == "AB=="


# --- what is chosen -----------------------------------


def test_the_page_shows_and_keeps_what_is_chosen(cast: MailCast, bo: Client, page: str) -> None:
    assert ACME in bo.get(page).content.decode()
    answer = bo.post(page, FORM)
    assert answer.status_code == 302
    (row,) = senders(cast)
    assert (row.name_style, row.layout, row.locale, row.per_minute) == (
        "person",
        "plain",
        "en",
        120,
    )
    assert row.acknowledgements == {"ko": FORM["acknowledgements_ko"]}
    shown = bo.get(answer["Location"]).content.decode()
    for words in ("새봄 고객센터", "새봄상점 드림", "Saved."):
        assert words in shown
    with tenant_scope(cast.acme):
        fields = naming.sender_fields(cast.acme_brand, naming.Writer("Ada"), locale="ko")
        assert naming.locale_for("", cast.acme_brand) == "en"
        assert naming.locale_for("ko-KR", cast.acme_brand) == "ko"
    assert fields == {
        "from_name": "Ada (새봄 고객센터)",
        "from_address": ACME,
        "signature": "새봄상점 드림",
        "color": "",
    }
    assert audit(cast) == ["mail.sender_changed"]


def test_saving_leaves_server_and_key(cast: MailCast, bo: Client, page: str) -> None:
    with tenant_scope(cast.acme):
        brand_senders.send_through(
            cast.bo,
            brand_id=cast.acme_brand,
            from_address=ACME,
            server=Server("smtp.acme.example", 465, "tls", "us", "secret word"),
        )
        dkim_keys.make_key(cast.bo, brand_id=cast.acme_brand)
    bo.post(page, FORM)
    (row,) = senders(cast)
    assert (row.transport, row.host) == ("smtp", "smtp.acme.example")
    assert row.sealed_password
    assert row.dkim_domain == "acme.example"
    shown = bo.get("/desk/acme/mail/sending/").content.decode()
    assert "smtp.acme.example" in shown
    assert "Key not used yet" in shown
    assert bo.post(f"{page}relay").status_code == 302
    (row,) = senders(cast)
    assert (row.transport, row.sealed_password) == ("relay", "")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("sender_name", "n" * 81, "Shorten the name"),
        ("from_address", "ceo@other.example", "own addresses"),
        ("from_address", "dee@globex.example", "own addresses"),
        ("signatures_ko", "s" * 4001, "4000 letters"),
        ("acknowledgements_en", "s" * 4001, "4000 letters"),
        ("per_minute", "many", "1 to 100000"),
        ("per_minute", "0", "1 to 100000"),
        ("locale", "xx", "values that are offered"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept_typed(
    cast: MailCast, bo: Client, page: str, field: str, value: str, words: str
) -> None:
    answer = bo.post(page, FORM | {field: value})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert FORM["acknowledgements_ko"] in shown
    assert senders(cast) == []
    with tenant_scope(cast.acme):
        assert identity.get_brand(cast.acme_brand).sender_name == "Acme"


def test_an_address_of_the_brand_may_be_chosen(cast: MailCast, bo: Client, page: str) -> None:
    with tenant_scope(cast.acme):
        addresses.add_address(cast.bo, brand_id=cast.acme_brand, address="Shop@acme.example")
    assert bo.post(page, FORM | {"from_address": "shop@acme.example"}).status_code == 302
    with tenant_scope(cast.acme):
        assert sending.get_sending(cast.bo, brand_id=cast.acme_brand).from_address == (
            "shop@acme.example"
        )
        assert sending.list_sending(cast.bo)[0].from_address == "shop@acme.example"


def test_who_may_not_set_mail_changes_nothing(cast: MailCast, page: str) -> None:
    ada = browser("ada@acme.test")
    for path in (page, "/desk/acme/mail/sending/", f"{page}preview"):
        assert ada.get(path).status_code == 403
    for act in ("", "relay", "dkim/new", "dkim/check", "dkim/signing", "preview"):
        assert ada.post(f"{page}{act}", FORM).status_code == 403
    assert senders(cast) == []
    with tenant_scope(cast.acme), pytest.raises(Forbidden):
        sending.list_sending(cast.ada)


def test_another_workspace_s_brand_is_not_there(cast: MailCast) -> None:
    with tenant_scope(cast.globex):
        for act in (
            lambda: sending.get_sending(cast.dee, brand_id=cast.acme_brand),
            lambda: brand_senders.set_choices(
                cast.dee, brand_id=cast.acme_brand, choices=Choices()
            ),
            lambda: dkim_keys.make_key(cast.dee, brand_id=cast.acme_brand),
            lambda: dkim_keys.check_record(cast.dee, brand_id=cast.acme_brand),
            lambda: sending.preview(cast.dee, brand_id=cast.acme_brand, kind="", locale=""),
        ):
            with pytest.raises(NotFound):
                act()
    assert senders(cast) == []


# --- previews -----------------------------------------


def test_a_preview_shows_what_is_typed_and_saves_nothing(
    cast: MailCast, bo: Client, page: str
) -> None:
    typed = FORM | {"signatures_ko": "<script>1</script>", "with_color": "1"}
    answer = bo.post(f"{page}preview?kind=acknowledgement&locale=ko", typed)
    html = answer.content.decode()
    assert "새봄 고객센터입니다. #1042 잘 받았어요." in html
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "border-top:3px" in html
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    usual = bo.post(f"{page}preview?kind=acknowledgement&locale=en", typed).content.decode()
    assert "Its number is #1042" in usual
    stored = bo.get(f"{page}preview").content.decode()
    assert "border-top:3px" in stored
    assert senders(cast) == []


# --- DKIM ---------------------------------------------


def run_check(cast: MailCast, bo: Client, page: str, zone, settings) -> Check:
    with dns_server(zone) as server:
        settings.DNS_SERVERS = [server]
        assert bo.post(f"{page}dkim/check").status_code == 302
        make.drain()
    with tenant_scope(cast.acme):
        return Check.objects.latest("asked_at")


def test_from_the_key_to_signed_mail(cast: MailCast, bo: Client, page: str, settings) -> None:
    assert "Make a key" in bo.get(page).content.decode()
    assert bo.post(f"{page}dkim/check").status_code == 422
    assert bo.post(f"{page}dkim/new").status_code == 302
    (row,) = senders(cast)
    assert not row.dkim_signs
    assert row.dkim_public in bo.get(page).content.decode().replace("&#43;", "+")
    early = bo.post(f"{page}dkim/signing", {"signing": "1"})
    assert early.status_code == 422
    assert "Publish the record" in early.content.decode()

    check = run_check(cast, bo, page, {}, settings)
    assert [(step["state"], step["code"]) for step in check.steps] == [("advice", "dkim_none")]
    assert row.dkim_public in check.steps[0]["detail"]
    name = f"{row.dkim_selector}._domainkey.acme.example"
    check = run_check(cast, bo, page, zone_of(name, row.dkim_public), settings)
    assert [(step["state"], step["code"]) for step in check.steps] == [("advice", "dkim_off")]

    assert bo.post(f"{page}dkim/signing", {"signing": "1"}).status_code == 302
    (row,) = senders(cast)
    assert row.dkim_signs
    check = run_check(cast, bo, page, zone_of(name, row.dkim_public), settings)
    assert [step["state"] for step in check.steps] == ["ok"]
    assert "Signed" in bo.get("/desk/acme/mail/sending/").content.decode()
    bo.post(f"{page}dkim/signing", {"signing": "1"})
    assert audit(cast) == ["mail.dkim_on", "mail.dkim_key_made"]

    bo.post(f"{page}dkim/new")  # a new key starts again
    (row,) = senders(cast)
    assert (row.dkim_signs, row.dkim_checked_at) == (False, None)


def test_a_record_that_went_away_is_noticed(
    cast: MailCast, bo: Client, page: str, settings
) -> None:
    bo.post(f"{page}dkim/new")
    (row,) = senders(cast)
    name = f"{row.dkim_selector}._domainkey.acme.example"
    run_check(cast, bo, page, zone_of(name, row.dkim_public), settings)
    assert senders(cast)[0].dkim_checked_at
    check = run_check(cast, bo, page, zone_of(name, "v=DKIM1; p=AAAA"), settings)
    assert check.steps[0]["code"] == "dkim_other"
    assert senders(cast)[0].dkim_checked_at is None


def test_a_key_of_another_domain_is_said(cast: MailCast, bo: Client, page: str) -> None:
    with tenant_scope(cast.acme):
        dkim_keys.make_key(cast.bo, brand_id=cast.acme_brand, domain="else.example")
        with pytest.raises(Invalid):
            dkim_keys.make_key(cast.bo, brand_id=cast.acme_brand, domain="not a domain")
    assert "another domain" in bo.get(page).content.decode()
    assert "Key of another domain" in bo.get("/desk/acme/mail/sending/").content.decode()


# --- one's own signature ------------------------------


@pytest.fixture
def ada(cast: MailCast) -> Iterator[Client]:
    return browser("ada@acme.test")


def test_everybody_has_a_signature_of_their_own(cast: MailCast, ada: Client) -> None:
    path = "/desk/acme/mail/signature/"
    assert ada.get(path).status_code == 200
    assert "Saved." in ada.post(path, {"text": "Ada, 상담팀"}).content.decode()
    assert "Ada, 상담팀" in ada.get(path).content.decode()
    assert ada.post(path, {"text": "x" * 4001}).status_code == 422
    assert "상담팀" not in browser("bo@acme.test").get(path).content.decode()
    with tenant_scope(cast.acme):
        assert Signature.objects.get().text == "Ada, 상담팀"


def test_a_check_of_a_brand_is_drawn(cast: MailCast, bo: Client, page: str, settings) -> None:
    bo.post(f"{page}dkim/new")
    run_check(cast, bo, page, {}, settings)
    with tenant_scope(cast.acme):
        run = checking.find_latest(cast.bo, kind="dkim", subject_id=cast.acme_brand)
    assert run
    assert isinstance(run.id, UUID)
    assert f"{page}dkim/check" in bo.get(f"/desk/acme/mail/checks/{run.id}/").content.decode()
