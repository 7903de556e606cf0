"""Saved views in a browser: made by hand, live in the list, deleted and brought back."""

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

__all__ = ["desk"]

pytestmark = pytest.mark.browser


def test_a_view_is_made_by_keyboard_used_and_undone(desk):
    with visit(desk) as page:
        page.keyboard.press("f")
        page.wait_for_url("**/views/new**")
        page.fill("[name=name]", "Everything open")
        page.locator("[name=name]").press("Enter")
        page.wait_for_url("**view=**")
        expect(page.locator("h1")).to_have_text("Everything open")
        expect(page.locator("tr.tk")).to_have_count(4)
        expect(page.locator("#views")).to_contain_text("Everything open")
        page.get_by_role("link", name="Change the view").click()
        page.get_by_role("button", name="Delete").click()
        page.wait_for_url("**deleted=**")
        expect(page.locator("#views")).not_to_contain_text("Everything open")
        page.keyboard.press("z")
        expect(page.locator("#views")).to_contain_text("Everything open")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(desk, viewport, theme):
    locale = "ko" if theme == "dark" else "en"
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        if locale != "en":
            choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/views/new")
        no_findings(page)
        page.fill("[name=name]", "긴급 Urgent")
        page.locator("[name=name]").press("Enter")
        page.wait_for_url("**view=**")
        no_findings(page)


def test_nothing_is_lost_at_400_percent(desk):
    with visit(desk, viewport={"width": 320, "height": 640}) as page:
        page.goto(f"{desk}/desk/acme/views/new")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
