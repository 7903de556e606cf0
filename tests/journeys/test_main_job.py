"""The main job, from an empty installation to the score on the ticket.

A workspace is made and set up by its owner; a customer's mail becomes a ticket that two agents see
live; one answers; the answer threads in the customer's mail box; the reply comes back; solving
sends the survey; the score shows on the open ticket. Real Chromium, Postfix and Dovecot.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsing import CHROMIUM, chromium, require
from tests.peers import MailPeer, installed
from tests.runtime.conftest import Installation

pytestmark = [pytest.mark.browser, pytest.mark.peers]

PASSWORD = "a long and quiet evening"
CUSTOMER = "cy@customer.test"
LINK = re.compile(r"https?://[^\s\"<>]+")


@pytest.fixture(scope="module")
def peer_and_home(tmp_path_factory) -> Iterator[tuple[MailPeer, Installation]]:
    require(CHROMIUM.exists(), "Chromium")
    require(installed(), "Dovecot with Postfix")
    home = Installation(tmp_path_factory.mktemp("onque"))
    lmtp = int(home.environment["ONQUE_LMTP_PORT"])
    peer = MailPeer({"acme.test": lmtp, "mail.onque.test": lmtp})
    peer.start()
    home.environment |= {
        "ONQUE_SMTP_URL": f"smtp://127.0.0.1:{peer.smtp_port}",
        "ONQUE_MAIL_DOMAIN": "mail.onque.test",
    }
    try:
        home.start()
        yield peer, home
    finally:
        if home.process is not None:
            home.process.terminate()
            home.process.wait(60)
        peer.stop()


def link_in(mail: EmailMessage, path: str) -> str:
    """Return the first link in the plain text that holds a path."""
    body = mail.get_body(("plain",))
    assert body is not None
    return next(found for found in LINK.findall(body.get_content()) if path in found)


def base(home: Installation) -> str:
    """Return where people reach the installation: sockets are for this host name alone."""
    return home.url.replace("127.0.0.1", "localhost")


def local(home: Installation, link: str) -> str:
    """Return a link of a mail, at the address this test reaches the installation by."""
    return base(home) + "/" + link.split("/", 3)[3]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def set_password(page: Page, home: Installation, peer: MailPeer, email: str) -> None:
    page.goto(f"{base(home)}/desk/forgot")
    page.get_by_label("E-mail address").fill(email)
    page.locator("form button[type=submit]").first.click()
    mail = peer.wait_for(email, lambda m: "/desk/reset/" in text_of(m))
    page.goto(local(home, link_in(mail, "/desk/reset/")))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    sign_in(page, home, email)


def sign_in(page: Page, home: Installation, email: str) -> None:
    page.goto(f"{base(home)}/desk/sign-in")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/desk/acme/"))


def join(context: BrowserContext, home: Installation, peer: MailPeer, name: str) -> Page:
    email = f"{name.lower()}@customer.test"
    page = context.new_page()
    mail = peer.wait_for(email, lambda m: "/desk/join/" in text_of(m))
    page.goto(local(home, link_in(mail, "/desk/join/")))
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page).to_have_url(re.compile("/desk/acme/"))
    return page


def customer_mail(text: str, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Cy Young <{CUSTOMER}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def set_up(browser: Browser, home: Installation, peer: MailPeer) -> None:
    made = home.run(
        *("tenant", "create", "--slug", "acme", "--name", "Acme", "--locale", "en"),
        *("--owner", "oda@customer.test", "--owner-name", "Oda"),
    )
    assert made.returncode == 0, made.stderr
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    set_password(page, home, peer, "oda@customer.test")
    page.goto(f"{base(home)}/desk/acme/mail/addresses/")
    page.get_by_label("New address").fill("help@acme.test")
    page.get_by_role("button", name="Add the address").click()
    expect(page.get_by_role("cell", name="help@acme.test", exact=True)).to_be_visible()
    for name in ("ada", "bo"):
        invited = home.run(
            *("member", "invite", "--tenant", "acme", "--role", "pro_agent"),
            *("--email", f"{name}@customer.test"),
        )
        assert invited.returncode == 0, invited.stderr
    context.close()


def test_from_a_customers_mail_to_the_score_on_the_ticket(peer_and_home):
    peer, home = peer_and_home
    with chromium() as browser:
        set_up(browser, home, peer)
        ada = join(browser.new_context(locale="en-GB"), home, peer, "Ada")
        bo = join(browser.new_context(locale="en-GB"), home, peer, "Bo")
        for page in (ada, bo):
            page.goto(f"{base(home)}/desk/acme/tickets/?view=all")
            expect(page.locator("[data-live-word]")).to_have_text("Live")
        first_id = arrives_live(peer, ada, bo)
        they_see_each_other(ada, bo)
        answer = the_answer_threads(peer, ada, bo, first_id)
        the_reply_comes_back(peer, ada, bo, answer)
        link = solving_asks_for_a_score(peer, ada)
        the_score_shows(browser, home, link, bo)


def arrives_live(peer: MailPeer, ada: Page, bo: Page) -> str:
    """A mail becomes a row on both open lists."""
    mail = customer_mail(
        "Hello, the lid of my kettle is broken.\n환불해 주세요.",
        Subject="Broken lid",
        To="help@acme.test",
        Message_ID="<first@customer.test>",
    )
    peer.send(mail, sender=CUSTOMER, to="help@acme.test")
    for page in (ada, bo):
        expect(page.get_by_role("link", name="Broken lid")).to_be_visible(timeout=30_000)
    return "<first@customer.test>"


def they_see_each_other(ada: Page, bo: Page) -> None:
    """Both open the ticket: each sees the other, and who writes."""
    for page in (ada, bo):
        page.get_by_role("link", name="Broken lid").first.click()
        expect(page.locator("#subject")).to_have_text("Broken lid")
    expect(ada.locator("#presence")).to_contain_text(re.compile("looking"))
    expect(bo.locator("#presence")).to_contain_text(re.compile("looking"))
    bo.locator("#body").fill("I am on it")
    expect(ada.locator("#collide")).to_contain_text("Bo is writing")
    bo.locator("#body").fill("")


def the_answer_threads(peer: MailPeer, ada: Page, bo: Page, first_id: str) -> EmailMessage:
    """Ada answers; the mail threads under the customer's own."""
    ada.locator("#body").fill("We send you a new lid today.")
    ada.keyboard.press("Control+Shift+Enter")
    expect(bo.locator("#thread")).to_contain_text("We send you a new lid today.")
    answer = peer.wait_for(CUSTOMER, lambda m: "a new lid today" in text_of(m))
    assert answer["In-Reply-To"] == first_id
    assert first_id in answer["References"]
    assert "Broken lid" in answer["Subject"]
    assert parseaddr(answer["Reply-To"])[1].endswith("@mail.onque.test")
    assert parseaddr(answer["From"])[0].startswith("Ada")
    return answer


