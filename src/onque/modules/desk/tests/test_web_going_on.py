"""What comes after a send is the member's own choice."""

import html
import json
import re
from uuid import uuid4

import pytest

from onque.kernel.errors import Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.services import reading
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of

HTMX = {"hx-request": "true"}


@pytest.fixture
def acme(committed_cast):
    with tenant_scope(committed_cast.acme.id):
        receive(committed_cast.acme.id)
        receive(committed_cast.acme.id)
    return committed_cast


@pytest.fixture
def bo(acme):
    return browser("bo@acme.test")


def send(client, number, **more):
    given = {"body": "Done.", "request_key": str(uuid4()), "status": "solved", **more}
    return client.post(path(f"tickets/{number}/replies"), given, headers=HTMX)


def choice(cast, who):
    with tenant_scope(cast.acme.id):
        return reading.get_ticket(actor_of(cast.acme, who), number=1).after_send


def test_the_choice_is_one_members(acme, bo):
    assert bo.post(path("preferences"), {"after_send": "next"}, headers=HTMX).status_code == 204
    assert (choice(acme, acme.bo), choice(acme, acme.ada)) == ("next", "stay")


def test_what_is_no_choice_changes_nothing(acme, bo):
    bo.post(path("preferences"), {"after_send": "list"})
    assert bo.post(path("preferences"), {"after_send": "elsewhere"}).status_code == 422
    with tenant_scope(acme.acme.id), pytest.raises(Invalid):
        identity.set_preferences(actor_of(acme.acme, acme.bo), after_send="elsewhere")
    assert choice(acme, acme.bo) == "list"


def test_who_stays_is_sent_nowhere(bo):
    assert "onward" not in read(send(bo, 1)).ids


def place_on(client, number):
    """Return the place that the page of a ticket sends along."""
    page = client.get(path(f"tickets/{number}/?view=unassigned")).content.decode()
    return html.unescape(json.loads(re.search(r"hx-vals='([^']+)'", page)[1])["place"])


def test_a_send_names_the_next_ticket_and_past_the_last_the_list(bo):
    bo.post(path("preferences"), {"after_send": "next"})
    answer = send(bo, 1, place=place_on(bo, 1)).content.decode()
    assert f'id="onward" href="{path("tickets/2/")}?view=unassigned&amp;at=' in answer
    answer = send(bo, 2, place=place_on(bo, 2)).content.decode()
    assert f'id="onward" href="{path("tickets/")}?view=unassigned&amp;ended=1"' in answer
    assert "No ticket comes after it" in read(bo.get(path("tickets/?view=unassigned&ended=1"))).text


def test_a_refused_reply_goes_nowhere(bo):
    bo.post(path("preferences"), {"after_send": "list"})
    answer = send(bo, 1, body=" ")
    assert answer.status_code == 422
    assert "onward" not in read(answer).ids


def test_a_note_stays_on_the_ticket(bo):
    bo.post(path("preferences"), {"after_send": "list"})
    given = {"body": "Ask the maker.", "request_key": str(uuid4())}
    answer = bo.post(path("tickets/1/notes"), given, headers=HTMX)
    assert "onward" not in read(answer).ids
