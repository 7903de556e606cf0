"""Customers in a real browser: changed and merged by the keyboard alone, in both themes."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers.models import CustomerRun
from onque.modules.customers.services import transferring
from onque.modules.desk.tests.factories import receive

__all__ = ["desk"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("viewport", "locale", "theme"),
    [(WIDE, "en", "light"), (NARROW, "ko", "dark")],
    ids=["wide", "narrow"],
)
def test_a_customer_is_changed_noted_and_merged(desk, committed_cast, viewport, locale, theme):
    with tenant_scope(committed_cast.acme.id):
        receive(committed_cast.acme.id, email="cy@old.test", subject="옛 주소로 보낸 문의")
    index.write_due()
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)

        def looks_right(name: str) -> None:
            no_findings(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            if folder := os.environ.get("ONQUE_PICTURES"):
                page.screenshot(path=f"{folder}/customers-{name}-{viewport['width']}.png")

        page.goto(f"{desk}/desk/acme/customers/?q=cy%40customer")
        looks_right("list")
        page.locator("a.main").first.focus()
        page.keyboard.press("Enter")
        page.locator("[name=name]").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("Cy Young")
        page.locator("select[name=rating]").select_option("vvip")
        page.locator("[name=name]").press("Enter")
        expect(page.locator(".done-line")).to_be_visible()
        page.locator("[name=text]").focus()
        page.keyboard.type("월요일에는 통화할 수 없어요.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#h-notes ~ .cu-ul, .cu-text").first).to_contain_text("월요일")
        looks_right("one")
        page.locator("a[href$='/merge']").focus()
        page.keyboard.press("Enter")
        page.locator("main [type=search]").fill("cy@old")
        page.keyboard.press("Enter")
        page.locator("[name=merged]").first.focus()
        page.keyboard.press("Space")
        looks_right("merge")
        page.keyboard.press("Enter")
        expect(page.locator("#h-merges")).to_be_visible()
        page.locator(".done-line button").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#h-merges")).to_have_count(0)


@pytest.mark.parametrize(
    ("viewport", "locale", "theme"),
    [(WIDE, "ko", "light"), (NARROW, "en", "dark")],
    ids=["wide", "narrow"],
)
def test_customers_come_from_a_file(desk, committed_cast, viewport, locale, theme):
    content = "이름,이메일,등급\r\n김치국,kim@shop.test,VIP\r\nNo,nonsense,\r\n".encode("cp949")
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)

        def looks_right(name: str) -> None:
            no_findings(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            if folder := os.environ.get("ONQUE_PICTURES"):
                page.screenshot(path=f"{folder}/import-{name}-{viewport['width']}.png")

        page.goto(f"{desk}/desk/acme/customers/import")
        looks_right("first")
        page.set_input_files(
            "[name=file]", {"name": "c.csv", "mimeType": "text/csv", "buffer": content}
        )
        page.locator("#file").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[name=column]")).to_have_count(3)
        looks_right("columns")
        page.locator("form.stackcards .btn--primary").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#run progress")).to_be_visible()
        looks_right("running")
        with ThreadPoolExecutor(1) as workers:
            workers.submit(_work, committed_cast.acme.id).result()
        expect(page.locator("#run progress")).to_have_count(0)  # by itself
        expect(page.locator("#run .cu-ul li")).to_have_count(1)
        looks_right("ended")


def _work(tenant_id):
    try:
        with tenant_scope(tenant_id):
            run_id = CustomerRun.objects.get().id
        while transferring.step(tenant_id, run_id):
            pass
    finally:
        connections.close_all()
