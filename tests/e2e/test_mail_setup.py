"""The wizard in a real browser, against a real IMAP server: live, in both languages."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import caches
from django.db import connections
from playwright.sync_api import Page, expect
from tests.browsing import CHROMIUM, require
from tests.e2e.test_screens import NARROW, WIDE, choose, no_findings, serving, visit

from onque.modules.identity.sessions import front
from onque.modules.mail.services import checking
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests import trials
from onque.modules.mail.tests.dovecot import PASSWORD, Dovecot, dovecot
from onque.modules.mail.tests.trials import Relay

pytestmark = [pytest.mark.browser, pytest.mark.peers]


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@contextmanager
def working() -> Iterator[None]:
    """Do beside the browser what workers and the schedule do."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.2):
            checking.sweep()
            make.drain()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)


@pytest.fixture
def desk(committed: None, server: Dovecot) -> Iterator[tuple[str, Relay]]:
    require(CHROMIUM.exists(), "Chromium")
    caches["sessions"].clear()
    front.wake()
    make.make_mail_cast()
    with trials.relay(server) as relay, serving() as address, working():
        yield address, relay


def fill_server(page: Page, port: int, password: str = PASSWORD, prefix: str = "") -> None:
    page.fill(f"[name={prefix}host]", "127.0.0.1")
    page.fill(f"[name={prefix}port]", str(port))
    page.select_option(f"[name={prefix}security]", "none")
    if not prefix:
        page.fill("[name=user_name]", "support")
        page.fill("[name=password]", password)


def next_step(page: Page) -> None:
    with page.expect_navigation():
        page.click(".savebar .btn--primary")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(("locale", "theme"), [("ko", "light"), ("en", "dark")])
def test_from_the_address_to_the_connected_mailbox(desk, server, viewport, locale, theme):
    address, relay = desk
    with visit(address, viewport=viewport, bypass_csp=True) as page:
        if locale != "en":
            choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{address}/desk/acme/mail/addresses/")
        no_findings(page)
        page.goto(f"{address}/desk/acme/mail/setups/new")
        no_findings(page)
        page.fill("[name=address]", "shop@acme.example")
        next_step(page)
        fill_server(page, server.port, password="wrong")
        no_findings(page)
        next_step(page)
        expect(page.locator(".tests .bad")).to_have_count(1)
        no_findings(page)
        page.click(".savebar .btn >> nth=0")
        fill_server(page, server.port)
        next_step(page)
        # Dovecot makes an address wait that has just failed to log in
        expect(page.locator("#folders option[value=INBOX]")).to_have_count(1, timeout=40_000)
        next_step(page)
        fill_server(page, relay.port, prefix="out_")
        no_findings(page)
        next_step(page)
        done = {"ko": "시험 메일을 받았어요", "en": "The test mail arrived"}[locale]
        expect(page.locator("#check")).to_contain_text(done, timeout=30_000)
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        next_step(page)
        expect(page.locator("main")).to_contain_text("shop@acme.example")


def test_the_wizard_works_without_script(desk, server):
    address, _relay = desk
    with visit(address, java_script_enabled=False) as page:
        page.goto(f"{address}/desk/acme/mail/setups/new")
        page.fill("[name=address]", "shop@acme.example")
        next_step(page)
        fill_server(page, server.port)
        next_step(page)
        for _try in range(150):
            if "Opened the folder" in page.content():
                break
            page.wait_for_timeout(200)
            page.click("#check a")
            page.wait_for_load_state()
        expect(page.locator("#check")).to_contain_text("Opened the folder")
