"""A real Chromium for tests, started as the documentation says."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

# A page may be late on a busy machine without being wrong; how fast it is belongs to bench/.
expect.set_options(timeout=20_000)

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def require(here: bool, what: str) -> None:
    """Skip loudly where a Debian package is missing; with CI set that is a failure."""
    if not here:
        if os.environ.get("CI"):
            pytest.fail(f"{what} is missing, and CI allows no skip.")
        pytest.skip(f"{what} is missing; run tools/debian-packages as root")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium with an empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), headless=True, args=ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()
