"""Mail's pages: what is shown, to whom, and what acts do."""

from uuid import UUID, uuid4

import pytest
from django.core.cache import caches
from django.test import Client

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.identity.sessions import front
from onque.modules.identity.tests.factories import PASSWORD
from onque.modules.mail.models import Address, InboundMail, OutboundMail
from onque.modules.mail.services import receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, MailCast


@pytest.fixture
def cast(committed: None) -> MailCast:
    caches["sessions"].clear()
    front.wake()
    return make.make_mail_cast()


def browser(email: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/desk/sign-in", {"email": email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.fixture
def bo(cast: MailCast) -> Client:
    return browser("bo@acme.test")


def held(cast: MailCast, text: str = "<b>who</b> am I") -> UUID:
    route = receiving.find_route(ACME)
    assert route
    raw = f"Subject: <script>alert(1)</script>\r\n\r\n{text}\r\n".encode()
    receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, ""))
    make.drain()
    return make.ledger(cast.acme)[-1].id


def failed(cast: MailCast, state: str = "failed") -> UUID:
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, ""))
    make.drain()
    ticket_id = make.ledger(cast.acme)[-1].ticket_id
    assert ticket_id
    make.answer(cast.ada, ticket_id)
    with make.sink():
        make.drain()
    with tenant_scope(cast.acme):
        OutboundMail.objects.update(state=state, error="550 no such user")
        return OutboundMail.objects.get().id


def test_the_quarantine_lists_what_is_held_and_why(cast: MailCast, bo: Client) -> None:
    held(cast)
    page = bo.get("/desk/acme/mail/quarantine/")
    words = page.content.decode()
    assert page.status_code == 200
    assert "No sender" in words
    assert "&lt;script&gt;" in words
    assert "<script>alert" not in words


@pytest.mark.parametrize(
    "tab", ["suspended", "rejected", "duplicate", "waiting", "done", "nonsense"]
)
def test_every_tab_opens(cast: MailCast, bo: Client, tab: str) -> None:
    held(cast)
    assert bo.get(f"/desk/acme/mail/quarantine/?tab={tab}").status_code == 200


def test_long_lists_have_pages(cast: MailCast, bo: Client) -> None:
    first = held(cast)
    with tenant_scope(cast.acme):
        row = InboundMail.objects.get(pk=first)
        for number in range(60):
            row.pk, row.position = uuid4(), str(number)
            row.save(force_insert=True)
    page = bo.get("/desk/acme/mail/quarantine/").content.decode()
    assert "after=" in page
    cursor = page.split("after=")[1].split('"')[0]
    assert bo.get(f"/desk/acme/mail/quarantine/?after={cursor}").status_code == 200
    assert bo.get("/desk/acme/mail/quarantine/?after=x").status_code == 422


def test_one_mail_is_shown_as_text_and_downloaded_raw(cast: MailCast, bo: Client) -> None:
    mail_id = held(cast)
    page = bo.get(f"/desk/acme/mail/quarantine/{mail_id}/").content.decode()
    assert "&lt;b&gt;who&lt;/b&gt; am I" in page
    assert "there is nobody to answer" in page
    raw = bo.get(f"/desk/acme/mail/quarantine/{mail_id}/raw")
    assert raw.content.startswith(b"Subject: <script>")
    assert raw["Content-Type"] == "application/octet-stream"
    assert "attachment" in raw["Content-Disposition"]


def test_retry_and_close(cast: MailCast, bo: Client) -> None:
    mail_id = held(cast)
    assert bo.post(f"/desk/acme/mail/quarantine/{mail_id}/retry").status_code == 302
    assert make.ledger(cast.acme)[0].state == "stored"
    assert bo.post(f"/desk/acme/mail/quarantine/{mail_id}/reject").status_code == 409
    make.drain()
    assert make.ledger(cast.acme)[0].state == "quarantined"
    assert bo.post(f"/desk/acme/mail/quarantine/{mail_id}/reject").status_code == 302
    assert make.ledger(cast.acme)[0].state == "rejected"
    assert bo.post(f"/desk/acme/mail/quarantine/{mail_id}/retry").status_code == 409