def the_reply_comes_back(peer: MailPeer, ada: Page, bo: Page, answer: EmailMessage) -> None:
    """The customer's reply lands on the same ticket, open on both screens."""
    to = parseaddr(answer["Reply-To"])[1]
    reply = customer_mail(
        "Thank you, it fits!\n\nOn Monday, Ada wrote:\n> We send you a new lid today.",
        Subject=f"Re: {answer['Subject']}",
        To=to,
        Message_ID="<second@customer.test>",
        In_Reply_To=str(answer["Message-ID"]),
    )
    peer.send(reply, sender=CUSTOMER, to=to)
    for page in (ada, bo):
        expect(page.locator("#thread")).to_contain_text("Thank you, it fits!", timeout=30_000)
        expect(page).to_have_url(re.compile("/tickets/1/"))


def solving_asks_for_a_score(peer: MailPeer, ada: Page) -> str:
    """Send and solve; the survey's link comes by mail."""
    ada.locator("#body").fill("Enjoy your tea.")
    ada.keyboard.press("Control+Enter")
    survey = peer.wait_for(CUSTOMER, lambda m: "/survey/" in text_of(m))
    return link_in(survey, "/survey/")


def the_score_shows(browser: Browser, home: Installation, link: str, bo: Page) -> None:
    """Opening the page records nothing; sending it without script does, live on Bo's screen."""
    bo.goto(f"{base(home)}/desk/acme/tickets/1/?view=all")
    panel = bo.locator("[data-panel=survey]")
    expect(panel).to_contain_text("no answer yet")
    expect(bo.locator("[data-live-word]")).to_have_text("Live")
    page = browser.new_context(locale="en-GB", java_script_enabled=False).new_page()
    page.goto(local(home, link))
    bo.reload()
    expect(panel).to_contain_text("no answer yet")
    expect(bo.locator("[data-live-word]")).to_have_text("Live")
    page.locator("input[name=score][value='5']").check(force=True)
    page.locator("textarea[name=comment]").fill("고마워요, 아주 친절했어요")
    expect(page.locator("html")).to_have_attribute("lang", "ko")  # the language Cy wrote in
    page.locator("form.survey button[type=submit]").click()
    expect(panel).to_contain_text("5")
    expect(panel).to_contain_text("고마워요, 아주 친절했어요")
