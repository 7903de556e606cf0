"""Axe finds nothing on any screen that links lead to, in both themes."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import BrowserContext
from tests.e2e.test_screens import WIDE, choose, desk, no_findings, visit

from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.fields.contracts import NewField
from onque.modules.fields.services import defining
from onque.modules.identity.services import groups
from onque.modules.identity.tests.factories import actor_of

__all__ = ["desk"]
pytestmark = pytest.mark.browser
FIRST = (
    "/desk/acme/tickets/",
    "/desk/acme/tickets/1/",
    "/desk/acme/search/?q=lid",
    "/desk/account/",
    "/desk/",
    "/portal/acme/acme/",
)
OUTSIDE = ("/desk/sign-in", "/desk/forgot", "/desk/join/none", "/")
LEFT_OUT = re.compile(r"/(sign-out|files|raw|static|picture|body|original)\b|\.(eml|csv|png|pdf)$")
FEWEST = 30
"""So many kinds of screens there are at least: fewer mean that the walk has lost its way."""


def kind_of(address: str) -> str:
    """Return an address without what differs from row to row."""
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}", "id", urlsplit(address).path)
    return re.sub(r"/\d+(?=/|$)", "/n", path)


def screens(context: BrowserContext, desk: str) -> list[str]:
    """Return one address of each kind that links lead to."""
    kinds: dict[str, str] = {}
    waiting = [desk + path for path in FIRST]
    while waiting:
        address = waiting.pop(0)
        if kind_of(address) in kinds or LEFT_OUT.search(urlsplit(address).path):
            continue
        answer = context.request.get(address)
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        kinds[kind_of(address)] = address
        links = re.findall(r'<a\b[^>]*?href="([^"#]+)', answer.text())
        waiting += [one for link in links if (one := urljoin(address, link)).startswith(desk)]
    return list(kinds.values())


@pytest.fixture
def filled(desk, committed_cast):
    """Something on the screens that would be empty."""
    cast = committed_cast
    bo = actor_of(cast.acme, cast.bo)
    with tenant_scope(cast.acme.id):
        for about in ("ticket", "customer"):
            new = NewField(about, "level", "레벨", "Level", "number", ())
            defining.save_field(bo, field_id=new_id(), version=0, new=new)
        groups.save_group(
            bo,
            group_id=new_id(),
            version=0,
            name="Refunds",
            member_ids=(cast.ada.id,),
            auto_assign=True,
        )
        customers.take_file(
            bo, name="c.csv", content=b"email,name\na@b.test,A\n", request_key=new_id()
        )
    return desk


def test_axe_finds_nothing_on_any_screen(filled):
    with visit(filled, viewport=WIDE, bypass_csp=True) as page:
        found = screens(page.context, filled)
        assert len(found) >= FEWEST, found
        for theme, locale in (("light", "en"), ("dark", "ko")):
            page.goto(f"{filled}/desk/acme/tickets/")
            choose(page, locale=locale)
            choose(page, theme=theme)
            for address in found:
                page.goto(address)
                try:
                    no_findings(page)
                except AssertionError as trouble:
                    raise AssertionError(f"{address}, {theme}: {trouble}") from None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_outside(desk, scheme):
    with visit(desk, viewport=WIDE, bypass_csp=True, color_scheme=scheme) as page:
        page.context.clear_cookies()
        for path in OUTSIDE:
            page.goto(f"{desk}{path}")
            no_findings(page)
