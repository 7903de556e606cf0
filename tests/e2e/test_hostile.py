"""Hostile mail, through the real listener and pipeline, shown in a real browser.

Each payload stands in a mail of its own: as HTML, or as plain text, subject, name, file name, file,
calendar and forwarded mail. Wherever it is shown nothing runs, opens, leads away or loads.
"""

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import BrowserContext, Dialog, Page, Request, Route
from tests.browsing import CHROMIUM, chromium, require
from tests.hostile.payloads import BY_CLASS, HOST, filled

from onque.kernel.access import system_actor
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Status
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.services import properties
from onque.modules.identity.tests.factories import PASSWORD
from onque.modules.mail.models import InboundMail
from onque.modules.mail.tests.factories import ACME, drain, listener, make_mail_cast
from onque.modules.survey.models import Survey
from onque.modules.survey.services import asking
from onque.modules.survey.services.links import survey_url

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@dataclass
class World:
    """Where it is served, and what was made of the mails."""

    address: str
    numbers: list[int]
    messages: list[str]
    mails: list[str]
    survey: str


@dataclass
class Watch:
    """What pages tried to do."""

    here: str
    troubles: list[str] = field(default_factory=list)
    foreign: list[Request] = field(default_factory=list)
    asked: bool = False

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a browser; nothing foreign is ever really fetched."""
        context.route("**/*", self._route)
        context.on("page", self._page)

    def _page(self, page: Page) -> None:
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _route(self, route: Route) -> None:
        request = route.request
        if urlsplit(request.url).netloc == urlsplit(self.here).netloc:
            route.continue_()
            return
        self.foreign.append(request)
        if not self.asked:
            self.troubles.append(f"request: {request.resource_type} {request.url}")
        route.abort()


def raw(
    name: str, html: str | None, *, text: str | None = None, number: int = 0, **hostile: str
) -> bytes:
    """A mail of one payload; `hostile` may give subject, sender's name and file name."""
    mail = EmailMessage()
    mail["From"] = "cy@customer.example"
    mail.replace_header("From", f'"{hostile["sender"]}" <cy{number}@customer.example>') if (
        "sender" in hostile
    ) else None
    mail["To"] = ACME
    mail["Subject"] = hostile.get("subject", name)
    mail["Message-ID"] = f"<{name}.{number}@customer.example>"
    if number and html is not None:
        mail["In-Reply-To"] = f"<{name}.0@customer.example>"
    mail.set_content(text or "plain")
    if html is not None:
        mail.clear_content()
        mail.set_content(html, subtype="html")
        mail.add_related(PNG, "image", "png", cid="<own>", filename="own.png")
    if "file" in hostile:
        mail.add_attachment(b"<svg onload=window.__xss=1>", "image", "svg+xml", filename="x.svg")
        mail.add_attachment(PNG, "image", "png", filename=hostile["file"])
        calendar = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{hostile['file']}\nEND:VEVENT\n"
        mail.add_attachment(calendar.encode(), "text", "calendar", filename="invite.ics")
        forwarded = EmailMessage()
        forwarded["Subject"] = "forwarded"
        forwarded.set_content(hostile["file"], subtype="html")
        mail.add_attachment(forwarded)
    return mail.as_bytes()


def header_safe(payload: str) -> str:
    """A payload as it may stand in a header field: on one line."""
    return "".join(one for one in payload if one.isprintable()).replace('"', "'")


