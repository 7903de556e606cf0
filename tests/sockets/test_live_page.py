"""live.js in a real browser against a real hub: hints, presence, reconnect, replay, polling."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

import onque.ui
from onque.kernel import realtime
from onque.kernel.tests.hub_server import TENANTS
from onque.kernel.tests.hubs import HubProcess, Peer, own_store
from tests.browsing import CHROMIUM, chromium, require

pytestmark = pytest.mark.browser
ACME = TENANTS["acme"]
LIVE = Path(onque.ui.__file__).parent / "static/ui/live.js"
PAGE = """<!doctype html><title>live</title>
<body data-socket-url="{sockets}" data-poll-url="/poll" data-cursor="{cursor}">
<script type="module">
import {{ follow, presence }} from "/live.js";
globalThis.heard = [];
for (const name of ["hint", "presence", "resync", "denied", "live"])
  document.addEventListener("onque:" + name, ({{ detail }}) => {{
    heard.push([name, detail ?? {{}}]);
    if (name === "live") document.title = detail.state;
  }});
follow("desk.ticket.a1", "desk.secret");
presence("a1", "viewing");
</script>"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with own_store(tmp_path_factory.mktemp("store")) as started:
        yield started


class Site(BaseHTTPRequestHandler):
    """The pages' own server, beside the hub's as in the embedded default."""

    page = ""

    def do_GET(self):
        is_script = self.path == "/live.js"
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_script else "text/html")
        self.end_headers()
        self.wfile.write((LIVE.read_text() if is_script else self.page).encode())

    def log_message(self, format, *args):  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as started:
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{started.server_port}"
        started.shutdown()


@pytest.fixture
def hub(server, settings, site):
    settings.CHANNELS_REDIS_URL = server.url(0)
    with HubProcess(server.url(0), site) as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    require(CHROMIUM.exists(), "Chromium")
    with chromium() as opened:
        yield opened


@pytest.fixture
def open_page(browser, site, hub):
    contexts = []

    def open_page(*, sockets="/ws/desk/acme", cursor=""):
        contexts.append(context := browser.new_context())
        context.add_cookies([{"name": "name", "value": "Ada", "url": site}])
        page = context.new_page()
        Site.page = PAGE.format(sockets=f"ws://127.0.0.1:{hub.port}{sockets}", cursor=cursor)
        page.goto(site)
        return page

    yield open_page
    for context in contexts:
        context.close()


def tell(topic, kind):
    realtime.send_now(ACME, [realtime.Hint(topic, kind)])


def heard(page, name, *, until, seconds=20):
    """Return the details heard under a name once `until` holds for them."""
    end = time.monotonic() + seconds
    while True:
        found = [detail for said, detail in page.evaluate("heard") if said == name]
        if until(found):
            return found
        assert time.monotonic() < end, found
        page.wait_for_timeout(50)


def kinds(hints):
    return [hint["kind"] for hint in hints]


def test_a_page_hears_hints_sees_people_and_is_denied_what_it_may_not_follow(hub, open_page):
    page = open_page(cursor=realtime.cursor(ACME))
    expect(page).to_have_title("connected")
    assert heard(page, "denied", until=bool) == [{"topic": "desk.secret"}]
    tell("desk.list", "created")
    assert kinds(heard(page, "hint", until=bool)) == ["created"]
    with Peer(hub, "Bo") as bo:
        bo.follow("desk.ticket.a1")
        bo.say("presence", ticket="a1", state="writing")
        bo.shows(("Ada", "viewing"), ("Bo", "writing"))
        heard(page, "presence", until=lambda found: len(found[-1]["people"]) == 2)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.goto("about:blank")
        bo.shows(("Bo", "writing"))


def test_what_happened_between_reading_and_connecting_is_heard(hub, open_page):
    cursor = realtime.cursor(ACME)
    tell("desk.ticket.a1", "replied")
    page = open_page(cursor=cursor)
    assert kinds(heard(page, "hint", until=bool)) == ["replied"]


def test_without_a_cursor_the_page_refreshes(hub, open_page):
    page = open_page()
    heard(page, "resync", until=bool)


def test_after_a_restart_the_page_comes_back_and_hears_what_it_missed(server, site, hub, open_page):
    page = open_page(cursor=realtime.cursor(ACME))
    expect(page).to_have_title("connected")
    hub.kill()
    expect(page).to_have_title("reconnecting")
    tell("desk.list", "missed")
    with HubProcess(server.url(0), site, port=hub.port) as again:
        expect(page).to_have_title("connected", timeout=90_000)
        assert kinds(heard(page, "hint", until=bool)) == ["missed"]
        with Peer(again, "Bo") as bo:
            bo.say("sub", topics=["desk.ticket.a1"], cursor=None)
            bo.shows(("Ada", "viewing"))


def test_where_sockets_are_blocked_the_page_polls(hub, open_page):
    cursor = realtime.cursor(ACME)
    page = open_page(sockets="/blocked", cursor=cursor)
    asked = []

    def answer(route):
        asked.append(route.request.url)
        hint = {"topic": "desk.list", "kind": "polled", "lsn": None, "data": {}}
        body = {"op": "hints", "cursor": f"e:{len(asked)}-0", "hints": [hint]}
        route.fulfill(body=json.dumps(body), content_type="application/json")

    page.route("**/poll?**", answer)
    expect(page).to_have_title("polling", timeout=30_000)
    assert kinds(heard(page, "hint", until=bool))[0] == "polled"
    assert "topic=desk.list" in asked[0]
    assert "topic=desk.ticket.a1" in asked[0]
