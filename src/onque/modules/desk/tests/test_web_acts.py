"""Forms of the desk: replies, notes, properties, taste; each refusal changes nothing."""

from uuid import uuid4

import pytest

from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk.models import HeldReply, Message, Ticket
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read

HTMX = {"HX-Request": "true"}


@pytest.fixture
def acme(committed_cast):
    with tenant_scope(committed_cast.acme.id):
        receive(committed_cast.acme.id)
        receive(committed_cast.acme.id)
    return committed_cast


@pytest.fixture
def bo(acme):
    return browser("bo@acme.test")


@pytest.fixture
def facts(acme):
    """Read what is stored: the status of ticket 1 and how many messages there are."""

    def look():
        with tenant_scope(acme.acme.id):
            ticket = Ticket.objects.get(number=1)
            return ticket, Message.objects.filter(ticket_id=ticket.id).count()

    return look


def newest(acme):
    with tenant_scope(acme.acme.id):
        return Ticket.objects.get(number=1).last_public_message_id


def message(**given):
    return {"body": "We send a new one.", "request_key": str(uuid4()), **given}


def test_a_reply_sets_its_status_and_returns_to_the_ticket(bo, facts):
    answer = bo.post(path("tickets/1/replies"), message(status="solved"))
    assert answer.status_code == 302
    ticket, count = facts()
    assert (ticket.status, count) == ("solved", 2)


def test_script_gets_the_fresh_parts(bo):
    answer = bo.post(path("tickets/1/replies"), message(status="pending"), headers=HTMX)
    page = read(answer)
    assert {"head", "messages", "composer"} <= page.ids
    assert "We send a new one." in page.text
    assert "main" not in page.ids


def test_the_same_key_twice_is_one_reply(bo, facts):
    body = message(status="pending")
    for _ in range(2):
        assert bo.post(path("tickets/1/replies"), body).status_code == 302
    assert facts()[1] == 2


def test_an_empty_reply_gives_the_page_back_and_stores_nothing(bo, facts):
    answer = bo.post(path("tickets/1/replies"), message(body="  "))
    assert answer.status_code == 422
    assert "Write something first." in read(answer).text
    assert (facts()[0].status, facts()[1]) == ("new", 1)


def test_a_reply_from_a_stale_page_is_kept_and_can_be_forced(acme, bo, facts):
    seen = newest(acme)
    with tenant_scope(acme.acme.id):
        receive(acme.acme.id, ticket_id=facts()[0].id, text="Wait, it works.")
    body = message(status="solved", seen=str(seen), body="My long answer")
    answer = bo.post(path("tickets/1/replies"), body)
    assert answer.status_code == 409
    page = read(answer)
    assert "A newer message arrived" in page.text
    assert "My long answer" in page.text
    assert "Send anyway" in page.text
    assert facts()[1] == 2
    assert bo.post(path("tickets/1/replies"), {**body, "send_anyway": "1"}).status_code == 302
    assert (facts()[0].status, facts()[1]) == ("solved", 3)


def test_a_form_without_its_key_is_refused(bo, facts):
    answer = bo.post(path("tickets/1/replies"), {"body": "Hello"})
    assert answer.status_code == 422
    assert "Hello" in read(answer).text
    assert facts()[1] == 1


def test_a_note_stays_inside(bo, facts):
    assert bo.post(path("tickets/1/notes"), message(body="Ask the maker.")).status_code == 302
    ticket, count = facts()
    assert (ticket.preview_by, count) == ("note", 2)
    page = read(bo.get(path("tickets/1/")))
    assert "Internal note" in page.text
    assert bo.post(path("tickets/1/notes"), message(body="")).status_code == 422
    assert facts()[1] == 2


