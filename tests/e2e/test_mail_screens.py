"""The ledger of mail in a real browser: keyboard, both languages and themes, wide and narrow."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from tests.browsing import CHROMIUM, require
from tests.e2e.test_screens import NARROW, WIDE, choose, no_findings, serving, visit

from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.models import InboundMail
from onque.modules.mail.services import receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("ONQUE_SHOTS", "")
TRAP = "<script>window.__xss = 1</script><img src=x onerror='window.__xss = 1'>"


@pytest.fixture
def desk(committed: None) -> Iterator[str]:
    require(CHROMIUM.exists(), "Chromium")
    cast = make.make_mail_cast()
    route = receiving.find_route(make.ACME)
    assert route
    html = (
        "Subject: =?utf-8?B?7ZmY67aI?= <b>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=utf-8\r\n\r\n"
        f"<p>안녕하세요 <b>hello</b></p>{TRAP}<img src='https://evil.example/x.png'>"
    )
    mails = [html, "Subject: nobody\r\n\r\nwho am I\r\n", make.raw_mail().decode()]
    for raw in mails:
        receiving.store_mail([route], Arrival(raw.encode(), "lmtp", uuid4().hex, ""))
    make.drain()
    with tenant_scope(cast.acme):
        row = InboundMail.objects.filter(state="quarantined").first()
        assert row
        for number in range(4):
            row.pk, row.position, row.reason = uuid4(), str(number), "sender_not_proven"
            row.state, row.subject = "suspended", "Invoice 환불 " * (number * 6 + 1)
            row.sender = "billing@supply-desk.example"
            row.save(force_insert=True)
    with serving() as address:
        yield address


def shoot(page: object, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))  # type: ignore[attr-defined]


def test_mails_are_chosen_by_keyboard_and_closed_with_undo(desk: str) -> None:
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/mail/quarantine/")
        no_findings(page)
        shoot(page, "quarantine-en-light")
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.get_by_text("1 chosen")).to_be_visible()
        page.click("button[value=reject]")
        expect(page.get_by_text("1 mail was closed without a ticket.")).to_be_visible()
        shoot(page, "quarantine-undo")
        no_findings(page)
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Done for 1 mail.")).to_be_visible()
        expect(page.locator("tbody tr")).to_have_count(2)


def test_a_mail_runs_nothing_and_loads_nothing(desk: str) -> None:
    with visit(desk) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{desk}/desk/acme/mail/quarantine/")
        page.locator("a[data-row]", has_text="환불").click()
        frame = page.frame_locator("iframe.letter")
        expect(frame.get_by_text("hello")).to_be_visible()
        for one in page.frames:
            assert one.evaluate("window.__xss") is None
        assert not [url for url in asked if "evil.example" in url]
        no_findings(page)
        shoot(page, "mail-en-light")
        source = page.get_attribute("text=Source >> nth=0", "href") or ""
        page.goto(f"{desk}{source}")
        assert page.evaluate("window.__xss") is None


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_width_language_and_theme(desk: str, language: str, theme: str) -> None:
    with visit(desk) as page:
        if language != "en":
            choose(page, locale=language)
        choose(page, theme=theme)
        for width, size in (("wide", None), ("phone", NARROW)):
            if size:
                page.set_viewport_size(size)
            for tab in ("suspended", "all"):
                page.goto(f"{desk}/desk/acme/mail/quarantine/?tab={tab}")
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                assert not wide, f"{tab} is wider than the screen"
                no_findings(page)
                shoot(page, f"{tab}-{language}-{theme}-{width}")
            page.locator("a[data-row]").first.click()
            page.wait_for_url(lambda url: "/quarantine/?" not in url)
            no_findings(page)
            shoot(page, f"mail-{language}-{theme}-{width}")
            page.goto(f"{desk}/desk/acme/mail/balance/")
            no_findings(page)
            shoot(page, f"balance-{language}-{theme}-{width}")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_original_is_reached_by_keyboard_and_runs_nothing(desk: str, language: str) -> None:
    make_evil_ticket()
    with visit(desk) as page:
        if language != "en":
            choose(page, locale=language)
        page.goto(f"{desk}/desk/acme/tickets/2/")
        page.wait_for_load_state("networkidle")
        page.locator("details.here summary").first.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator("details.here a").first).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/original")
        here = page.url
        for theme in ("light", "dark"):
            choose(page, theme=theme)
            for width, size in (("wide", WIDE), ("phone", NARROW)):
                page.set_viewport_size(size)
                page.goto(here)
                assert page.evaluate("window.__xss") is None
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                no_findings(page)
                shoot(page, f"original-{language}-{theme}-{width}")
            page.set_viewport_size(WIDE)
        with page.expect_download() as kept:
            page.locator("a[href$='.eml']").first.click()
        assert kept.value.suggested_filename.endswith(".eml")
        assert page.url == here


def make_evil_ticket() -> None:
    """A further ticket, whose mail has traps in its header and text."""
    route = receiving.find_route(make.ACME)
    assert route
    raw = make.raw_mail(TRAP * 20, subject="Second 원본", more=f"X-Trap: {TRAP * 5}\n")
    receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, make.CY))
    make.drain()
