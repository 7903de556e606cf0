"""Hostile words wherever words are shown again: nothing runs, even without our content policy.

The browser is told to bypass the policy, so that escaping alone must hold. Each payload stands as
subject, customer's name, file name, tag, text, macro, brand name, and what is typed into forms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from tests.browsing import CHROMIUM, chromium, require
from tests.e2e.test_hostile import Watch, assert_untouched, header_safe, look, raw, serving
from tests.hostile.payloads import SCRIPTS, TEXTS, filled

from onque.config.catcher.box import Box
from onque.kernel.search import index
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts.macros import NewMacro
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.services import macros, properties, replies
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import PASSWORD
from onque.modules.mail.rules.parsing import parse_mail
from onque.modules.mail.services import receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, MailCast
from onque.modules.portal.services import inquiry_types
from onque.modules.portal.services.inquiry_types import TypeChange

pytestmark = pytest.mark.browser
WORDS = [filled(one) for one in (*TEXTS, *SCRIPTS[:8])]


@dataclass
class World:
    address: str
    cast: MailCast
    box: Box
    numbers: list[int]
    messages: list[UUID]
    sent: list[bytes]


@pytest.fixture
def world(committed, tmp_path, settings) -> Iterator[World]:
    require(CHROMIUM.exists(), "Chromium")
    settings.FILES_DIR = str(tmp_path / "files")
    settings.CAUGHT_MAIL_DIR = str(tmp_path / "caught")
    settings.UNDO_SECONDS = 0
    store.cache_clear()
    cache.clear()
    cast = make.make_mail_cast()
    receive_all()
    sent = work_on_all(cast)
    index.write_due()
    box = Box(tmp_path / "caught")
    for one in sent:
        box.keep(one, "<x>", WORDS[:3])
    with tenant_scope(cast.acme):
        numbers = list(Ticket.objects.order_by("number").values_list("number", flat=True))
        came = list(Message.objects.filter(direction="in").values_list("id", flat=True))
    with serving() as address:
        yield World(address, cast, box, numbers, came, sent)
    store.cache_clear()


def receive_all() -> None:
    """One mail for each payload, which is its subject, sender's name, file name and text."""
    route = receiving.find_route(ACME)
    assert route
    arrivals = []
    for number, word in enumerate(WORDS):
        line = header_safe(word)
        names = {"subject": f"zebra {line}", "sender": line, "file": line}
        mail = raw(f"w{number}", None, text=f"zebra {word}", number=number, **names)
        sender = f"cy{number}@customer.example"
        arrivals.append(Arrival(mail, "lmtp", uuid4().hex, sender))
    for arrival in arrivals:
        receiving.store_mail([route], arrival)
    make.drain()


def work_on_all(cast: MailCast) -> list[bytes]:
    """Tag, note and answer each ticket with its payload, and set up what bears one; our mail."""
    with tenant_scope(cast.acme):
        tickets = list(Ticket.objects.order_by("number"))
        assert len(tickets) == len(WORDS)
        for ticket, given in zip(tickets, WORDS, strict=True):
            word = given
            properties.add_tag(cast.bo, ticket_id=ticket.id, name=word)
            note = f"@Bo zebra {word}"
            replies.add_note(cast.ada, ticket_id=ticket.id, body=note, request_key=uuid4())
            replies.post_reply(cast.ada, ticket_id=ticket.id, body=word, request_key=uuid4())
            word = given.replace("{{", "{")  # what names no variable is refused
            new = NewMacro(name=word[:80], text_ko=word, text_en=word, folder=word[:40])
            macros.save_macro(cast.bo, macro_id=uuid4(), new=new)
        for number, word in enumerate(WORDS):
            brand = identity.create_brand(name=word[:80], slug=f"b{number}", locale="en")
            change = TypeChange({"ko": word, "en": word}, {"ko": word, "en": word}, ())
            inquiry_types.add_type(cast.bo, brand_id=brand.id, change=change)
    with make.sink() as sink:
        make.drain()
    return [content for _sender, _to, content in sink.received]


@pytest.fixture
def page(world: World) -> Iterator[Page]:
    """Bo's browser, without the content policy; nothing foreign is asked for."""
    watch = Watch(world.address)
    with chromium() as browser:
        context = browser.new_context(bypass_csp=True, locale="en-GB")
        watch.over(context)
        page = context.new_page()
        page.goto(f"{world.address}/desk/sign-in?next=/desk/acme/tickets/")
        page.fill("[name=email]", "bo@acme.test")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        yield page
    assert watch.troubles == []
    assert watch.foreign == []


def in_the_desk(world: World, page: Page) -> None:
    at = f"{world.address}/desk/acme"
    for number in world.numbers:
        look(page, f"{at}/tickets/{number}/")
    for message_id in world.messages:
        look(page, f"{at}/messages/{message_id}/original")
    for place in ("tickets/", "notices/", "macros/", "mail/quarantine/?tab=done", "mail/sending/"):
        look(page, f"{at}/{place}")
    expect_words(page, f"{at}/notices/")
    expect_words(page, f"{at}/macros/")


def expect_words(page: Page, url: str) -> None:
    """The payloads are on the page indeed, as words."""
    page.goto(url)
    assert page.get_by_text("window.__xss=1").count() > 5


def in_search_and_the_palette(world: World, page: Page) -> None:
    at = f"{world.address}/desk/acme"
    expect_words(page, f"{at}/search/?q=zebra")
    assert page.locator("mark").count() > 5
    for asked in ("window", "script", "tag:script", *WORDS[::2]):
        page.goto(f"{at}/search/")
        page.locator("main [name=q]").fill(asked.replace("\n", " "))
        page.locator("main [name=q]").press("Enter")
        page.wait_for_load_state()
        assert page.evaluate("window.__xss === undefined"), asked
    for asked in ("zebra", "script", WORDS[0], WORDS[1]):
        page.goto(f"{at}/tickets/")
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Search or go to").fill(asked)
        expect(page.locator("#palette [role=option]").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert_untouched(page, f"{at}/tickets/")


def in_the_portal(world: World, page: Page) -> None:
    for number, word in enumerate(WORDS):
        write = f"{world.address}/portal/acme/b{number}/write?lang=en"
        look(page, write.replace("/write", "/"))
        page.goto(write)
        for field in page.locator("main input[type=text], main input[type=email], textarea").all():
            if field.is_visible():
                field.fill(word.replace("\n", " "))
        with page.expect_navigation():
            page.locator("main form").last.evaluate("form => form.submit()")
        assert page.evaluate("window.__xss === undefined"), word
        expect(page.get_by_role("alert").first).to_be_visible()  # the e-mail address is none
        assert page.get_by_label("Subject").input_value()
    look(page, f"{world.address}/desk/acme/mail/sending/")
    look(page, f"{world.address}/desk/acme/mail/addresses/")


def in_the_mail_we_send(world: World, page: Page) -> None:
    assert len(world.sent) >= len(WORDS)
    look(page, f"{world.address}/caught/")
    for caught in world.box.newest()[: len(WORDS)]:
        look(page, f"{world.address}/caught/{caught.name}/")
    for one in world.sent:
        page.goto("about:blank")
        html = parse_mail(one).html
        assert html
        page.set_content(html)
        page.mouse.move(300, 100)
        assert page.evaluate("window.__xss === undefined"), html
        assert page.url == "about:blank"


def test_nothing_runs_wherever_words_are_shown_again(world: World, page: Page) -> None:
    in_the_desk(world, page)
    in_search_and_the_palette(world, page)
    in_the_portal(world, page)
    in_the_mail_we_send(world, page)
