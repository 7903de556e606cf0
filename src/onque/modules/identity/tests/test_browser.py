"""A real browser: the form, a passkey of a virtual device, and the pages' looks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread

from onque.modules.identity.tests.factories import PASSWORD

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SHOTS = os.environ.get("ONQUE_SHOTS", "")


@pytest.fixture
def address(cast, monkeypatch) -> Iterator[str]:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
    server = LiveServerThread("localhost", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://localhost:{server.port}"
    server.terminate()


@pytest.fixture
def page(address):
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed.")
    playwright = pytest.importorskip("playwright.sync_api")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the driver runs a loop in this thread
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        context = chromium.new_context(base_url=address, locale="ko-KR")
        found = context.new_page()
        refused: list[str] = []
        found.on(
            "console",
            lambda line: refused.append(line.text) if "Content Security" in line.text else None,
        )
        yield found
        assert refused == []
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def shoot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def sign_in(page, email: str) -> None:
    page.goto("/desk/sign-in?next=/desk/account/")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    shoot(page, "sign-in")
    page.click("form.acc-form button[type=submit]")
    page.wait_for_url("**/desk/account/")


def test_a_passkey_is_made_and_signs_in_alone(page):
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, "oda@acme.test")
    page.goto("/desk/account/passkeys")
    page.fill("#password", PASSWORD)
    shoot(page, "confirm")
    page.click("button.btn--brand")
    page.wait_for_url("**/desk/account/passkeys")
    shoot(page, "passkey")
    page.fill("#name", "Test device")
    page.click("button.btn--brand")
    page.wait_for_url("**/desk/account/recovery-codes")
    shoot(page, "recovery-codes")
    page.goto("/desk/account/")
    assert page.get_by_text("Test device").is_visible()
    shoot(page, "account")
    page.locator("form[action='/desk/sign-out'] button").click()
    page.wait_for_url("**/desk/sign-in")

    page.locator("form[data-passkey=get] button").click()

    page.wait_for_url("**/desk/acme/**")
    shoot(page, "desk")
    page.goto("/desk/acme/settings/members/")
    assert page.locator("tbody tr").count() == 3
    shoot(page, "members")
    page.goto("/desk/account/app")
    shoot(page, "app")
