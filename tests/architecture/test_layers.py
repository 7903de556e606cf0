"""The contracts of .importlinter cover what is there."""

import configparser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "src" / "onque" / "modules"
PRIVATE = ("services", "repositories", "models", "rules", "errors")


@pytest.fixture(scope="module")
def contracts():
    found = configparser.ConfigParser(interpolation=None)
    found.read(ROOT / ".importlinter")
    return found


def names():
    return sorted(path.parent.name for path in MODULES.glob("*/__init__.py"))


@pytest.mark.parametrize("module", names())
def test_what_is_private_is_protected(contracts, module):
    there = {
        f"onque.modules.{module}.{part}"
        for part in PRIVATE
        if (MODULES / module / part / "__init__.py").exists()
        or (MODULES / module / f"{part}.py").exists()
    }
    listed = contracts[f"importlinter:contract:private-{module}"]["protected_modules"].split()
    assert set(listed) == there


def test_every_contract_of_the_overview_is_there(contracts):
    page = (ROOT / "docs" / "architecture" / "overview.md").read_text()
    kinds = {name.split(":")[-1].split("-")[0] for name in contracts.sections()} - {"importlinter"}
    for kind in kinds:
        assert f"| {kind}" in page
    assert {"top", "stack", "inside", "doors", "orm", "plain", "quiet", "history"} <= kinds


def test_doors_have_doors_only():
    for folder in MODULES.glob("*/web"):
        assert (folder / "urls.py").exists(), f"{folder} has no addresses"
