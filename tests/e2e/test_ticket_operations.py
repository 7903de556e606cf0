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
        page.locator("#add-link").evaluate("(e) => { e.value = '1'; e.form.requestSubmit(); }")
        expect(page.locator(".ties li")).to_have_count(1)
        if viewport == NARROW:
            page.locator("label:has(#mv-info)").click()
        for key in ("later", "more", "followers"):
            page.locator(f'[data-menu="{key}"] summary').click()
            no_findings(page)
            page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_links_and_followers_by_keyboard(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/?view=all")
        page.locator("#add-link").focus()
        page.keyboard.type("99")
        page.keyboard.press("Enter")
        expect(page.locator("#notices")).to_contain_text("There is no such other ticket")
        expect(page.locator("#add-link")).to_have_value("99")
        page.locator("#add-link").fill("#1")
        page.keyboard.press("Enter")
        expect(page.locator(".ties")).to_contain_text("#1")
        expect(page.locator("#done")).to_contain_text("Bo linked #2 and #1")
        page.get_by_role("button", name="Take the link to #1 off").press("Enter")
        expect(page.locator(".ties")).to_have_count(0)
        page.locator("#thread").focus()
        page.keyboard.press("z")
        expect(page.locator(".ties")).to_contain_text("#1")
        page.locator('[data-menu="followers"] summary').press("Enter")
        page.get_by_role("button", name="Follow", exact=True).press("Enter")
        expect(page.locator("#inspector")).to_contain_text("Bo: Bo follows the ticket")
        page.goto(f"{desk}/desk/acme/tickets/?view=followed")
        expect(page.locator("#t2")).to_be_visible()
        expect(page.locator("#t1")).to_have_count(0)


def test_the_link_is_copied_and_paper_shows_the_conversation(desk):
    with visit(desk, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/?view=mine")
        page.locator('[data-menu="more"] summary').click()
        page.locator("#copy-link").click()
        expect(page.locator("#toasts")).to_contain_text("Link copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{desk}/desk/acme/tickets/2/"
        page.evaluate("globalThis.print = () => { document.title = 'printed'; }")
        page.locator('[data-menu="more"] summary').click()
        page.locator("#print").click()
        expect(page).to_have_title("printed")
        page.emulate_media(media="print")
        expect(page.locator("#messages")).to_contain_text("The lid is broken.")
        for hidden in ("#pane", "#composer", ".rail", "#toasts", '[data-menu="status"]'):
            expect(page.locator(hidden)).to_be_hidden()
