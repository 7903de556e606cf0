"""Many tickets at once in a browser: selection by keys and range, progress, report, undo."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import BulkRun, Ticket
from onque.modules.desk.services import bulk_working
from onque.modules.desk.tests.factories import receive

__all__ = ["desk"]

pytestmark = pytest.mark.browser


def fill(cast, count=40):
    with tenant_scope(cast.acme.id):
        for n in range(count):
            receive(cast.acme.id, subject=f"Lid {n}")


def work(cast):
    """As a worker does; this thread runs the browser's loop."""
    with ThreadPoolExecutor(1) as workers:
        workers.submit(_work, cast).result()


def _work(cast):
    try:
        with tenant_scope(cast.acme.id):
            ids = list(BulkRun.objects.filter(ended_at=None).values_list("id", flat=True))
        for one in ids:
            while bulk_working.step(cast.acme.id, one):
                pass
    finally:
        connections.close_all()


def test_ranges_are_selected_by_mouse_and_keys(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/?view=all")
        boxes = page.locator(".tk-sel")
        boxes.nth(0).click()
        boxes.nth(2).click(modifiers=["Shift"])
        expect(page.locator(".bulk-n")).to_have_text("3 selected")
        page.keyboard.press("Escape")
        expect(page.locator("#bulk")).to_be_hidden()
        page.keyboard.press("j")
        page.keyboard.press("Shift+J")
        expect(page.locator(".bulk-n")).to_have_text("2 selected")
        page.keyboard.press("Shift+K")
        expect(page.locator(".bulk-n")).to_have_text("2 selected")
        page.keyboard.press("Control+a")
        expect(page.locator(".bulk-n")).to_have_text("4 selected")


def test_everything_in_a_view_by_keyboard_with_progress_and_undo(desk, committed_cast):
    fill(committed_cast)
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/?view=all")
        page.keyboard.press("Control+a")
        expect(page.locator(".bulk-n")).to_have_text("30 selected")
        expect(page.locator("[data-select-everything]")).to_be_visible()
        page.keyboard.press("Control+a")
        expect(page.locator(".bulk-n")).to_contain_text("Everything in “All open”")
        page.keyboard.press("e")
        expect(page.locator("#bulk-run")).to_contain_text("Looking for the tickets")
        expect(page.locator("#bulk")).to_be_hidden()
        work(committed_cast)
        expect(page.locator("#bulk-run")).to_contain_text("44 changed")
        page.locator("#bulk-run").get_by_role("button", name="Undo").click()
        expect(page.locator("#bulk-run")).to_contain_text("Looking for the tickets")
        work(committed_cast)
        expect(page.locator("#bulk-run")).to_contain_text("Taken back.")
    with tenant_scope(committed_cast.acme.id):
        assert not Ticket.objects.filter(status="solved").exists()


def test_an_answer_about_the_act_before_does_not_hide_its_undoing(desk, committed_cast):
    fill(committed_cast)
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/?view=all")
        page.keyboard.press("Control+a")
        expect(page.locator("[data-select-everything]")).to_be_visible()
        page.keyboard.press("Control+a")
        expect(page.locator(".bulk-n")).to_contain_text("Everything in “All open”")
        page.keyboard.press("e")
        expect(page.locator("#bulk-run")).to_contain_text("Looking for the tickets")
        work(committed_cast)
        expect(page.locator("#bulk-run")).to_contain_text("44 changed")
        held = []

        def hold(route):
            held.append(route)

        strip = re.compile(r"/bulk/[0-9a-f-]+/\?parts")
        page.route(strip, hold, times=1)
        page.route(re.compile("/poll"), lambda route: route.abort())
        with page.expect_request(strip):
            page.evaluate("document.dispatchEvent(new Event('onque:resync'))")
        with page.expect_response(re.compile("/undo$")):
            page.locator("#bulk-run").get_by_role("button", name="Undo").click()
        held[0].continue_()
        expect(page.locator("#bulk-run")).to_contain_text("Looking for the tickets")


def test_a_reply_to_several_and_its_cancel(desk, committed_cast):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/?view=all")
        page.keyboard.press("Control+a")
        page.locator('[data-menu="reply"] summary').click()
        page.fill("#bulk-body", "Dear {{customer.name}}, we look into it.")
        page.get_by_role("button", name="Send to all of them").click()
        expect(page.locator("#bulk-run")).to_contain_text("Looking for the tickets")
        page.locator("#bulk-run").get_by_role("button", name="Cancel").click()
        work(committed_cast)
        expect(page.locator("#bulk-run")).to_contain_text("Cancelled")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(desk, committed_cast, viewport, theme):
    fill(committed_cast)
    with tenant_scope(committed_cast.acme.id):
        Ticket.objects.filter(number=40).update(status="closed")
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        if theme == "dark":
            choose(page, locale="ko")
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/tickets/?view=all")
        page.keyboard.press("Control+a")
        page.locator('[data-menu="reply"] summary').click()
        no_findings(page)
        page.fill("#bulk-body", "Hello")
        page.locator(".bulk-reply button").click()
        expect(page.locator("#bulk-run")).to_be_visible()
        no_findings(page)
        work(committed_cast)
        page.locator("#bulk-run a").click()
        page.wait_for_url("**/bulk/**")
        no_findings(page)
