"""A new ticket by the keyboard alone, in a real browser."""

import os

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.kernel.search import index

__all__ = ["desk"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("viewport", "locale", "theme"),
    [(WIDE, "en", "light"), (NARROW, "ko", "dark")],
    ids=["wide", "narrow"],
)
def test_a_ticket_is_started_by_keys(desk, settings, viewport, locale, theme):
    settings.UNDO_SECONDS = 8
    index.write_due()
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/tickets/")
        page.keyboard.press("c")
        page.wait_for_url("**/tickets/new")
        expect(page.locator("[name=to]")).to_be_focused()
        page.keyboard.type("cust")
        expect(page.locator("#people option")).to_have_count(1)
        page.keyboard.press("Control+a")
        page.keyboard.type("Cy <cy@customer.test>")
        page.keyboard.press("Enter")
        page.keyboard.type("Your order")
        page.reload()  # nothing typed is lost
        expect(page.locator("[name=to]")).to_have_value("Cy <cy@customer.test>")
        expect(page.locator("[name=subject]")).to_have_value("Your order")
        page.locator("[name=subject]").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("It comes tomorrow.")
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        if folder := os.environ.get("ONQUE_PICTURES"):
            page.screenshot(path=f"{folder}/new-{viewport['width']}.png")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/tickets/5/**")
        expect(page.locator("[data-held=held]")).to_contain_text("It comes tomorrow.")
        page.locator("#thread").focus()
        page.keyboard.press("z")
        expect(page.locator("#body")).to_have_value("It comes tomorrow.")
        no_findings(page)
