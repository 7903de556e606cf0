"""Send later in a real browser: choose a time, see it, leave it out, take it back."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.kernel import clock

__all__ = ["desk"]
pytestmark = pytest.mark.browser
TICKET = "/desk/acme/tickets/2/"
LATER = '[data-menu="send-later"]'


def write_later(page) -> None:
    """Write a reply that leaves in a week."""
    page.check("#c-reply", force=True)
    page.fill("#body", "We look at it next week.")
    page.click(f"{LATER} summary")
    page.locator(f"{LATER} [data-send-at]").last.click()
    expect(page.locator("#sends-at")).to_be_visible()


def test_a_reply_is_scheduled_and_taken_back(desk):
    with visit(desk) as page:
        page.goto(f"{desk}{TICKET}")
        write_later(page)
        page.click("#sends-drop")
        expect(page.locator("#sends-at")).to_be_hidden()
        write_later(page)
        page.click("#send")
        held = page.locator("[data-held=held]")
        expect(held).to_contain_text("We look at it next week.")
        expect(held).to_contain_text("Sends ")
        expect(page.locator("#sends-at")).to_be_hidden()
        page.reload()
        expect(held).to_contain_text("Sends ")
        held.get_by_role("button", name="Back to draft").click()
        expect(held).to_have_count(0)
        expect(page.locator("#body")).to_have_value("We look at it next week.")


def test_a_time_of_one_s_own_by_the_keyboard_and_a_past_one_is_refused(desk):
    past = (clock.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    with visit(desk) as page:
        page.goto(f"{desk}{TICKET}")
        page.fill("#body", "Too late.")
        page.focus(f"{LATER} summary")
        page.keyboard.press("Enter")
        page.fill("#send-at", past)
        page.keyboard.press("Escape")
        expect(page.locator("#sends-at")).to_be_visible()
        page.focus("#body")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#composer-error")).to_contain_text("Choose a time to send it")
        expect(page.locator("#body")).to_have_value("Too late.")
        expect(page.locator("#sends-at")).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screens_of_sending_later(desk, viewport, locale, theme):
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}{TICKET}")
        page.click(f"{LATER} summary")
        expect(page.locator("#send-at")).to_be_visible()
        no_findings(page)
        page.keyboard.press("Escape")
        write_later(page)
        no_findings(page)
        page.click("#send")
        expect(page.locator("[data-held=held]")).to_be_visible()
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
