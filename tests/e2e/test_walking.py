"""From ticket to ticket in a browser, through a view longer than what stands beside a ticket."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, desk, no_findings, visit

from onque.kernel import clock
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Ticket
from onque.modules.desk.tests.factories import receive

__all__ = ["desk"]
pytestmark = pytest.mark.browser
MANY = 65


@pytest.fixture
def long(desk, committed_cast):
    """Acme's four tickets and MANY behind them, each due a minute after the one before."""
    tenant_id = committed_cast.acme.id
    with tenant_scope(tenant_id):
        start = clock.now() + timedelta(days=5)
        for number in range(MANY):
            ticket = receive(tenant_id, subject=f"Question {number:02}")
            at = start + timedelta(minutes=number)
            Ticket.objects.filter(id=ticket.ticket_id).update(due_at=at, sort_at=at)
    return desk


def test_j_goes_on_beyond_what_stands_beside_the_ticket(long):
    with visit(long) as page:
        page.goto(f"{long}/desk/acme/tickets/4/")
        for number in (*range(5, 5 + MANY), 1):  # the first waits on its customer: it comes last
            page.keyboard.press("j")
            page.wait_for_url(f"**/tickets/{number}/**")
        expect(page.locator(".pi[aria-current]")).to_be_in_viewport()
        page.keyboard.press("j")
        expect(page.locator(".toast")).to_contain_text("This is the last ticket of the view.")
        page.keyboard.press("k")
        page.wait_for_url(f"**/tickets/{4 + MANY}/**")


def test_an_answered_ticket_leaves_and_its_next_one_stays_next(long):
    with visit(long, bypass_csp=True) as page:
        page.goto(f"{long}/desk/acme/tickets/50/?view=unassigned")
        page.keyboard.press("r")
        page.keyboard.type("Done.")
        page.keyboard.press("Control+Enter")
        expect(page.locator('[data-menu="status"] summary')).to_contain_text("Solved")
        expect(page.locator("#p50")).to_have_count(0)
        expect(page.locator("#pane h2")).to_have_text("Unassigned")
        no_findings(page)
        page.locator("#thread").focus()
        page.keyboard.press("j")
        page.wait_for_url("**/tickets/51/?view=unassigned**")
        page.keyboard.press("k")
        page.wait_for_url("**/tickets/49/?view=unassigned**")


def answer(page, text):
    page.keyboard.press("r")
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")


def after_send(page, words):
    """Choose what comes after a send, by keyboard alone."""
    menu = page.locator(".split .drop-menu > summary")
    menu.focus()
    page.keyboard.press("Enter")
    choice = page.get_by_role("button", name=words, exact=True)
    choice.focus()
    with page.expect_response("**/preferences"):
        page.keyboard.press("Enter")
    expect(choice).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()


def test_after_send_leads_to_the_next_one_and_in_the_end_to_the_list(long, settings):
    settings.UNDO_SECONDS = 30
    with visit(long, bypass_csp=True) as page:
        page.goto(f"{long}/desk/acme/tickets/{MANY + 3}/?view=unassigned")
        after_send(page, "Go to the next one")
        page.locator(".split .drop-menu > summary").click()
        no_findings(page)
        page.keyboard.press("Escape")
        answer(page, "The last but one.")
        page.wait_for_url(f"**/tickets/{MANY + 4}/?view=unassigned**")
        expect(page.locator("[data-undo-toast]")).to_contain_text(f"#{MANY + 3}")
        expect(page.locator("#body")).to_have_value("")
        answer(page, "The last.")
        page.wait_for_url("**/tickets/?view=unassigned**")
        expect(page.locator("#ended")).to_contain_text("No ticket comes after it")
        expect(page.locator("[data-undo-toast]")).to_contain_text(f"#{MANY + 4}")
        assert "ended" not in page.url


def test_after_send_back_to_the_list_or_stay(desk, settings):
    settings.UNDO_SECONDS = 30
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/?view=unassigned")
        after_send(page, "Back to the list")
        answer(page, "A new lid is on its way.")
        page.wait_for_url("**/tickets/?view=unassigned")
        page.keyboard.press("z")
        page.wait_for_url("**/tickets/2/**")
        expect(page.locator("#body")).to_have_value("A new lid is on its way.")
        after_send(page, "Stay on the ticket")
        page.locator("#body").focus()
        page.keyboard.press("Control+Enter")
        expect(page.locator("#messages")).to_contain_text("A new lid is on its way.")
        expect(page.locator("#body")).to_have_value("")
        assert "/tickets/2/" in page.url


def test_without_script_the_page_goes_on_too(long, settings):
    settings.UNDO_SECONDS = 30
    with visit(long, java_script_enabled=False) as page:
        page.goto(f"{long}/desk/acme/tickets/50/?view=unassigned")
        page.click(".split .drop-menu > summary")
        with page.expect_response("**/preferences"):
            page.get_by_role("button", name="Go to the next one").click()
        page.wait_for_url("**/tickets/50/?view=unassigned")
        page.wait_for_load_state()
        page.goto(f"{long}/desk/acme/tickets/50/?view=unassigned")
        page.fill("#body", "The third.")
        page.click("#send")
        page.wait_for_url("**/tickets/51/?view=unassigned**")


def test_the_word_at_the_end_is_seen_on_a_phone(desk):
    with visit(desk, viewport=NARROW) as page:
        page.goto(f"{desk}/desk/acme/tickets/?view=unassigned&ended=1")
        expect(page.locator("#ended")).to_be_in_viewport()