def test_properties_change_one_by_one(acme, bo, facts):
    for sent in (
        {"status": "on_hold"},
        {"priority": "urgent"},
        {"assignee": str(acme.ada.id)},
        {"add_tag": "Lid"},
    ):
        assert bo.post(path("tickets/1/properties"), sent).status_code == 302
    ticket, _count = facts()
    assert (ticket.status, ticket.priority, ticket.assignee_id) == (
        "on_hold",
        "urgent",
        acme.ada.id,
    )
    page = read(bo.get(path("tickets/1/")))
    assert "lid" in page.text
    assert "Bo: Priority Normal → Urgent" in page.text
    bo.post(path("tickets/1/properties"), {"assignee": "", "remove_tag": "lid"})
    assert facts()[0].assignee_id is None


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"status": "closed"}, 422),
        ({"status": "nonsense"}, 422),
        ({"assignee": str(uuid4())}, 404),
        ({"priority": "x"}, 422),
    ],
)
def test_a_refused_change_changes_nothing(bo, facts, sent, status):
    before = facts()[0].version
    answer = bo.post(path("tickets/1/properties"), sent, headers=HTMX)
    assert answer.status_code == status
    assert "data-refusal" in answer.content.decode()
    assert facts()[0].version == before


def test_a_selection_changes_at_once_or_not_at_all(acme, bo):
    assert (
        bo.post(
            path("tickets/changes"), {"t": ["1", "2"], "status": "solved"}, headers=HTMX
        ).status_code
        == 204
    )
    with tenant_scope(acme.acme.id):
        assert {t.status for t in Ticket.objects.all()} == {"solved"}
    assert bo.post(path("tickets/changes"), {"t": ["1", "99"], "status": "open"}).status_code == 404
    assert bo.post(path("tickets/changes"), {"status": "open"}).status_code == 422
    with tenant_scope(acme.acme.id):
        assert {t.status for t in Ticket.objects.all()} == {"solved"}


def test_a_form_returns_only_to_this_host(bo):
    answer = bo.post(path("tickets/changes"), {"t": "1", "priority": "low", "next": "//evil.test/"})
    assert answer["Location"] == path("tickets/?view=all")
    wanted = path("tickets/?view=mine")
    answer = bo.post(path("tickets/changes"), {"t": "1", "priority": "low", "next": wanted})
    assert answer["Location"] == wanted


def test_an_agent_may_not_trash(acme, facts):
    ada = browser("ada@acme.test")
    assert ada.post(path("tickets/1/properties"), {"status": "trash"}).status_code == 403
    assert facts()[0].status == "new"


def test_an_outsider_changes_nothing(acme, facts):
    dee = browser("dee@globex.test")
    for place, sent in (
        ("replies", message()),
        ("notes", message()),
        ("properties", {"status": "solved"}),
    ):
        assert dee.post(path(f"tickets/1/{place}"), sent).status_code == 404
    assert dee.post(path("tickets/1/replies", slug="globex"), message()).status_code == 404
    assert (facts()[0].status, facts()[1]) == ("new", 1)


def test_taste_is_kept_with_the_person(bo):
    assert bo.post(path("preferences"), {"theme": "dark"}, headers=HTMX).status_code == 204
    bo.post(path("preferences"), {"density": "dense", "next": path("tickets/")})
    html = browser("bo@acme.test").get(path("tickets/")).content.decode()
    assert 'data-theme="dark"' in html
    assert 'data-density="dense"' in html
    assert bo.post(path("preferences"), {"theme": "pink"}).status_code == 422


def test_forms_need_their_token(acme):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    strict.cookies = browser("bo@acme.test").cookies
    answer = strict.post(path("tickets/1/replies"), message())
    assert answer.status_code == 403
    assert "You may not do this" in read(answer).text


def test_reading_by_get_only_and_acting_by_post_only(bo):
    assert bo.get(path("tickets/1/replies")).status_code == 405
    assert bo.post(path("tickets/")).status_code == 405


# --- undo, copies, forward --------------------


@pytest.fixture
def held(acme, bo, settings):
    settings.UNDO_SECONDS = 8
    answer = bo.post(path("tickets/1/replies"), message(status="pending"), headers=HTMX)
    with tenant_scope(acme.acme.id):
        return answer, HeldReply.objects.get()


