"""`make screens`: every screen at 1440, 1024 and 390 px, light and dark, Korean and English.

Starts the product on a data folder of its own with the demo workspaces, follows the links from a
few first pages as the owner, takes one page of each kind of address (numbers and ids aside), and
writes docs/screens/<address>-<width>-<theme>-<locale>.png. To be looked at, not to be kept.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from onque.config.demo.people import HANBIT, HARBOR, PASSWORD
from onque.config.embedded.process import free_port

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screens"
WIDTHS = {1440: 900, 1024: 768, 390: 844}
THEMES = ("light", "dark")
WORKSPACES = {"ko": HANBIT, "en": HARBOR}
OUTSIDE = ("/desk/sign-in", "/desk/forgot", "/{slug}/{brand}/", "/{slug}/{brand}/write")
INSIDE = ("/desk/{slug}/tickets/", "/desk/{slug}/search/?q=a", "/desk/account/", "/desk/")
LEFT_OUT = re.compile(r"/(sign-out|caught|files|raw|static)\b|\.(eml|csv|png|pdf)$")
PORTS = ("HTTP", "SOCKETS", "POSTGRES", "REPLICA", "VALKEY", "LMTP", "CATCHER")
MOST = 150


def main() -> int:
    """Make all pictures. Returns 0."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with _product() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for theme in THEMES:
            for locale in WORKSPACES:
                count = _shoot(browser, url, theme, locale)
                print(f"{theme} {locale}: {count} screens", flush=True)
        browser.close()
    return 0


@contextmanager
def _product() -> Iterator[str]:
    """Run `onque up` on free ports; give its address once it is ready."""
    ports = {f"ONQUE_{name}_PORT": str(free_port()) for name in PORTS}
    environment = {**os.environ, **ports, "ONQUE_DATA_DIR": str(ROOT / ".cache" / "screens")}
    running = subprocess.Popen(
        [sys.executable, "-m", "onque.config", "up"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in running.stdout or ():
            if found := re.search(r"Desk +(http\S+?)/desk/", line):
                yield found[1]
                return
        raise RuntimeError("Onque did not start; see the lines above.")
    finally:
        running.send_signal(signal.SIGINT)
        running.wait()


def _shoot(browser: Browser, url: str, theme: str, locale: str) -> int:
    workspace = WORKSPACES[locale]
    names = {"slug": workspace.slug, "brand": workspace.brands[0].slug}
    context = browser.new_context(
        locale="ko-KR" if locale == "ko" else "en-GB",
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    screens = [url + one.format(**names) for one in OUTSIDE]
    for screen in screens:
        _pictures(page, screen, f"{theme}-{locale}")
    _sign_in(page, url, workspace.people[0].email)
    found = _screens(context, url, [url + one.format(**names) for one in INSIDE])
    for screen in found:
        _pictures(page, screen, f"{theme}-{locale}")
    context.close()
    return len(screens) + len(found)


def _sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/desk/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


def _screens(context: BrowserContext, url: str, first: list[str]) -> list[str]:
    """Return one address of each kind that can be reached by links."""
    kinds: dict[str, str] = {}
    waiting = list(first)
    while waiting and len(kinds) < MOST:
        address = waiting.pop(0)
        kind = _kind(address)
        if kind in kinds or LEFT_OUT.search(urlsplit(address).path):
            continue
        answer = context.request.get(address)
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        kinds[kind] = address
        links = re.findall(r'<a\b[^>]*?href="([^"#]+)', answer.text())
        waiting += [one for link in links if (one := urljoin(address, link)).startswith(url)]
    return list(kinds.values())


def _kind(address: str) -> str:
    """Return an address without what differs from row to row."""
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", urlsplit(address).path)
    return re.sub(r"/\d+(?=/|$)", "/n", path).strip("/").replace("/", "-")


def _pictures(page: Page, address: str, look: str) -> None:
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        page.screenshot(path=OUT / f"{_kind(address)}-{width}-{look}.png")


if __name__ == "__main__":
    sys.exit(main())
