"""Drafts in a real browser: two agents, a reload, and a browser that is killed."""

import pytest
from playwright.sync_api import expect
from tests.browsing import chromium
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.modules.identity.tests.factories import PASSWORD

__all__ = ["desk"]
pytestmark = pytest.mark.browser
TICKET = "/desk/acme/tickets/2/"


def sign_in(browser, address: str, email: str):
    """Open a window of its own for another member."""
    page = browser.new_context(viewport=WIDE, locale="en-GB").new_page()
    page.goto(f"{address}/desk/sign-in?next=/desk/acme/tickets/")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def test_a_stale_send_is_refused_and_the_draft_kept(desk, settings):
    settings.UNDO_SECONDS = 0
    with chromium() as browser:
        ada = sign_in(browser, desk, "ada@acme.test")
        bo = sign_in(browser, desk, "bo@acme.test")
        ada.goto(f"{desk}{TICKET}")
        bo.goto(f"{desk}{TICKET}")
        bo.keyboard.press("r")
        bo.keyboard.type("A new lid is on its way.")
        expect(bo.locator("#saved")).to_have_text("Draft saved")
        ada.reload()
        expect(ada.locator("#thread")).to_contain_text("Draft of a reply by Bo")
        ada.keyboard.press("r")
        ada.keyboard.type("We pay it back.")
        ada.keyboard.press("Control+Shift+Enter")
        expect(ada.locator(".msg--agent")).to_have_count(1)

        bo.locator("#body").focus()
        bo.keyboard.press("Control+Shift+Enter")
        expect(bo.locator("#composer-error")).to_contain_text("A newer message arrived")
        expect(bo.locator(".comp-new")).to_contain_text("We pay it back.")
        expect(bo.locator("#body")).to_have_value("A new lid is on its way.")
        expect(bo.locator(".msg--agent")).to_have_count(1)
        bo.reload()
        expect(bo.locator("#body")).to_have_value("A new lid is on its way.")
        bo.locator("#body").focus()
        bo.keyboard.press("Control+Shift+Enter")
        expect(bo.locator(".msg--agent")).to_have_count(2)
        expect(bo.locator("#body")).to_have_value("")
        ada.reload()
        expect(ada.locator("#thread")).not_to_contain_text("Draft of a reply")


def test_a_draft_outlives_its_browser(desk):
    with visit(desk) as page:
        page.goto(f"{desk}{TICKET}")
        page.keyboard.press("n")
        page.keyboard.type("Ask the maker")
        expect(page.locator("#saved")).to_have_text("Draft saved")
    with visit(desk) as page:  # nothing of the first browser's storage is left
        page.goto(f"{desk}{TICKET}")
        expect(page.locator("#body")).to_have_value("Ask the maker")
        expect(page.locator("#c-note")).to_be_checked()
        page.locator("#discard").click()
        expect(page.locator("#body")).to_have_value("")
        page.reload()
        expect(page.locator("#body")).to_have_value("")


def test_what_could_not_be_saved_lies_on_the_device(desk):
    with visit(desk) as page:
        page.goto(f"{desk}{TICKET}")
        page.route("**/draft", lambda route: route.abort())
        page.keyboard.press("r")
        page.keyboard.type("Without a line")
        expect(page.locator("#saved")).to_have_text("Draft kept on this device")
        page.unroute("**/draft")
        page.reload()
        expect(page.locator("#body")).to_have_value("Without a line")
        expect(page.locator("#saved")).to_have_text("Draft saved")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screen_with_drafts(desk, viewport, locale, theme):
    with chromium() as browser:
        ada = sign_in(browser, desk, "ada@acme.test")
        ada.goto(f"{desk}{TICKET}")
        ada.keyboard.press("n")
        ada.keyboard.type("Ask the maker")
        expect(ada.locator("#discard")).to_be_visible()
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}{TICKET}")
        expect(page.locator(".ev.draft")).to_be_visible()
        page.locator("#body").fill("보내 드렸어요.")
        expect(page.locator("#discard")).to_be_visible()
        no_findings(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"]
