"""Mentions and the notifications centre in a real browser."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

from onque.kernel import events
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Mention, Ticket
from onque.modules.desk.services import properties, replies
from onque.modules.identity.tests.factories import actor_of

__all__ = ["desk"]
pytestmark = pytest.mark.browser
TICKET = "/desk/acme/tickets/2/"


def concern_bo(cast) -> None:
    """Let Ada mention Bo and assign a ticket to him, and the centre hear of it."""
    ada = actor_of(cast.acme, cast.ada)
    with tenant_scope(cast.acme.id):
        ids = dict(Ticket.objects.values_list("number", "id"))
        replies.add_note(ada, ticket_id=ids[2], body="@Bo, the lid?", request_key=uuid4())
        properties.assign(ada, ticket_id=ids[3], member_id=cast.bo.id, group_id=None)
        streams = set(OutboxEvent.objects.values_list("stream", flat=True))
    for stream in streams:
        events.deliver_stream(cast.acme.id, stream, "notifications.tell_members")


def test_a_colleague_is_mentioned_by_the_keyboard_alone(desk, committed_cast):
    with visit(desk) as page:
        page.goto(f"{desk}{TICKET}")
        page.keyboard.press("r")
        page.keyboard.type("cy@customer.test @A")
        expect(page.locator("#mention-list")).to_be_hidden()
        page.locator("#body").fill("")
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        page.keyboard.type("Please look, @ad")
        expect(page.locator("#mention-list [role=option]:not([hidden])")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator("#body")).to_have_value("Please look, @Ada ")
        page.keyboard.type("and tell me.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".msg--note")).to_contain_text("@Ada and tell me.")
    with tenant_scope(committed_cast.acme.id):
        found = Mention.objects.filter(ticket__number=2).values_list("member_id", flat=True)
        assert list(found) == [committed_cast.ada.id]


def test_the_bell_leads_to_the_ticket(desk, committed_cast):
    concern_bo(committed_cast)
    with visit(desk) as page:
        bell = page.locator(".rail-end a", has_text="Alerts")
        expect(bell.locator(".pip")).to_have_text("2")
        bell.click()
        page.locator(".notice", has_text="Ada mentioned you on #2").click()
        page.wait_for_url("**/tickets/2/")
        expect(page.locator(".rail-end .pip")).to_have_text("1")
        page.go_back()
        page.get_by_role("button", name="Mark all as read").click()
        expect(page.locator(".rail-end .pip")).to_be_hidden()
        expect(page.locator(".notice.is-new")).to_have_count(0)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screens_of_notices(desk, committed_cast, viewport, locale, theme):
    concern_bo(committed_cast)
    with visit(desk, viewport=viewport, bypass_csp=True) as page:
        choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/notices/")
        expect(page.locator(".notice.is-new")).to_have_count(2)
        expect(page.locator(".rail-end .pip")).to_have_text("2")
        no_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        page.goto(f"{desk}{TICKET}")
        page.check("#c-note", force=True)
        page.locator("#body").focus()
        page.keyboard.type("@")
        expect(page.locator("#mention-list [role=option]").first).to_be_visible()
        no_findings(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_new(desk, theme):
    with visit(desk, bypass_csp=True) as page:
        choose(page, theme=theme)
        page.goto(f"{desk}/desk/acme/notices/")
        expect(page.locator("#notices-list")).to_contain_text("Nothing new")
        expect(page.locator(".rail-end .pip")).to_be_hidden()
        no_findings(page)
