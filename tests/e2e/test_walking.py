"""From ticket to ticket in a browser, through a view longer than what stands beside a ticket."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import desk, no_findings, visit

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
