"""Search in a real browser: by keyboard alone, in both themes and languages, wide and narrow."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections
from playwright.sync_api import Page, expect
from tests.e2e.test_screens import NARROW, choose, desk, no_findings, visit

from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.tests.factories import receive

__all__ = ["desk"]
pytestmark = pytest.mark.browser
SHOTS = os.environ.get("ONQUE_SHOTS", "")


def shoot(page: Page, name: str) -> None:
    """Keep a picture where the environment names a folder."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def test_the_palette_finds_and_opens_by_keyboard_alone(desk: str):
    index.write_due()
    with visit(desk) as page:
        page.keyboard.press("Control+k")
        box = page.get_by_role("combobox", name="Search or go to")
        expect(box).to_be_focused()
        expect(page.get_by_role("option", name="Unassigned")).to_be_visible()
        page.keyboard.type("결제")
        option = page.get_by_role("option", name="결제는 됐는데 상품이 안 들어왔어요")
        expect(option.first).to_be_visible()
        no_findings(page)
        shoot(page, "palette-light")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        expect(option.first).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tickets/1/**")
        page.keyboard.press("Control+k")
        page.keyboard.type("lid")
        expect(page.get_by_role("option", name="Broken lid").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()


def test_all_results_stand_on_a_page(desk: str):
    index.write_due()
    with visit(desk, locale="ko-KR") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("lid")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/search/?q=lid")
        expect(page.locator("mark").first).to_have_text("lid", ignore_case=True)
        no_findings(page)
        shoot(page, "search-ko")
        choose(page, theme="dark")
        no_findings(page)
        shoot(page, "search-dark")
        page.goto(f"{desk}/desk/acme/search/?q=status:funny")
        no_findings(page)
        shoot(page, "search-unknown")


def test_it_fits_a_phone(desk: str):
    index.write_due()
    with visit(desk, viewport=NARROW) as page:
        page.goto(f"{desk}/desk/acme/search/?q=결제")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW["width"]
        no_findings(page)
        shoot(page, "search-390")
        page.keyboard.press("Control+k")
        page.keyboard.type("결제")
        expect(page.get_by_role("option").first).to_be_visible()
        page.wait_for_timeout(300)
        shoot(page, "palette-390")


def test_the_palette_acts_on_the_page(desk: str):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/")
        page.keyboard.press("Control+k")
        page.keyboard.type("status solved")
        act = page.locator('#pal-results [role="option"]', has_text="Status: Solved")
        expect(act).to_have_count(1)
        no_findings(page)
        for _ in range(page.locator('#pal-results [role="option"]').count()):
            if act.get_attribute("aria-selected") == "true":
                break
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("#palette")).to_be_hidden()
        expect(page.locator("#inspector .st--solved")).to_have_count(1)


def test_no_row_moves_under_a_pointer_that_rests_there(desk: str, committed_cast):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/?view=all")
        page.locator("#list tr.tk").first.hover()
        with ThreadPoolExecutor(1) as workers:
            workers.submit(_write, committed_cast.acme.id).result()
        page.evaluate("document.dispatchEvent(new Event('onque:resync'))")
        expect(page.locator("#arrivals")).to_be_visible()
        expect(page.locator("#list tr.tk")).to_have_count(4)
        page.keyboard.press(".")
        expect(page.locator("#list tr.tk")).to_have_count(5)


def _write(tenant_id: UUID) -> None:
    try:
        with tenant_scope(tenant_id):
            receive(tenant_id, subject="New one")
    finally:
        connections.close_all()
