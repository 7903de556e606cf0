"""Groups in a real browser: made by the keyboard alone, then given tickets from the list."""

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
def test_a_group_is_made_and_gets_tickets_in_turn(desk, viewport, locale, theme):
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/settings/groups/")
        page.locator("[name=name]").focus()
        page.keyboard.type("Refunds")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for box in page.locator("[name=member]").all():
            box.focus()
            page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator(".done-line")).to_be_visible()
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        if folder := os.environ.get("ONQUE_PICTURES"):
            page.screenshot(path=f"{folder}/groups-{viewport['width']}.png")
        page.goto(f"{desk}/desk/acme/tickets/?view=all")
        page.keyboard.press("Control+a")
        page.keyboard.press("a")
        page.locator("#bulk [name=group]").focus()
        no_findings(page)
        page.keyboard.press("Enter")
        expect(page.locator("#bulk")).to_be_hidden()
        expect(page.locator("#list .tk-c-as .av--none")).to_have_count(0)
        page.keyboard.press("Control+a")
        page.keyboard.press("t")
        page.locator("#bulk-tag").focus()
        page.keyboard.type("lids")
        page.keyboard.press("Enter")
        expect(page.locator("#bulk")).to_be_hidden()
        expect(page.locator("#list .tag", has_text="lids")).to_have_count(4)


@pytest.mark.parametrize(
    ("viewport", "theme"), [(WIDE, "dark"), (NARROW, "light")], ids=["wide", "narrow"]
)
def test_roles_and_the_audit_log_by_keys(desk, viewport, theme):
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/settings/roles/")
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        if folder := os.environ.get("ONQUE_PICTURES"):
            page.screenshot(path=f"{folder}/roles-{viewport['width']}.png")
        page.locator(".macro-ul a").first.click()
        no_findings(page)
        page.goto(f"{desk}/desk/acme/settings/audit/")
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        if folder := os.environ.get("ONQUE_PICTURES"):
            page.screenshot(path=f"{folder}/audit-{viewport['width']}.png")
        page.locator("[name=kind]").select_option("ticket")
        page.locator("[name=kind]").focus()
        page.keyboard.press("Tab")
        page.locator(".acc-filter button").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**kind=ticket**")
        expect(page.locator("code", has_text="ticket.priority")).to_have_count(1)
        with page.expect_download() as given:
            page.locator(".page-h button").click()
        assert given.value.suggested_filename.endswith(".csv")
