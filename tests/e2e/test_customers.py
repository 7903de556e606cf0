"""Customers in a real browser: changed and merged by the keyboard alone, in both themes."""

import os

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.tests.factories import receive

__all__ = ["desk"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("viewport", "locale", "theme"),
    [(WIDE, "en", "light"), (NARROW, "ko", "dark")],
    ids=["wide", "narrow"],
)
def test_a_customer_is_changed_noted_and_merged(desk, committed_cast, viewport, locale, theme):
    with tenant_scope(committed_cast.acme.id):
        receive(committed_cast.acme.id, email="cy@old.test", subject="옛 주소로 보낸 문의")
    index.write_due()
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)

        def looks_right(name: str) -> None:
            no_findings(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            if folder := os.environ.get("ONQUE_PICTURES"):
                page.screenshot(path=f"{folder}/customers-{name}-{viewport['width']}.png")

        page.goto(f"{desk}/desk/acme/customers/?q=cy%40customer")
        looks_right("list")
        page.locator("a.main").first.focus()
        page.keyboard.press("Enter")
        page.locator("[name=name]").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("Cy Young")
        page.locator("select[name=rating]").select_option("vvip")
        page.locator("[name=name]").press("Enter")
        expect(page.locator(".done-line")).to_be_visible()
        page.locator("[name=text]").focus()
        page.keyboard.type("월요일에는 통화할 수 없어요.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#h-notes ~ .cu-ul, .cu-text").first).to_contain_text("월요일")
        looks_right("one")
        page.locator("a[href$='/merge']").focus()
        page.keyboard.press("Enter")
        page.locator("main [type=search]").fill("cy@old")
        page.keyboard.press("Enter")
        page.locator("[name=merged]").first.focus()
        page.keyboard.press("Space")
        looks_right("merge")
        page.keyboard.press("Enter")
        expect(page.locator("#h-merges")).to_be_visible()
        page.locator(".done-line button").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#h-merges")).to_have_count(0)
