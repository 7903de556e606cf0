"""The list and the ticket as pages: what stands on them, what they cost, who may see them."""

from uuid import uuid4

import pytest
from django.test import Client

from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import BulkRun, Ticket
from onque.modules.desk.tests.factories import receive, reply
from onque.modules.desk.tests.visiting import browser, path, read, statements
from onque.modules.identity.tests.factories import actor_of

LIST_BUDGET = 8
TICKET_BUDGET = 19  # people in copy, held replies, a bounced address, undos, brands, groups, fields


@pytest.fixture
def acme(committed_cast):
    with tenant_scope(committed_cast.acme.id):
        for index in range(3):
            receive(committed_cast.acme.id, subject=f"Broken lid {index}", text="환불해 주세요.")
    return committed_cast


@pytest.fixture
def bo(acme):
    return browser("bo@acme.test")


def test_the_list_shows_rows_views_and_counts(bo):
    page = read(bo.get(path("tickets/")))
    assert {"t1", "t2", "t3", "views", "list"} <= page.ids
    assert "Broken lid 1" in page.text
    assert "All open 3" in page.text


def test_the_list_costs_at_most_eight_statements(bo):
    bo.get(path("tickets/"))
    with statements() as found:
        assert bo.get(path("tickets/?view=all")).status_code == 200
    assert len(found) <= LIST_BUDGET, found


def test_the_ticket_costs_a_fixed_number_of_statements(acme, bo):
    with tenant_scope(acme.acme.id):
        first = receive(acme.acme.id)
        for _ in range(5):
            reply(actor_of(acme.acme, acme.bo), first.ticket_id)
    bo.get(path("tickets/4/"))
    with statements() as found:
        assert bo.get(path("tickets/4/")).status_code == 200
    assert len(found) <= TICKET_BUDGET, found


def test_the_parts_are_the_page_without_its_shell(bo):
    parts = read(bo.get(path("tickets/?parts=1")))
    assert {"views", "list", "list-count"} <= parts.ids
    assert "main" not in parts.ids
    parts = read(bo.get(path("tickets/1/?parts=1")))
    assert {"pane", "head", "messages", "inspector", "composer"} <= parts.ids
    assert "main" not in parts.ids


def test_a_ticket_shows_the_conversation_and_marks_its_language(bo):
    answer = bo.get(path("tickets/1/"))
    page = read(answer)
    assert "환불해 주세요." in page.text
    assert 'lang="ko"' in answer.content.decode()
    assert "cy@customer.test" in page.text


def test_a_customers_markup_is_shown_as_text(acme, bo):
    with tenant_scope(acme.acme.id):
        receive(
            acme.acme.id, subject="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>"
        )
    for place in ("tickets/", "tickets/4/"):
        page = read(bo.get(path(place)))
        assert "<script>alert(1)</script>" in page.text


def test_the_brand_and_the_view_travel_to_the_ticket_and_back(bo):
    page = read(bo.get(path("tickets/?view=unassigned")))
    assert path("tickets/1/?view=unassigned") in page.links
    page = read(bo.get(path("tickets/1/?view=unassigned")))
    assert path("tickets/?view=unassigned") in page.links
    assert path("tickets/2/?view=unassigned") in page.links


@pytest.mark.parametrize(
    "place",
    ["tickets/?view=nothing", "tickets/?brand=nothing", "tickets/99/", "tickets/99/?parts=1"],
)
def test_what_does_not_exist_is_404(bo, place):
    assert bo.get(path(place)).status_code == 404


def test_a_foreign_cursor_is_refused(bo):
    assert bo.get(path("tickets/?after=%25%25")).status_code == 422


def test_an_outsider_sees_nothing_of_the_workspace(acme):
    dee = browser("dee@globex.test")
    for place in ("", "tickets/", "tickets/1/", "failures/"):
        assert dee.get(path(place)).status_code == 404
    assert "Broken lid" not in read(dee.get(path("tickets/", slug="globex"))).text


def test_a_stranger_is_sent_to_sign_in(acme):
    answer = Client().get(path("tickets/"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/desk/sign-in?next=")


def test_the_pages_carry_the_content_policy(bo):
    policy = bo.get(path("tickets/"))["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_the_home_is_ones_own_tickets(bo):
    assert bo.get(path())["Location"] == path("tickets/?view=mine")


def test_an_agent_gets_no_spam_view(acme):
    ada = browser("ada@acme.test")
    assert "Spam" not in read(ada.get(path("tickets/"))).text
    assert ada.get(path("tickets/?view=spam")).status_code == 404


def test_an_empty_view_says_why(bo):
    assert "You have answered everything" in read(bo.get(path("tickets/?view=mine"))).text
    assert "Nothing was solved yet" in read(bo.get(path("tickets/?view=solved"))).text


def test_a_page_after_the_first_leads_back(acme, bo):
    with tenant_scope(acme.acme.id):
        for _ in range(50):
            receive(acme.acme.id)
    page = read(bo.get(path("tickets/")))
    following = next(link for link in page.links if "after=" in link)
    page = read(bo.get(following))
    assert "First page" in page.text
    assert "Next page" not in page.text


def test_a_list_that_grew_is_read_anew_as_one(acme, bo):
    with tenant_scope(acme.acme.id):
        for _ in range(67):
            receive(acme.acme.id)
    bo.get(path("tickets/"))
    for rows, shown in (
        ("", 30),
        ("60", 60),
        ("1000", 70),
        ("9" * 40, 30),
        ("%2360", 60),
        ("-1", 30),
        ("x", 30),
    ):
        with statements() as found:
            answer = bo.get(path(f"tickets/?parts=1&rows={rows}"))
        assert answer.content.decode().count('class="tk ') == shown
        assert len(found) <= LIST_BUDGET, found
    saved = path("tickets/?parts=1&view=all&rows=60")
    following = next(link for link in read(bo.get(saved)).links if "after=" in link)
    assert bo.get(following).content.decode().count('class="tk ') == 10


def test_more_than_fifty_selected_are_work_for_later(acme, bo):
    with tenant_scope(acme.acme.id):
        for _ in range(50):
            receive(acme.acme.id)
    numbers = [str(number) for number in range(1, 53)]
    answer = bo.post(
        path("tickets/changes"),
        {"t": numbers, "status": "solved", "view": "all", "request_key": str(uuid4())},
    )
    assert answer.status_code in {200, 302}
    with tenant_scope(acme.acme.id):
        run = BulkRun.objects.get()
        assert run.selection["numbers"] == list(range(1, 53))
        assert not Ticket.objects.filter(status="solved").exists()


def test_the_korean_desk_speaks_korean(acme):
    bo = browser("bo@acme.test")
    bo.post(path("preferences"), {"locale": "ko"})
    answer = bo.get(path("tickets/"))
    assert '<html lang="ko"' in answer.content.decode()
    assert "전체 열린 문의" in read(answer).text
