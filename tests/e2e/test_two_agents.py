"""Two agents at one ticket with live sockets: a line cut for a minute, changes while one types.

The socket goes through a wire of the test's own that can be cut; the browser is taken offline too,
so that polling does not stand in for it.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.db import connections
from playwright.sync_api import Page, expect
from tests.browsing import chromium
from tests.e2e.test_drafts import sign_in
from tests.e2e.test_screens import desk, no_findings

from onque.config.embedded.process import free_port
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Status
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import properties, replies
from onque.modules.desk.tests.factories import receive
from onque.modules.identity.tests.factories import actor_of

__all__ = ["desk"]
pytestmark = pytest.mark.browser
TICKET = "/desk/acme/tickets/2/"
CUT_SECONDS = 60


class Wire:
    """A TCP line to a port that can be cut and mended."""

    def __init__(self) -> None:
        self.target, self.is_cut = 0, False
        self.ends: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()

    def mend(self) -> None:
        self.is_cut = False

    def _accept(self) -> None:
        with suppress(OSError):  # the test is over
            while True:
                near, _address = self.listener.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.target))
                self.ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=pair, daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def sockets_service(origin: str) -> Iterator[int]:
    """The sockets service in a process of its own, for pages of an origin."""
    port = free_port()
    code = f"from onque.config import sockets; sockets.run('127.0.0.1', {port})"
    given = {**os.environ, "ONQUE_SERVICE": "sockets", "ONQUE_PUBLIC_URL": origin}
    process = subprocess.Popen([sys.executable, "-c", code], env=given)
    try:
        until = time.monotonic() + 60
        while not _is_ready(port):
            assert time.monotonic() < until, "The service did not start."
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except URLError:
        return False


@pytest.fixture
def line(settings) -> Iterator[Wire]:
    """A wire for sockets; the content policy lets pages use it, so it is there before they are."""
    wire = Wire()
    settings.SOCKETS_URL = f"ws://127.0.0.1:{wire.port}"
    with closing(wire.listener):
        yield wire
        wire.cut()


@pytest.fixture
def wire(line, desk) -> Iterator[Wire]:
    """The desk's pages open their sockets through a wire."""
    with sockets_service(desk) as port:
        line.target = port
        yield line


@pytest.fixture
def acme(committed_cast):
    return committed_cast


def ticket_id(acme):
    with tenant_scope(acme.acme.id):
        return Ticket.objects.get(number=2).id


def elsewhere(acme, act: Callable[[], object]) -> None:
    """Let a colleague act meanwhile: in a thread, as the browser's own loop runs in this one."""

    def run() -> None:
        try:
            with tenant_scope(acme.acme.id):
                act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def listen(page: Page, topic: str) -> None:
    """Note every hint of a topic that the page hears."""
    page.evaluate(
        "(topic) => { globalThis.heard = []; document.addEventListener('onque:hint',"
        " ({ detail }) => { if (detail.topic === topic) heard.push(detail.kind); }); }",
        topic,
    )


def said(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#messages .msg .msg-t").all_inner_texts()]


def test_five_events_of_a_minute_without_a_line_come_in_order_and_once(wire, desk, acme):
    one = ticket_id(acme)
    ada = actor_of(acme.acme, acme.ada)
    events = (
        lambda: receive(acme.acme.id, ticket_id=one, text="First: it fell."),
        lambda: replies.add_note(ada, ticket_id=one, body="Second: ask.", request_key=new_id()),
        lambda: replies.post_reply(ada, ticket_id=one, body="Third: sorry.", request_key=new_id()),
        lambda: receive(acme.acme.id, ticket_id=one, text="Fourth: thanks."),
        lambda: properties.set_status(ada, ticket_id=one, status=Status.ON_HOLD),
    )
    with chromium() as browser:
        page = sign_in(browser, desk, "bo@acme.test")
        page.goto(f"{desk}{TICKET}")
        live = page.locator("[data-live-word]")
        expect(live).to_have_text("Live")
        before = said(page)
        listen(page, f"desk.ticket.{one.hex}")
        page.keyboard.press("r")
        page.keyboard.type("Half a sentence")
        page.context.set_offline(True)
        wire.cut()
        expect(live).to_have_text("Offline, trying again")
        for event in events:
            page.wait_for_timeout(CUT_SECONDS * 1000 / len(events))
            elsewhere(acme, event)
        assert said(page) == before
        assert page.evaluate("heard") == []
        wire.mend()
        page.context.set_offline(False)
        expect(live).to_have_text("Live", timeout=60_000)
        expect(page.locator('[data-menu="status"] summary')).to_contain_text("On hold")
        expect(page.locator("#messages")).to_contain_text("Fourth: thanks.")
        expected = ["First: it fell.", "Second: ask.", "Third: sorry.", "Fourth: thanks."]
        assert said(page) == [*before, *expected]
        kinds = ["customer_wrote", "noted", "replied", "customer_wrote", "changed"]
        assert page.evaluate("heard") == kinds
        expect(page.locator("#body")).to_have_value("Half a sentence")


def test_what_a_colleague_changes_while_one_types_is_shown_and_not_overwritten(
    wire, desk, acme, settings
):
    settings.UNDO_SECONDS = 0
    one = ticket_id(acme)
    ada = actor_of(acme.acme, acme.ada)
    take = partial(properties.assign, ada, ticket_id=one, member_id=ada.id, group_id=None)
    with chromium() as browser:
        page = sign_in(browser, desk, "bo@acme.test")
        page.goto(f"{desk}{TICKET}")
        expect(page.locator("[data-live-word]")).to_have_text("Live")
        status = page.locator('[data-menu="status"] summary')
        strip = page.locator("#changed")
        page.keyboard.press("r")
        page.keyboard.type("A new lid is on its way.")
        elsewhere(acme, take)
        expect(strip).to_have_text("Ada: Assignee nobody → Ada")
        elsewhere(acme, partial(properties.set_status, ada, ticket_id=one, status=Status.ON_HOLD))
        expect(strip).to_have_text("Ada: Status New → On hold")
        expect(status).to_contain_text("On hold")
        expect(page.locator("#body")).to_have_value("A new lid is on its way.")
        no_findings(page)

        page.keyboard.press("Control+Enter")
        error = page.locator("#composer-error")
        expect(error).to_contain_text("A colleague set the status to “On hold” meanwhile")
        expect(page.locator("#body")).to_have_value("A new lid is on its way.")
        expect(page.locator(".msg--agent")).to_have_count(0)
        page.locator("#body").focus()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".msg--agent")).to_have_count(1)
        expect(status).to_contain_text("Solved")
        expect(strip).to_be_hidden()


def test_a_menu_that_is_out_of_date_changes_nothing(desk, acme):
    one = ticket_id(acme)
    ada = actor_of(acme.acme, acme.ada)
    take = partial(properties.assign, ada, ticket_id=one, member_id=ada.id, group_id=None)
    with chromium() as browser:
        page = sign_in(browser, desk, "bo@acme.test")
        page.goto(f"{desk}{TICKET}")
        page.keyboard.press("a")
        elsewhere(acme, take)
        page.keyboard.press("Enter")
        expect(page.locator("#notices")).to_contain_text("A colleague was faster")
        assignee = page.locator('[data-menu="assignee"] summary')
        expect(assignee).to_contain_text("Ada")
        page.locator("#thread").focus()
        page.keyboard.press("a")
        page.keyboard.press("Enter")
        expect(assignee).to_contain_text("Bo")
        expect(page.locator("#notices")).to_be_empty()
