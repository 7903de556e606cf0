"""Macros in a real browser: written under settings, inserted by "/", applied with the sending."""

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

__all__ = ["desk"]
pytestmark = pytest.mark.browser
TICKET = "/desk/acme/tickets/2/"


def write(page, desk: str) -> None:
    """Write a macro by the page."""
    page.goto(f"{desk}/desk/acme/macros/")
    page.fill("[name=name]", "Lid refund")
    page.fill("[name=code]", "lid")
    page.fill("[name=folder]", "Refunds")
    page.fill("[name=text_en]", "Dear {{customer.name|customer}}, we pay the lid back.")
    page.fill("[name=text_ko]", "{{고객.이름|고객}} 님, 환불해 드릴게요.")
    page.select_option("[name=status]", "pending")
    page.select_option("[name=priority]", "low")
    page.fill("[name=tags]", "refund")
    page.locator(".macro-acts .btn--primary").click()
    expect(page.locator(".macro-ul")).to_contain_text("Lid refund")


def test_a_macro_by_the_keyboard_alone(desk, settings):
    settings.UNDO_SECONDS = 0
    with visit(desk) as page:
        write(page, desk)
        page.goto(f"{desk}{TICKET}")
        page.keyboard.press("r")
        page.keyboard.type("/li")
        expect(page.locator("#macro-list [role=option]:not([hidden])")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator("#macro-list")).to_be_hidden()
        page.locator("#body").fill("")
        page.locator("#body").focus()
        page.keyboard.type("/lid")
        expect(page.locator("#macro-list")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#body")).not_to_have_value("/lid")
        assert "pay the lid back" in page.locator("#body").input_value()
        expect(page.locator("#macro-does")).to_contain_text("refund")
        expect(page.locator("#send-words")).to_have_text("Send: Waiting on customer")
        expect(page.locator("#saved")).to_have_text("Draft saved")
        page.reload()
        expect(page.locator("#send-words")).to_have_text("Send: Waiting on customer")
        page.locator("#body").focus()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".msg--agent")).to_have_count(1)
        expect(page.locator("#inspector")).to_contain_text("refund")
        expect(page.locator("#send-words")).to_have_text("Send and solve")
        expect(page.locator("#macro-does")).to_be_hidden()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screens_of_macros(desk, viewport, locale, theme):
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)
        write(page, desk)
        page.locator(".macro-ul a").click()
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        page.goto(f"{desk}{TICKET}")
        page.locator("#body").focus()
        page.keyboard.type("/")
        expect(page.locator("#macro-list [role=option]")).to_have_count(1)
        no_findings(page)
        page.keyboard.press("Enter")
        expect(page.locator("#macro-does")).to_be_visible()
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
