"""A list that goes on by itself, in a real browser; and what its first paint weighs."""

import pytest
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import expect
from tests.e2e.test_bulk import fill
from tests.e2e.test_screens import NARROW, WIDE, desk, no_findings, serving, visit

from onque.config import preparing

__all__ = ["desk"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_list_goes_on_where_its_end_comes_into_sight(desk, committed_cast, viewport):
    fill(committed_cast, 96)  # 100 with those of the desk
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        page.goto(f"{desk}/desk/acme/tickets/?view=all")
        rows = page.locator("#list tr.tk")
        expect(rows).to_have_count(30)
        page.keyboard.press("End")
        expect(rows).to_have_count(60)
        expect(page.locator("#grown")).to_have_text("60 tickets are listed now.")
        for _ in range(31):
            page.keyboard.press("j")
        expect(rows).to_have_count(90)
        page.keyboard.press("End")
        expect(rows).to_have_count(100)
        expect(page.locator("#list .pager")).to_have_count(0)
        numbers = page.evaluate("[...document.querySelectorAll('#list tr.tk')].map((r) => r.id)")
        assert len(set(numbers)) == 100
        groups = page.evaluate(
            "[...document.querySelectorAll('#list tbody')].map((b) => b.dataset.group)"
        )
        assert len(set(groups)) == len(groups)
        no_findings(page)
        last = numbers[80]
        page.locator(f"#{last} .tk-sel").check()
        page.evaluate("document.dispatchEvent(new Event('onque:resync'))")
        expect(page.locator("#bulk")).to_be_visible()
        expect(rows).to_have_count(100)
        page.locator(f"#{last} .tk-sel").uncheck()
        page.locator(f"#{last} .tk-s1 a").click()
        page.wait_for_url("**/tickets/*/**")
        page.go_back()
        expect(rows).to_have_count(100)
        expect(page.locator(f"#{last}")).to_be_in_viewport()


LIGHTEST_BYTES = 150_000


@pytest.fixture
def as_served(desk, settings, tmp_path):
    """The desk with its static files hashed and compressed, as `onque up` serves them."""
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "onque.ui.storage.StaticStorage"},
    }
    preparing.collect_static()
    with serving(get_wsgi_application) as address:
        yield address


def test_the_first_paint_is_light_and_nothing_moves(as_served, committed_cast):
    fill(committed_cast, 40)
    with visit(as_served) as page:
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        sizes: list[float] = []
        wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
        page.add_init_script(
            "globalThis.shifts = 0; new PerformanceObserver((seen) => {"
            " for (const one of seen.getEntries()) globalThis.shifts += one.value;"
            "}).observe({ type: 'layout-shift', buffered: true });"
        )
        page.goto(f"{as_served}/desk/acme/tickets/?view=all", wait_until="networkidle")
        expect(page.locator("#list tr.tk")).to_have_count(30)
        assert page.evaluate("globalThis.shifts") < 0.01
        assert page.locator("script:not([src]), style, [style]").count() == 0
        assert sum(sizes) <= LIGHTEST_BYTES, sizes
