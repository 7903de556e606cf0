"""How brands send, whose mail is kept out, and what was stopped, in a real browser."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from tests.browsing import CHROMIUM, require
from tests.e2e.test_mail_screens import shoot
from tests.e2e.test_screens import NARROW, choose, no_findings, serving, visit

from onque.kernel import clock
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts import NewMail
from onque.modules.mail.models import Sender
from onque.modules.mail.services import balance, brand_senders, dkim_keys, lists, receiving, writing
from onque.modules.mail.services.brand_senders import Choices
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def desk(cast: MailCast) -> Iterator[str]:
    """Serve Acme with a signed brand, a block list and a stop of a flood to one customer."""
    require(CHROMIUM.exists(), "Chromium")
    with tenant_scope(cast.acme):
        texts = {"ko": "새봄상점 고객센터 드림", "en": "Saebom Store"}
        choices = Choices(sender_name="새봄상점", signatures=texts, acknowledges=True)
        brand_senders.set_choices(cast.bo, brand_id=cast.acme_brand, choices=choices)
        dkim_keys.make_key(cast.bo, brand_id=cast.acme_brand)
        Sender.objects.update(dkim_checked_at=clock.now())
        for act, sender in (("block", "spam@flood.example"), ("allow", "partner.example")):
            lists.add_rule(cast.bo, verdict=act, pattern=sender)
        for number in range(7):
            writing.queue_mail(
                NewMail(f"{number}", "survey", CY, "?", "?", brand_id=cast.acme_brand)
            )
    with make.sink(), serving() as address:
        route = receiving.find_route(ACME)
        assert route
        receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, CY))
        make.drain()
        balance.check_balance()
        yield address


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_width_language_and_theme(
    desk: str, cast: MailCast, language: str, theme: str
) -> None:
    places = {
        "tickets": "../tickets/",
        "ticket": "../tickets/1/",
        "sending": "sending/",
        "brand": f"sending/{cast.acme_brand}/",
        "provider": f"sending/{cast.acme_brand}/provider?provider=ses",
        "signature": "signature/",
        "senders": "senders/",
        "stops": "stops/",
    }
    with visit(desk, bypass_csp=True) as page:
        if language != "en":
            choose(page, locale=language)
        choose(page, theme=theme)
        for width, size in (("wide", None), ("phone", NARROW)):
            if size:
                page.set_viewport_size(size)
            for name, path in places.items():
                page.goto(f"{desk}/desk/acme/mail/{path}")
                page.wait_for_load_state()
                expect(page.locator(".alarms .banner")).to_be_visible()
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                assert not wide, f"{name} is wider than the screen"
                no_findings(page)
                shoot(page, f"{name}-{language}-{theme}-{width}")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def test_a_brand_is_set_and_previewed(desk: str, cast: MailCast) -> None:
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/mail/sending/{cast.acme_brand}/")
        page.fill("[name=acknowledgements_en]", "Hello, number {number} is yours.")
        page.get_by_role("button", name="Acknowledgement, English").click()
        frame = page.frame_locator("iframe.letter")
        expect(frame.get_by_text("Hello, number 1042 is yours.")).to_be_visible()
        page.fill("[name=per_minute]", "many")
        save(page)
        expect(page.get_by_text("Enter a number from 1 to 100000").first).to_be_visible()
        expect(page.locator("[name=acknowledgements_en]")).to_have_value(
            "Hello, number {number} is yours."
        )
        no_findings(page)
        shoot(page, "brand-refused")
        page.fill("[name=per_minute]", "")
        save(page)
        expect(page.get_by_text("Saved.")).to_be_visible()
        page.get_by_role("button", name="Switch signing on").click()
        expect(page.get_by_role("button", name="Stop signing")).to_be_visible()
    with tenant_scope(cast.acme):
        assert Sender.objects.get().dkim_signs


def test_a_provider_is_chosen_and_left_again(desk: str, cast: MailCast) -> None:
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/mail/sending/{cast.acme_brand}/")
        page.get_by_role("link", name="Send through a provider").click()
        expect(page.get_by_label("Domain at the provider")).to_have_value("acme.example")
        page.get_by_role("button", name="Send through Mailgun").click()
        expect(page.get_by_text("Enter the key from").first).to_be_visible()
        no_findings(page)
        shoot(page, "provider-refused")
        page.get_by_label("API key").fill("key-secret")
        page.get_by_role("button", name="Send through Mailgun").click()
        expect(page.get_by_text("Mailgun")).to_be_visible()
        no_findings(page)
        page.get_by_role("heading", name="Which way it leaves").scroll_into_view_if_needed()
        shoot(page, "provider-used")
        page.get_by_role("button", name="Send through Onque").click()
        expect(page.get_by_text("Through Onque")).to_be_visible()


def test_a_stop_is_shown_and_resumed_with_one_click(desk: str) -> None:
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/mail/stops/")
        expect(page.get_by_role("cell", name=CY)).to_be_visible()
        told = page.locator(".alarms .banner")
        expect(told).to_contain_text(f"stopped for {CY}")
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text("by Bo")).to_be_visible()
        expect(told).to_have_count(0)
        no_findings(page)


def test_a_sender_is_kept_out_and_let_in_again(desk: str, cast: MailCast) -> None:
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/mail/senders/")
        expect(page.get_by_text("spam@flood.example")).to_be_visible()
        page.fill("[name=pattern]", "no address")
        page.get_by_role("button", name="Add the sender").click()
        expect(page.locator("[name=pattern]")).to_have_value("no address")
        expect(page.get_by_text("Enter an address such as")).to_be_visible()
        no_findings(page)
        shoot(page, "senders-refused")
        page.fill("[name=pattern]", "junk.example")
        page.get_by_role("button", name="Add the sender").click()
        row = page.get_by_role("row", name="@junk.example")
        expect(row).to_be_visible()
        row.get_by_role("button", name="Remove").click()
        expect(row).to_have_count(0)
    with tenant_scope(cast.acme):
        assert len(lists.list_rules(cast.bo)) == 2
