"""Merging and undo in a browser: by keyboard, with the toast and the activity log."""

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Ticket
from onque.modules.desk.tests.factories import receive

__all__ = ["desk"]

pytestmark = pytest.mark.browser


def test_merging_and_undo_by_keyboard(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/?view=all")
        page.keyboard.press("m")
        page.wait_for_url("**/tickets/2/merge**")
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=1**")
        expect(page.locator("[name=other]:checked")).to_have_value("1")
        page.get_by_role("button", name="Merge", exact=True).press("Enter")
        page.wait_for_url("**/tickets/1/**")
        expect(page.locator("#done")).to_contain_text("Bo merged #2 into #1")
        expect(page.locator("#messages")).to_contain_text("The lid is broken.")
        expect(page.locator("#messages")).to_contain_text("from #2")
        page.keyboard.press("z")
        expect(page.locator("#done")).to_have_count(0)
        expect(page.locator("#messages")).not_to_contain_text("The lid is broken.")
        expect(page.locator("#inspector")).to_contain_text("Undone by Bo")


def test_a_property_is_undone_from_the_toast_and_from_the_log(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/3/?view=all")
        status = page.locator('[data-menu="status"] summary')
        page.keyboard.press("e")
        expect(status).to_contain_text("Solved")
        expect(page.locator("#done")).to_contain_text("Solved")
        page.keyboard.press("z")
        expect(status).to_contain_text("New")
        page.keyboard.press("p")
        page.keyboard.press("Enter")
        expect(page.locator('[data-menu="priority"] summary')).to_contain_text("Urgent")
        page.keyboard.press("e")
        expect(status).to_contain_text("Solved")
        page.locator("#inspector .log li", has_text="Priority").locator("button").first.click()
        expect(page.locator("#inspector")).to_contain_text("Undone by Bo")
        expect(status).to_contain_text("Solved")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(desk, viewport, theme):
    locale = "ko" if theme == "dark" else "en"
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        if locale != "en":
            choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/tickets/2/merge?q=1")
        no_findings(page)
        page.goto(f"{desk}/desk/acme/tickets/2/")
        page.keyboard.press("e")
        expect(page.locator("#done")).to_be_visible()
        no_findings(page)


def test_nothing_is_lost_at_400_percent(desk):
    with visit(desk, viewport={"width": 320, "height": 640}) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/merge")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_merging_works_without_script(desk):
    with visit(desk, java_script_enabled=False) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/merge?q=1")
        page.get_by_role("button", name="Merge", exact=True).click()
        page.wait_for_url("**/tickets/1/**")
        page.locator("#done button").click()
        page.wait_for_url("**/tickets/1/**")
        expect(page.locator("#messages")).not_to_contain_text("The lid is broken.")


def test_later_by_keyboard_and_undo(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/?view=all")
        page.keyboard.press("h")
        expect(page.locator('[data-menu="later"] button').first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#done")).to_contain_text("Bo put it off until")
        expect(page.locator("#pane")).not_to_contain_text("Broken lid")
        page.keyboard.press("z")
        expect(page.locator("#pane")).to_contain_text("Broken lid")


def test_the_trash_and_back(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/?view=all")
        more = page.locator('[data-menu="more"] summary')
        more.press("Enter")
        page.get_by_role("button", name="Move to the trash").press("Enter")
        status = page.locator('[data-menu="status"] summary')
        expect(status).to_contain_text("Trash")
        expect(page.locator("#done")).to_contain_text("Trash")
        more.press("Enter")
        page.get_by_role("button", name="Restore").press("Enter")
        expect(status).to_contain_text("New")


def test_a_message_is_split_off_and_brought_back(desk, committed_cast):
    cast = committed_cast
    with tenant_scope(cast.acme.id):
        ticket_id = Ticket.objects.get(number=2).id
        receive(cast.acme.id, ticket_id=ticket_id, text="Another thing: the invoice.")
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/?view=all")
        page.locator(".msg").last.hover()
        page.locator(".msg").last.get_by_role("button", name="Make this message").click()
        page.wait_for_url("**/tickets/5/**")
        expect(page.locator("#messages")).to_contain_text("Another thing: the invoice.")
        expect(page.locator("#messages")).not_to_contain_text("The lid is broken.")
        page.keyboard.press("z")
        page.wait_for_url("**/tickets/2/**")
        expect(page.locator("#messages")).to_contain_text("Another thing: the invoice.")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_in_the_menus(desk, viewport):
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, theme="dark")
        page.goto(f"{desk}/desk/acme/tickets/2/")
        for key in ("later", "more"):
            page.locator(f'[data-menu="{key}"] summary').click()
            no_findings(page)
            page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
