"""The original of a message: for whoever sees its ticket, as text, and never run."""

from uuid import UUID, uuid4

import pytest
from django.core.cache import caches

from onque.kernel.errors import NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.tests.visiting import browser
from onque.modules.identity.sessions import front
from onque.modules.mail.models import InboundMail
from onque.modules.mail.services import originals, receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, MailCast

EVIL = "<script>window.__xss=1</script>"


@pytest.fixture
def cast(committed: None) -> MailCast:
    caches["sessions"].clear()
    front.wake()
    return make.make_mail_cast()


def arrived(cast: MailCast, text: str = EVIL) -> UUID:
    """A customer's mail on its ticket; the message's id."""
    route = receiving.find_route(ACME)
    assert route
    raw = make.raw_mail(text, more=f"X-Evil: {EVIL}\n")
    (mail_id,) = receiving.store_mail([route], Arrival(raw, "lmtp", uuid4().hex, ""))
    make.drain()
    with tenant_scope(cast.acme):
        found = InboundMail.objects.get(pk=mail_id).message_id
    assert found
    return found


def page_of(message_id: UUID) -> str:
    return f"/desk/acme/messages/{message_id}/original"


def test_the_ticket_leads_to_the_original(cast: MailCast) -> None:
    message_id = arrived(cast)
    ada = browser("ada@acme.test")  # an agent, without the ledger's permission
    assert f'href="{page_of(message_id)}"' in ada.get("/desk/acme/tickets/1/").content.decode()
    answer = ada.get(page_of(message_id))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "X-Evil" in page
    assert "&lt;script&gt;window.__xss=1&lt;/script&gt;" in page
    assert EVIL not in page


def test_the_file_is_the_mail_and_never_shown(cast: MailCast) -> None:
    message_id = arrived(cast)
    answer = browser("ada@acme.test").get(page_of(message_id) + ".eml")
    assert f"X-Evil: {EVIL}".encode() in answer.content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Disposition"].rstrip('"').endswith(".eml")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_large_mail_is_cut_on_the_page_only(cast: MailCast) -> None:
    message_id = arrived(cast, "word " * 100_000)
    ada = browser("ada@acme.test")
    answer = ada.get(page_of(message_id))
    assert "The mail goes on." in answer.content.decode()
    assert len(answer.content) < 300_000
    assert len(ada.get(page_of(message_id) + ".eml").content) > 500_000


@pytest.mark.parametrize("ending", ["", ".eml"])
def test_who_does_not_see_the_ticket_does_not_see_its_mail(cast: MailCast, ending: str) -> None:
    message_id = arrived(cast)
    assert browser("dee@globex.test").get(page_of(message_id) + ending).status_code == 404
    elsewhere = page_of(message_id).replace("acme", "globex") + ending
    assert browser("dee@globex.test").get(elsewhere).status_code == 404
    assert browser("ada@acme.test").get(page_of(uuid4()) + ending).status_code == 404
    with tenant_scope(cast.acme):
        Ticket.objects.update(assignee_id=cast.bo.id)
    assert browser("ada@acme.test").get(page_of(message_id) + ending).status_code == 404
    assert browser("bo@acme.test").get(page_of(message_id) + ending).status_code == 200


def test_what_came_by_no_mail_has_no_original(cast: MailCast) -> None:
    arrived(cast)
    with tenant_scope(cast.acme):
        ticket_id = Ticket.objects.get().pk
    make.answer(cast.ada, ticket_id)
    with make.sink():
        make.drain()
    with tenant_scope(cast.acme):
        message_id = Message.objects.get(direction="out").pk
        with pytest.raises(NotFound):
            originals.get_original(cast.ada, message_id=message_id)


def test_it_takes_the_same_queries_however_long_the_ticket(
    cast: MailCast, django_assert_max_num_queries: object
) -> None:
    message_id = arrived(cast)
    with tenant_scope(cast.acme):
        for _again in range(5):
            make.answer(cast.ada, Ticket.objects.get().pk)
    with tenant_scope(cast.acme), django_assert_max_num_queries(8):  # type: ignore[operator]
        originals.get_original(cast.ada, message_id=message_id)
