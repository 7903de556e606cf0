"""The list and the ticket in a real browser: by keyboard alone, in both languages and themes, wide
and narrow, without a finding of axe, and without breaking the content policy.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Page, expect
from tests.browsing import CHROMIUM, chromium, require

from onque.kernel import clock
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Priority
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import properties, replies
from onque.modules.desk.tests.factories import receive
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import PASSWORD, actor_of

WIDE = {"width": 1440, "height": 900}
SOCKETS_MISSING = re.compile(r"WebSocket connection to|status of 409|/ws/desk/")
NARROW = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


@contextmanager
def serving(
    make: Callable[[], Any] = lambda: StaticFilesHandler(get_wsgi_application()),
) -> Iterator[str]:
    """Serve the desk from this process; the static files as they lie in the source."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, ipv6=False)
    server.daemon_threads = False
    server.set_app(make())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def desk(committed_cast) -> Iterator[str]:
    """Serve Acme with tickets in every due group, a conversation and a 60-letter name."""
    require(CHROMIUM.exists(), "Chromium")
    cast = committed_cast
    bo = actor_of(cast.acme, cast.bo)
    with tenant_scope(cast.acme.id):
        tickets = [
            receive(cast.acme.id, subject=subject, text=text)
            for subject, text in (
                ("결제는 됐는데 상품이 안 들어왔어요", "두 번 결제된 것 같아요. 확인 부탁드려요."),
                ("Broken lid", "The lid is broken. See https://example.com/lid"),
                ("ガチャの天井", "昨日まで72回でした。"),
                ("Very long " * 30, "long " * 400),
            )
        ]
        for minutes, ticket in zip((-12, 18, 200, 3000), tickets, strict=True):
            row = Ticket.objects.get(id=ticket.ticket_id)
            row.due_at = row.sort_at = clock.now() + timedelta(minutes=minutes)
            row.save()
        properties.set_priority(bo, ticket_id=tickets[1].ticket_id, priority=Priority.URGENT)
        properties.add_tag(bo, ticket_id=tickets[1].ticket_id, name="lid")
        first = tickets[0].ticket_id
        for body, act in (
            ("Ask the maker, @Ada", replies.add_note),
            ("보고 있어요.", replies.post_reply),
        ):
            act(bo, ticket_id=first, body=body, request_key=new_id())
        identity.create_member(
            email="long@acme.test",
            name="Wolfeschlegelsteinhausenbergerdorff Sixtyletters Longname III",
            role_key="agent",
            password=PASSWORD,
        )
    with serving() as address:
        yield address


@contextmanager
def visit(desk: str, **given: object) -> Iterator[Page]:
    """Open a browser, sign Bo in and fail on any script error or refused resource."""
    with chromium() as browser:
        page = browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **given}).new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda line: troubles.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(f"{desk}/desk/sign-in?next=/desk/acme/tickets/")
        page.fill("[name=email]", "bo@acme.test")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        yield page
        assert [trouble for trouble in troubles if not SOCKETS_MISSING.search(trouble)] == []


SHOWN_AS = {"theme": "data-theme", "locale": "lang", "density": "data-density"}


def choose(page: Page, **taste: str) -> None:
    """Set theme or language as the person's menu does."""
    for name, value in taste.items():
        page.click("summary.rail-btn")
        page.click(f'[name={name}][value="{value}"]')
        expect(page.locator("html")).to_have_attribute(SHOWN_AS[name], value)
        page.wait_for_load_state()


