"""Customers' pages in a real browser: without script, in both themes, without a finding of axe."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import expect
from tests.browsing import CHROMIUM, chromium, require

from onque.kernel.tenancy import tenant_scope
from onque.modules.identity import public as identity
from onque.modules.survey.models import Survey
from onque.modules.survey.tests.factories import asked

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("ONQUE_TEST_SHOTS", "")


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, ipv6=False)
    server.daemon_threads = False
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def survey_path(committed_cast):
    require(CHROMIUM.exists(), "Chromium")
    return asked(committed_cast)[1]


def without_findings(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == [], name


def test_a_customer_answers_without_script(survey_path, committed_cast):
    with (
        serving() as url,
        chromium() as browser,
        browser.new_context(base_url=url, java_script_enabled=False) as context,
    ):
        page = context.new_page()
        page.goto(f"{survey_path}?score=4&lang=ko")
        expect(page.get_by_role("heading", level=1)).to_have_text("응대는 어떠셨나요?")
        expect(page.get_by_role("radio", name="4")).to_be_checked()
        page.get_by_text("친절했어요", exact=True).click()
        page.get_by_label("한마디").fill("빨랐어요")
        page.get_by_role("button", name="보내기").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("남겨 주셔서 고맙습니다")
    with tenant_scope(committed_cast.acme.id):
        kept = Survey.objects.get()
    assert (kept.score, kept.reasons, kept.comment) == (4, ["friendly"], "빨랐어요")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_have_no_findings(survey_path, committed_cast, scheme, width):
    with tenant_scope(committed_cast.acme.id):
        identity.create_brand(
            name="Lumen Saga", slug="lumen", color="#F4CE7A", support_address="help@lumen.test"
        )
    with serving() as url, chromium() as browser:
        context = browser.new_context(
            base_url=url, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        refused: list[str] = []
        with context:
            page = context.new_page()
            page.on("console", lambda message: refused.append(message.text))
            for path, name in (
                (f"{survey_path}?score=4&lang=ko", "survey"),
                (f"{survey_path}?score=2&lang=en", "survey-low"),
                ("/survey/gone", "survey-unknown"),
                ("/portal/acme/lumen/?lang=ko", "portal"),
            ):
                page.goto(path)
                without_findings(page, f"{name}-{scheme}-{width}")
            page.goto(f"{survey_path}?score=5")
            page.get_by_role("button", name="Send").click()
            without_findings(page, f"survey-thanks-{scheme}-{width}")
    assert [text for text in refused if "Content Security Policy" in text] == []
