"""A long conversation in a real browser: earlier messages come above and stay."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.e2e.test_screens import desk, no_findings, visit

from onque.kernel import clock
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Message

__all__ = ["desk"]
pytestmark = pytest.mark.browser


def test_earlier_messages_come_above_and_stay(desk, committed_cast, settings):
    settings.UNDO_SECONDS = 0
    with tenant_scope(committed_cast.acme.id):
        first = Message.objects.filter(ticket__number=2).get()
        start = clock.now() - timedelta(days=30)
        Message.objects.filter(pk=first.pk).update(stored_at=start, written_at=start)
        Message.objects.bulk_create(
            Message(
                ticket_id=first.ticket_id,
                request_key=new_id(),
                direction="in",
                visibility="public",
                author_kind="customer",
                author_id=first.author_id,
                author_name="Cy",
                channel="email",
                text=f"Message {number}",
                written_at=start + timedelta(hours=number),
                stored_at=start + timedelta(hours=number),
            )
            for number in range(1, 330)
        )
        wanted = Message.objects.get(text="Message 40").id.hex
    with visit(desk, bypass_csp=True) as page:
        page.goto(f"{desk}/desk/acme/tickets/2/")
        expect(page.locator("#messages .msg")).to_have_count(200)
        newest = page.locator("#messages .msg").last
        expect(newest).to_be_in_viewport()
        for count in (300, 330):
            page.locator("#earlier a").focus()
            page.keyboard.press("Enter")
            expect(page.locator("#messages .msg")).to_have_count(count)
        expect(page.locator("#earlier")).to_have_count(0)
        headings = page.locator("#messages .day").all_inner_texts()
        assert len(headings) == len(set(headings))
        no_findings(page)
        page.keyboard.press("n")
        page.keyboard.type("All read")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#messages .msg")).to_have_count(331)
        texts = page.locator("#messages .msg .msg-t").all_inner_texts()
        assert texts[1:-1] == [f"Message {number}" for number in range(1, 330)]
        page.goto(f"{desk}/desk/acme/tickets/2/?m={wanted}#m{wanted}")
        expect(page.locator(f"#m{wanted}")).to_be_in_viewport()
        expect(page.locator("#newest a")).to_have_count(1)
        no_findings(page)
