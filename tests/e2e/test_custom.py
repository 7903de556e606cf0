"""Custom fields by the keyboard alone, in a real browser."""

import os

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

__all__ = ["desk"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("viewport", "locale", "theme"),
    [(WIDE, "en", "light"), (NARROW, "ko", "dark")],
    ids=["wide", "narrow"],
)
def test_a_field_is_defined_and_filled(desk, viewport, locale, theme):
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)

        def looks_right(name: str) -> None:
            no_findings(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            if folder := os.environ.get("ONQUE_PICTURES"):
                page.screenshot(path=f"{folder}/fields-{name}-{viewport['width']}.png")

        for key, kind, options in (
            ("userLevel", "number", ""),
            ("devices", "choices", "iPhone\nGalaxy"),
        ):
            page.goto(f"{desk}/desk/acme/settings/fields/")
            page.locator("[name=type]").select_option(kind)
            page.locator("[name=label_ko]").fill("레벨")
            page.locator("[name=label_en]").fill(key)
            page.locator("[name=options]").fill(options)
            page.locator("[name=key]").focus()
            page.keyboard.type(key)
            page.keyboard.press("Enter")
            expect(page.locator(".banner[role=status]")).to_be_visible()
        looks_right("settings")
        page.goto(f"{desk}/desk/acme/tickets/2/fields")
        page.locator("[name=f-userLevel]").focus()
        page.keyboard.type("72")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        looks_right("form")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tickets/2/?**")
        expect(page.locator("#inspector")).to_contain_text("72")
        expect(page.locator("#inspector")).to_contain_text("iPhone")
        no_findings(page)
        page.locator("#thread").focus()
        page.keyboard.press("z")
        expect(page.locator("#inspector .facts", has_text="72")).to_have_count(0)
