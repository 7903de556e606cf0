"""The docs are about this source: nothing it has is missing, nothing they link is gone."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from tools.docs import pages, words

from onque.config.services import TABLE
from onque.kernel import jobs
from onque.modules.identity import rules

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MODULES = sorted(app.label for app in apps.get_app_configs() if ".modules." in app.name)
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


@pytest.mark.parametrize("name", sorted(pages.PAGES))
def test_generated_pages_are_current(name):
    assert (DOCS / "reference" / name).read_text() == pages.PAGES[name](), "run `make docs`"


def test_every_setting_says_what_it_is_for():
    assert pages.setting_names() == set(words.SETTINGS)


def test_every_permission_says_what_it_allows():
    assert set(rules.PERMISSIONS) == set(words.PERMISSIONS)


def test_every_error_code_belongs_to_one_refusal():
    codes = [kind.code for kind in pages.errors() if "code" in kind.__dict__]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_page(module):
    page = (DOCS / "modules" / f"{module}.md").read_text()
    for part in ("Owns", "Offers", "Listens", "Tables"):
        assert f"**{part}**" in page, f"docs/modules/{module}.md says nothing of {part}"


@pytest.mark.parametrize("module", MODULES)
def test_every_table_is_on_its_module_s_page(module):
    page = (DOCS / "modules" / f"{module}.md").read_text()
    for model in apps.get_app_config(module).get_models():
        assert f"`{model._meta.db_table}`" in page


def test_every_make_target_is_documented():
    targets = re.findall(r"^([a-z]+):.* ## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    page = (ROOT / "CONTRIBUTING.md").read_text()
    assert targets
    assert [target for target in targets if f"`make {target}`" not in page] == []


def test_every_service_is_in_the_overview():
    page = (DOCS / "architecture" / "overview.md").read_text()
    assert [row.name for row in TABLE if f"`{row.name}`" not in page] == []


def test_every_scheduled_job_is_documented():
    page = (DOCS / "architecture" / "events.md").read_text()
    assert [name for name in jobs.registry if f"`{name}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links {target}"


def test_every_page_can_be_reached_from_the_index():
    seen, todo = set(), [DOCS / "index.md"]
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s:]+\.md)", page.read_text())
        todo += [(page.parent / target).resolve() for target in links]
    assert {page.relative_to(DOCS) for page in DOCS.rglob("*.md")} == {
        page.relative_to(DOCS) for page in seen if page.is_relative_to(DOCS)
    }