def deliver(port: int) -> None:
    """Hand in every payload: HTML by class on one ticket each, the others on their own."""
    with smtplib.LMTP("127.0.0.1", port, timeout=60) as peer:
        for name, group in BY_CLASS.items():
            for number, payload in enumerate(group):
                html = f"<p>before</p>{filled(payload)}<img src='cid:own'><p>after</p>"
                peer.sendmail("cy@customer.example", [ACME], raw(name, html, number=number))
        for number, payload in enumerate(BY_CLASS["texts"]):
            bad = filled(payload)
            field_value = header_safe(bad)
            mail = raw(
                f"plain{number}",
                None,
                text=bad,
                number=number,
                subject=field_value,
                sender=field_value,
                file=field_value,
            )
            peer.sendmail("cy@customer.example", [ACME], mail)
            # without any sender it is set aside, and shown in the ledger's preview
            lost = mail.replace(b"From:", b"X-From:", 1)
            peer.sendmail("", [ACME], lost)


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, ipv6=False)
    server.daemon_threads = False
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def world(committed, tmp_path, settings) -> Iterator[World]:
    require(CHROMIUM.exists(), "Chromium")
    settings.FILES_DIR = str(tmp_path)
    store.cache_clear()
    cast = make_mail_cast()
    with listener(limit_bytes=1_000_000) as port:
        deliver(port)
    drain(cast.acme)
    with tenant_scope(cast.acme):
        tickets = list(Ticket.objects.order_by("number"))
        properties.set_status(
            system_actor(cast.acme), ticket_id=tickets[-1].id, status=Status.SOLVED
        )
        survey_id = asking.ask(ticket_id=tickets[-1].id, resolution=1, solved_by="member")
        survey = Survey.objects.get(pk=survey_id)
        found = World(
            address="",
            numbers=[ticket.number for ticket in tickets],
            messages=[
                row.hex for row in Message.objects.exclude(html="").values_list("id", flat=True)
            ],
            mails=[str(row) for row in InboundMail.objects.values_list("id", flat=True)[:400:9]],
            survey="/survey/" + survey_url(survey).rpartition("/")[2],
        )
    with serving() as address:
        found.address = address
        yield found
    store.cache_clear()


def assert_untouched(page: Page, url: str) -> None:
    """Nothing ran in the page or any frame of it, and it is still where it was."""
    assert page.url.partition("#")[0] == url
    for frame in page.frames:
        assert frame.evaluate("window.__xss === undefined"), frame.url
    assert page.evaluate("document.title") != ""


def look(page: Page, url: str) -> None:
    page.goto(url)
    page.mouse.move(300, 300)
    page.mouse.wheel(0, 400)
    assert_untouched(page, url)


def test_nothing_of_hostile_mail_runs_loads_or_leads_away(world):
    at = f"{world.address}/desk/acme"
    watch = Watch(world.address)
    assert len(world.messages) > 150
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        watch.over(context)
        page = context.new_page()
        page.goto(f"{world.address}/desk/sign-in?next=/desk/acme/tickets/")
        page.fill("[name=email]", "bo@acme.test")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        for place in ("", "?view=solved", "?view=mine"):
            look(page, f"{at}/tickets/{place}")
        for number in world.numbers:
            look(page, f"{at}/tickets/{number}/")
        for tab in ("quarantined", "suspended", "done", "duplicate"):
            look(page, f"{at}/mail/quarantine/?tab={tab}")
        for mail in world.mails:
            look(page, f"{at}/mail/quarantine/{mail}/")
        with stranger(page, world) as outside:
            look(outside, f"{world.address}{world.survey}")
        assert watch.troubles == []
        assert watch.foreign == []
        watch.asked = True
        for number in world.numbers[: len(BY_CLASS)]:
            look(page, f"{at}/tickets/{number}/")
            for link in page.locator("a[data-letter]").all():
                link.click()
            page.wait_for_load_state("networkidle")
            assert_untouched(page, f"{at}/tickets/{number}/")
        for message in world.messages:
            look(page, f"{at}/messages/{message}/body?pictures=1")
    assert watch.troubles == []
    assert {request.resource_type for request in watch.foreign} == {"image"}
    assert {urlsplit(request.url).hostname for request in watch.foreign} <= {HOST}
    assert all("referer" not in request.headers for request in watch.foreign)


@contextmanager
def stranger(page: Page, world: World) -> Iterator[Page]:
    """A page of somebody who is not signed in, watched as well."""
    other = page.context.browser.new_context()
    watch = Watch(world.address)
    watch.over(other)
    yield other.new_page()
    assert watch.troubles == []
    assert watch.foreign == []
    other.close()
