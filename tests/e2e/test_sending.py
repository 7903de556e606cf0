"""Undo, copies and forwarding in a real browser, in both languages, without a finding of axe."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import holding
from onque.modules.desk.tests.factories import receive

__all__ = ["desk"]
pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _eight_seconds(settings):
    settings.UNDO_SECONDS = 8


def _release() -> None:
    holding.release_due()
    connections.close_all()


def _write_again(tenant_id: UUID) -> None:
    with tenant_scope(tenant_id):
        ticket_id = Ticket.objects.get(number=2).id
        receive(tenant_id, ticket_id=ticket_id, text="And the box.")
    connections.close_all()


def write(page, text: str) -> None:
    page.keyboard.press("r")
    page.keyboard.type(text)
    page.keyboard.press("Control+Shift+Enter")


def test_z_brings_the_reply_back(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/")
        write(page, "A new lid is on its way.")
        held = page.locator("[data-held=held]")
        expect(held).to_contain_text(re.compile(r"Sends in \d s"))
        expect(page.locator("[data-undo-toast]")).to_contain_text("#2")
        expect(page.locator("#body")).to_have_value("")
        page.locator("#thread").focus()
        page.keyboard.press("z")
        expect(page.locator("#body")).to_have_value("A new lid is on its way.")
        expect(held).to_have_count(0)
        expect(page.locator("[data-undo-toast]")).to_have_count(0)
        page.reload()
        expect(page.locator("#body")).to_have_value("A new lid is on its way.")
        page.locator("#discard").click()
        expect(page.locator("#body")).to_have_value("")


def test_the_toast_follows_to_other_pages(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/")
        write(page, "From afar.")
        expect(page.locator("[data-held=held]")).to_be_visible()
        page.goto(f"{desk}/desk/acme/tickets/")
        expect(page.locator("[data-undo-toast]")).to_contain_text("#2")
        page.keyboard.press("z")
        page.wait_for_url("**/tickets/2/**")
        expect(page.locator("#body")).to_have_value("From afar.")


def test_it_is_sent_when_nobody_says_otherwise(desk, settings):
    settings.UNDO_SECONDS = 1
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/")
        write(page, "Sent for good.")
        expect(page.locator("[data-held=held]")).to_contain_text("Sending")
        with ThreadPoolExecutor(1) as schedule:  # this thread runs the browser's loop
            schedule.submit(_release).result()
        expect(page.locator("[data-held]")).to_have_count(0)
        expect(page.locator(".msg--agent").last).to_contain_text("Sent for good.")


def test_a_press_counts_although_news_come_before_its_end(desk, committed_cast):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/")
        link = page.locator("[data-forward]").first
        link.hover()
        page.mouse.down()
        with ThreadPoolExecutor(1) as customer:  # this thread runs the browser's loop
            customer.submit(_write_again, committed_cast.acme.id).result()
        with page.expect_response(re.compile(r"parts=1")):
            page.evaluate("document.dispatchEvent(new Event('onque:resync'))")
        page.wait_for_timeout(300)
        page.mouse.up()
        expect(page.locator("#c-forward")).to_be_checked()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_composer_with_copies_and_forward(desk, settings, viewport, locale, theme):
    settings.UNDO_SECONDS = 120  # a slow machine must not change what is looked at
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/tickets/1/")
        page.locator("#copies summary").click()
        page.fill("#cc", "lee@friend.test")
        page.fill("#bcc", "boss@acme.test")
        no_findings(page)
        page.locator("#body").fill("보내 드렸어요.")
        page.locator("#send").click()
        held = page.locator("[data-held=held]")
        expect(held).to_contain_text("lee@friend.test")
        page.wait_for_timeout(300)
        no_findings(page)
        page.locator("[data-forward]").first.click()
        expect(page.locator("#c-forward")).to_be_checked()
        expect(page.locator("#forward-to")).to_be_focused()
        page.fill("#forward-to", "bank@pay.test")
        page.locator("#body").fill("확인해 주세요.")
        no_findings(page)
        page.locator("#send-forward").click()
        expect(held).to_have_count(2)
        expect(held.last).to_contain_text("bank@pay.test")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"]