def no_findings(page: Page) -> None:
    """Run axe over the page as it stands, once it is there."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_axe_finds_nothing(desk, viewport, theme, locale):
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        if locale != "en":
            choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/tickets/")
        expect(page.locator("html")).to_have_attribute("lang", locale)
        no_findings(page)
        page.locator("tr.tk .check input").first.check()
        no_findings(page)
        page.goto(f"{desk}/desk/acme/tickets/1/")
        no_findings(page)
        page.goto(f"{desk}/desk/acme/tickets/?view=mine")
        no_findings(page)


def test_nothing_is_lost_at_400_percent(desk):
    with visit(desk, viewport={"width": 320, "height": 640}) as page:
        for place in ("tickets/", "tickets/1/", "tickets/4/", "failures/"):
            page.goto(f"{desk}/desk/acme/{place}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 320, place
        page.goto(f"{desk}/desk/acme/tickets/")
        page.click(".views-open")
        expect(page.locator("#views")).to_be_visible()
        page.click("#views >> text=Unassigned")
        expect(page.locator("h1")).to_have_text("Unassigned")


def test_by_keyboard_from_the_list_to_a_solved_ticket(desk):
    with visit(desk) as page:
        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(page.locator("tr.is-cursor")).to_have_id("t2")
        page.keyboard.press("x")
        expect(page.locator("#bulk")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#bulk")).to_be_hidden()
        page.keyboard.press("Enter")
        page.wait_for_url("**/tickets/2/**")
        page.keyboard.press("r")
        page.keyboard.type("A new lid is on its way.")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#messages")).to_contain_text("A new lid is on its way.")
        expect(page.locator('[data-menu="status"] summary')).to_contain_text("Solved")
        expect(page.locator("#body")).to_have_value("")
        page.keyboard.press("n")
        page.keyboard.type("Sent by post")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".msg--note").last).to_contain_text("Sent by post")
        page.keyboard.press("Escape")
        page.wait_for_url("**/tickets/?view=all")
        expect(page.locator("#t2")).to_have_count(0)


def test_menus_open_by_key_and_give_focus_back(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/1/")
        page.keyboard.press("p")
        page.keyboard.press("Enter")
        expect(page.locator('[data-menu="priority"] summary')).to_contain_text("Urgent")
        page.keyboard.press("s")
        page.keyboard.press("Escape")
        expect(page.locator('[data-menu="status"] summary')).to_be_focused()
        page.keyboard.press("t")
        page.keyboard.type("refund")
        page.keyboard.press("Enter")
        expect(page.locator("#tags")).to_contain_text("refund")
        expect(page.locator("#add-tag")).to_have_value("")
        page.keyboard.type("urgent one")
        page.keyboard.press("Enter")
        expect(page.locator("#tags .tag")).to_have_text(["refund", "urgent one"])


def test_enter_on_a_check_box_opens_and_changes_nothing(desk):
    with visit(desk) as page:
        page.locator("#t2 .check input").check()
        page.keyboard.press("Enter")
        page.wait_for_url("**/tickets/2/**")
        expect(page.locator('[data-menu="status"] summary')).to_contain_text("New")
        expect(page.locator('[data-menu="assignee"] summary')).to_contain_text("Nobody")
        page.locator("#c-note").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#body")).to_be_focused()


def test_a_selection_is_solved_by_one_key(desk):
    with visit(desk) as page:
        page.locator("#t2 .check input").check()
        page.keyboard.press("e")
        expect(page.locator("#t2")).to_have_count(0)
        expect(page.locator("#bulk")).to_be_hidden()


def test_a_draft_survives_a_closed_tab(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/")
        page.keyboard.press("r")
        page.keyboard.type("Half a sen")
        page.goto(f"{desk}/desk/acme/tickets/1/")
        expect(page.locator("#body")).to_have_value("")
        page.goto(f"{desk}/desk/acme/tickets/2/")
        expect(page.locator("#body")).to_have_value("Half a sen")


def test_enter_during_composition_sends_nothing(desk):
    with visit(desk) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/")
        page.keyboard.press("r")
        page.keyboard.type("안녕")
        given = "{key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true}"
        page.locator("#body").evaluate(
            f"(e) => e.dispatchEvent(new KeyboardEvent('keydown', {given}))"
        )
        page.wait_for_timeout(300)
        expect(page.locator("#body")).to_have_value("안녕")
        expect(page.locator(".msg--agent")).to_have_count(0)


def test_taste_shows_at_once_and_is_kept(desk):
    with visit(desk) as page:
        page.click('[data-preference="density"] [value="dense"]')
        expect(page.locator("html")).to_have_attribute("data-density", "dense")
        assert page.locator("tr.tk").first.bounding_box()["height"] < 40
        choose(page, theme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.wait_for_timeout(300)
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.locator("html")).to_have_attribute("data-density", "dense")


def test_the_desk_works_without_script(desk):
    with visit(desk, java_script_enabled=False) as page:
        page.click("text=Broken lid")
        page.fill("#body", "A plain answer.")
        page.click("#send")
        expect(page.locator("#messages")).to_contain_text("A plain answer.")
        expect(page.locator('[data-menu="status"] summary')).to_contain_text("Solved")
        page.click('[data-menu="priority"] summary')
        page.click('[data-menu="priority"] [value="low"]')
        expect(page.locator('[data-menu="priority"] summary')).to_contain_text("Low")