@pytest.mark.parametrize("state", ["stored", "parsed"])
def test_a_mail_whose_reader_was_lost_is_read_on_demand(
    cast: MailCast, bo: Client, state: str
) -> None:
    route = receiving.find_route(ACME)
    assert route
    (mail_id,) = receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, ""))
    with tenant_scope(cast.acme):
        InboundMail.objects.update(state="rejected", attempts=3)
    make.drain()  # the only event is used up without the mail being read
    with tenant_scope(cast.acme):
        InboundMail.objects.update(state=state)
    page = bo.get(f"/desk/acme/mail/quarantine/{mail_id}/").content.decode()
    assert "Try again" in page
    assert "Close without a ticket" not in page
    for _twice in range(2):
        assert bo.post(f"/desk/acme/mail/quarantine/{mail_id}/retry").status_code == 302
    make.drain()
    (row,) = make.ledger(cast.acme)
    assert (row.state, row.attempts) == ("done", 1)
    with tenant_scope(cast.acme):
        assert row.ticket_id
        assert len(desk.get_thread(row.ticket_id)) == 1


def test_outgoing_mail_waits_with_its_acts(cast: MailCast, bo: Client) -> None:
    mail_id = failed(cast, "unsure")
    page = bo.get("/desk/acme/mail/outgoing/").content.decode()
    assert "Perhaps sent" in page
    assert "550 no such user" in page
    assert bo.post(f"/desk/acme/mail/outgoing/{mail_id}/arrived").status_code == 302
    assert make.outgoing(cast.acme)[0].state == "sent"
    assert bo.post(f"/desk/acme/mail/outgoing/{mail_id}/send").status_code == 409


def test_the_reply_shows_how_it_fared(cast: MailCast, bo: Client) -> None:
    failed(cast)
    page = bo.get("/desk/acme/tickets/1/").content.decode()
    assert "Not delivered" in page
    assert "cy@customer.example: there is no such address" in page
    assert 'title="550 no such user"' in page


def test_a_wrong_address_is_corrected_on_the_ticket(cast: MailCast, bo: Client) -> None:
    mail_id = failed(cast)
    repair = f"/desk/acme/mail/outgoing/{mail_id}/repair"
    assert bo.post(repair, {"address": "nobody"}).status_code == 422
    script = {"HX-Request": "true"}
    assert bo.post(repair, {"address": "cy@right.example"}, headers=script).status_code == 204
    assert bo.post(repair, {"address": "cy@right.example"}).status_code == 409
    page = bo.get("/desk/acme/tickets/1/").content.decode()
    assert "Not delivered to cy@customer.example, sent again to cy@right.example" in page


def test_addresses_are_added(cast: MailCast, bo: Client) -> None:
    page = bo.get("/desk/acme/mail/addresses/").content.decode()
    assert ACME in page
    new = {"address": "VIP@acme.example", "brand": str(cast.acme_brand)}
    assert bo.post("/desk/acme/mail/addresses/new", new).status_code == 302
    with tenant_scope(cast.acme):
        assert Address.objects.filter(address="vip@acme.example").exists()
    for wrong in ("help@globex.example", "nonsense", ""):
        answer = bo.post("/desk/acme/mail/addresses/new", {**new, "address": wrong})
        assert answer.status_code == 422
    with tenant_scope(cast.acme):
        assert Address.objects.count() == 2


PATHS = ["quarantine/", "outgoing/", "addresses/", "quarantine/{id}/", "quarantine/{id}/raw"]
ACTS = [
    "quarantine/{id}/retry",
    "quarantine/{id}/reject",
    "outgoing/{id}/send",
    "outgoing/{id}/arrived",
]


def test_agents_and_outsiders_are_kept_out(cast: MailCast) -> None:
    mail_id = held(cast)
    ada, dee = browser("ada@acme.test"), browser("dee@globex.test")
    for path in PATHS:
        address = f"/desk/acme/mail/{path.format(id=mail_id)}"
        assert ada.get(address).status_code == 403
        assert dee.get(address).status_code == 404
    for path in ACTS:
        assert ada.post(f"/desk/acme/mail/{path.format(id=mail_id)}").status_code == 403
        assert dee.post(f"/desk/acme/mail/{path.format(id=mail_id)}").status_code == 404
        assert dee.post(f"/desk/globex/mail/{path.format(id=mail_id)}").status_code == 404
    assert make.ledger(cast.acme)[0].state == "quarantined"


def test_mailboxes_show_how_they_do(cast: MailCast, bo: Client) -> None:
    from onque.modules.mail.models import Mailbox
    from onque.modules.mail.services import addresses

    with tenant_scope(cast.acme):
        address = Address.objects.get()
        addresses.add_mailbox(
            cast.bo,
            address_id=address.id,
            server=addresses.ImapServer("imap.acme.example", "support", "secret"),
        )
        Mailbox.objects.update(state="failing", error="The server refused the password.")
        assert "secret" not in Mailbox.objects.get().sealed_password
    page = bo.get("/desk/acme/mail/addresses/").content.decode()
    assert "The server refused the password." in page
    assert "secret" not in page
