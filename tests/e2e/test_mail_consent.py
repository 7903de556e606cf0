"""Signing in with a mail provider in a real browser, against a local authority and Dovecot."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from playwright.sync_api import Page, expect
from tests.browsing import CHROMIUM, require
from tests.e2e.test_mail_screens import shoot
from tests.e2e.test_mail_setup import next_step, working
from tests.e2e.test_screens import NARROW, WIDE, choose, no_findings, serving, visit

from onque.kernel.tenancy import tenant_scope
from onque.modules.identity.sessions import front
from onque.modules.mail.models import Mailbox, Setup
from onque.modules.mail.services import polling
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.authority import Authority, authority
from onque.modules.mail.tests.dovecot import Dovecot, dovecot
from onque.modules.mail.tests.factories import MailCast

pytestmark = [pytest.mark.browser, pytest.mark.peers]
T = TypeVar("T")
SHOP = "shop@gmail.com"
SAYS = {
    "ko": ("Google로 로그인", "폴더를 열었어요", "더는 통하지 않아요", "허용되지 않았어요"),
    "en": ("Sign in with Google", "Opened the folder", "no longer counts", "was not allowed"),
}


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    with authority() as running:
        running.user = SHOP
        monkeypatch.setattr(settings, "MAIL_AUTHORITIES", running.settings())
        yield running


@pytest.fixture
def server(there: Authority) -> Iterator[Dovecot]:
    with dovecot(authority=there.url) as running:
        yield running


@pytest.fixture
def cast(committed: None) -> MailCast:
    caches["sessions"].clear()
    front.wake()
    return make.make_mail_cast()


@pytest.fixture
def desk(cast: MailCast, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    require(CHROMIUM.exists(), "Chromium")
    with make.sink(), serving() as address, working():
        monkeypatch.setattr(settings, "PUBLIC_URL", address)
        yield address


def looked_at(page: Page, name: str, width: int) -> None:
    no_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shoot(page, name)


def aside(act: Callable[[], T]) -> T:
    """Do it on a thread of its own: Playwright's has an event loop, where Django refuses."""

    def closed() -> T:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(closed).result()


def poll(cast: MailCast) -> Mailbox:
    def act() -> Mailbox:
        with tenant_scope(cast.acme):
            box = Mailbox.objects.get()
        polling.poll(cast.acme, box.id)
        with tenant_scope(cast.acme):
            return Mailbox.objects.get()

    return aside(act)


def point_at(cast: MailCast, server: Dovecot) -> None:
    def act() -> None:
        with tenant_scope(cast.acme):
            Setup.objects.update(host="127.0.0.1", port=server.port, security="none")

    aside(act)


@pytest.fixture
def place(
    desk: str, cast: MailCast, there: Authority, server: Dovecot
) -> tuple[str, MailCast, Authority, Dovecot]:
    return desk, cast, there, server


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(("locale", "theme"), [("ko", "light"), ("en", "dark")])
def test_signed_in_refused_and_signed_in_again(place, viewport, locale, theme) -> None:
    desk, cast, there, server = place
    sign_in, opened, ended, denied = SAYS[locale]
    shape, width = f"{locale}-{theme}-{viewport['width']}", viewport["width"]
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        if locale != "en":
            choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/mail/setups/new")
        page.fill("[name=address]", SHOP)
        next_step(page)
        point_at(cast, server)
        looked_at(page, f"consent-wizard-{shape}", width)
        page.get_by_role("link", name=sign_in).click()
        page.click("#no")
        expect(page.get_by_role("alert")).to_contain_text(denied)
        looked_at(page, f"consent-denied-{shape}", width)
        page.locator(".btnrow .btn--primary").click()
        page.click("#yes")
        page.wait_for_url("**/folder")
        expect(page.locator("#check")).to_contain_text(opened, timeout=40_000)
        looked_at(page, f"consent-tried-{shape}", width)
        page.goto(page.url.replace("/folder", "/incoming"))
        looked_at(page, f"consent-allowed-{shape}", width)
        page.goto(page.url.replace("/incoming", "/test"))
        next_step(page)
        assert poll(cast).state == "ok"

        there.good.clear()
        there.refuses_refresh = True
        assert poll(cast).reason == "token_refused"
        page.goto(f"{desk}/desk/acme/mail/addresses/")
        expect(page.locator("main")).to_contain_text(ended)
        looked_at(page, f"consent-failing-{shape}", width)
        page.locator("a[href$='/sign-in']").click()
        page.wait_for_url("**/sign-in")
        looked_at(page, f"consent-again-{shape}", width)
        page.locator(".btnrow .btn--primary").click()
        page.click("#yes")
        page.wait_for_url("**/sign-in")
        expect(page.locator("#check")).to_contain_text(opened, timeout=40_000)
        page.reload()
        looked_at(page, f"consent-repaired-{shape}", width)
        assert poll(cast).state == "ok"


def test_without_script_a_button_goes_on(place) -> None:
    desk = place[0]
    with visit(desk, java_script_enabled=False) as page:
        page.goto(f"{desk}/desk/acme/mail/setups/new")
        page.fill("[name=address]", SHOP)
        next_step(page)
        page.get_by_role("link", name="Sign in with Google").click()
        page.click("#yes")
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/folder")
