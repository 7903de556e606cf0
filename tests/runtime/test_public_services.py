"""In production the public doors have their own database role, or do not start."""

import os
import subprocess
import sys

import pytest

READ = "from onque.config.settings import prod; print(prod.DATABASES['default']['USER'])"


def start(service: str, **extra: str) -> subprocess.CompletedProcess[str]:
    unset = {"ONQUE_PUBLIC_DATABASE_URL", "ONQUE_PUBLIC_DATABASE_URL_FILE"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    ours = {"ONQUE_SERVICE": service, "ONQUE_ENV": "prod", **extra}
    return subprocess.run(
        [sys.executable, "-c", READ],
        env=kept | ours,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("service", ["portal", "survey"])
def test_a_public_service_needs_the_public_role_in_production(service: str):
    refused = start(service)
    assert refused.returncode != 0
    assert "Set ONQUE_PUBLIC_DATABASE_URL" in refused.stderr

    url = "postgresql://onque_public@127.0.0.1:1/onque"
    assert start(service, ONQUE_PUBLIC_DATABASE_URL=url).stdout.strip() == "onque_public"


def test_others_start_without_it():
    assert start("desk").stdout.strip() == "onque_app"
    assert start("survey", ONQUE_ENV="dev").stdout.strip() == "onque_app"