def test_a_held_reply_shows_that_it_waits_and_undo_brings_it_back(bo, facts, held):
    answer, row = held
    assert "Sends in 8 s" in read(answer).text
    assert (facts()[0].status, facts()[1]) == ("new", 1)
    back = bo.post(path(f"tickets/1/replies/{row.id}/undo"), headers=HTMX)
    assert back.status_code == 200
    page = read(back)
    assert "Sends in" not in page.text
    assert "We send a new one." in page.text
    assert "Discard the draft" in page.text
    assert bo.post(path("tickets/1/drafts/discard")).status_code == 302
    assert "We send a new one." not in read(bo.get(path("tickets/1/"))).text


def test_undo_without_script_returns_to_the_page_with_the_text(bo, held):
    _answer, row = held
    assert bo.post(path(f"tickets/1/replies/{row.id}/undo")).status_code == 302
    assert "We send a new one." in read(bo.get(path("tickets/1/"))).text


def test_a_stopped_reply_says_so_and_is_sent_on_demand(acme, bo, facts, held):
    _answer, row = held
    with tenant_scope(acme.acme.id):
        receive(acme.acme.id, ticket_id=facts()[0].id, text="Never mind")
    page = read(bo.get(path("tickets/1/")))
    assert "Somebody wrote while this was waiting." in page.text
    assert "Back to draft" in page.text
    assert bo.post(path(f"tickets/1/replies/{row.id}/send")).status_code == 302
    assert (facts()[0].status, facts()[1]) == ("pending", 3)
    assert bo.post(path(f"tickets/1/replies/{row.id}/send")).status_code == 409


def test_copies_are_sent_and_offered_again(bo):
    body = message(status="pending", cc='"Lee, B" <b@x.test>', bcc="c@x.test")
    assert bo.post(path("tickets/1/replies"), body).status_code == 302
    page = bo.get(path("tickets/1/")).content.decode()
    assert "&lt;b@x.test&gt;" in page
    assert "cc: b@x.test" in page
    assert "bcc: c@x.test" in page


def test_a_mistyped_copy_is_named_and_nothing_is_lost(bo, facts):
    answer = bo.post(path("tickets/1/replies"), message(cc="b@x.test, oops", bcc="c@x.test"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "oops is no e-mail address" in page
    assert 'value="b@x.test, oops"' in page
    assert "We send a new one." in page
    assert facts()[1] == 1


def test_an_address_that_bounced_is_asked_about_once(acme, bo, facts):
    with tenant_scope(acme.acme.id):
        customers.mark_bounced("cy@customer.test", reason="550 no such user")
    answer = bo.post(path("tickets/1/replies"), message(status="pending"))
    assert answer.status_code == 409
    assert "550 no such user" in read(answer).text
    assert 'name="despite_bounce"' in answer.content.decode()
    assert (
        bo.post(
            path("tickets/1/replies"), message(status="pending", despite_bounce="1")
        ).status_code
        == 302
    )
    assert facts()[1] == 2


def test_a_message_is_forwarded_or_the_text_comes_back(acme, bo, facts):
    first = str(newest(acme))
    body = message(body="Do you know?", message_id=first)
    refused = bo.post(path("tickets/1/forwards"), {**body, "to": "nobody"})
    assert refused.status_code == 422
    assert "nobody is no e-mail address" in read(refused).text
    assert 'value="nobody"' in refused.content.decode()
    assert bo.post(path("tickets/1/forwards"), {**body, "to": ""}).status_code == 422
    assert bo.post(path("tickets/1/forwards"), {"body": "x", "to": "a@x.test"}).status_code == 422
    assert facts()[1] == 1
    assert bo.post(path("tickets/1/forwards"), {**body, "to": "maker@x.test"}).status_code == 302
    page = read(bo.get(path("tickets/1/")))
    assert "Side thread" in page.text
    assert facts()[0].status == "new"
    chosen = bo.get(path(f"tickets/1/?forward={newest(acme).hex}"))
    assert 'value="forward" id="c-forward" checked' in chosen.content.decode()
