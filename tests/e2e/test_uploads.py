"""Files in the composer, in a real browser: chosen, dropped, pasted, taken out, sent."""

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.test_screens import NARROW, WIDE, choose, desk, no_findings, visit

__all__ = ["desk"]
pytestmark = pytest.mark.browser
TICKET = "/desk/acme/tickets/2/"
GIVE = """([kind, name, text, words]) => {
  const data = new DataTransfer();
  if (words) data.setData("text/plain", words);
  data.items.add(new File([text], name, { type: "text/plain" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.getElementById("body").dispatchEvent(event);
}"""


def pick(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#add-files", {"name": name, "mimeType": "text/plain", "buffer": content})


def test_files_are_chosen_dropped_pasted_kept_and_sent(desk, settings):
    settings.UNDO_SECONDS = 8
    with visit(desk) as page:
        page.goto(f"{desk}{TICKET}")
        page.keyboard.press("r")
        page.keyboard.type("Here they are.")
        taken = page.locator("#uploads .upload input")
        pick(page, "one.txt", b"1")
        expect(taken).to_have_count(1)
        page.evaluate(GIVE, ["drop", "two.txt", "2"])
        expect(taken).to_have_count(2)
        page.evaluate(GIVE, ["paste", "three.txt", "3"])
        expect(taken).to_have_count(3)
        page.evaluate(GIVE, ["paste", "cells.png", "4", "A1\tB1"])  # from a table: the words count
        expect(page.locator("#uploads .upload")).to_have_count(3)
        page.get_by_role("button", name="Remove two.txt").click()
        expect(taken).to_have_count(2)
        expect(page.locator("#body")).to_have_value("Here they are.")
        expect(page.locator("#saved")).to_have_text("Draft saved")
        page.reload()
        expect(taken).to_have_count(2)
        page.locator("#body").focus()
        page.keyboard.press("Control+Shift+Enter")
        expect(page.locator("[data-held=held]")).to_contain_text("three.txt")
        page.locator("#thread").focus()
        page.keyboard.press("z")
        expect(taken).to_have_count(2)
        settings.UNDO_SECONDS = 0
        page.locator("#body").focus()
        page.keyboard.press("Control+Shift+Enter")
        sent = page.locator(".msg--agent")
        expect(sent).to_contain_text("one.txt")
        expect(sent).to_contain_text("three.txt")
        expect(taken).to_have_count(0)


@pytest.mark.parametrize(("locale", "theme"), [("ko", "light"), ("en", "dark")])
def test_a_refusal_says_what_to_do_and_keeps_what_was_typed(desk, locale, theme):
    with visit(desk, viewport=NARROW if locale == "ko" else WIDE, bypass_csp=True) as page:
        if locale != "en":
            choose(page, locale=locale)
        choose(page, theme=theme)
        page.goto(f"{desk}{TICKET}")
        page.locator("#body").focus()
        page.keyboard.type("Typed")
        pick(page, "good.txt", b"1")
        pick(page, "setup.exe", b"MZ")
        why = page.locator("#uploads [role=alert]")
        expect(why).to_contain_text("압축" if locale == "ko" else "Put it into an archive")
        page.route("**/uploads", lambda route: route.abort())
        pick(page, "lost.txt", b"1")
        expect(why).to_have_count(2)
        expect(page.locator("#body")).to_have_value("Typed")
        expect(page.locator("#uploads .upload input")).to_have_count(1)
        no_findings(page)
