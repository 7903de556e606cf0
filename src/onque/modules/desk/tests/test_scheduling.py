"""Replies that are sent later: shown, taken back, sent once, and never blindly."""

from datetime import timedelta
from uuid import uuid4

import pytest

from onque.kernel import clock
from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import HeldItem, NewReply, Status
from onque.modules.desk.contracts.telling import MembersConcerned
from onque.modules.desk.models import HeldReply, Message, Ticket
from onque.modules.desk.services import holding, properties
from onque.modules.desk.tests.factories import receive, reply
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity.models import Member
from onque.modules.identity.tests.factories import actor_of

HOURS = timedelta(hours=3)


@pytest.fixture(params=[0, 8])
def _seconds(request, settings):
    settings.UNDO_SECONDS = request.param


@pytest.fixture
def desk(cast, _seconds):
    with tenant_scope(cast.acme.id):
        yield receive(cast.acme.id)


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def schedule(actor, ticket_id, **given):
    new = {
        "body": "Tomorrow then.",
        "request_key": uuid4(),
        "send_at": clock.now() + HOURS,
        **given,
    }
    return holding.send_reply(actor, ticket_id=ticket_id, new=NewReply(**new))


def release_later():
    with clock.frozen(clock.now() + HOURS + timedelta(minutes=1)):
        return holding.release_due()


def sent():
    return Message.objects.filter(direction="out").count()


def told():
    rows = OutboxEvent.objects.filter(name=MembersConcerned.name).order_by("id")
    return [MembersConcerned.load(row.payload).news for row in rows]


def test_it_waits_for_its_time_and_is_sent_once(desk, ada):
    held = schedule(ada, desk.ticket_id, status=Status.SOLVED)
    assert isinstance(held, HeldItem)
    assert held.is_scheduled
    assert (held.state, held.text) == ("held", "Tomorrow then.")
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert holding.release_due() == 0
    assert Ticket.objects.get(pk=desk.ticket_id).status == "new"
    assert release_later() == 1
    assert release_later() == 0
    ticket = Ticket.objects.get(pk=desk.ticket_id)
    assert (sent(), ticket.status, ticket.assignee_id) == (1, "solved", ada.id)
    assert told() == []


def test_the_same_key_twice_is_one(desk, ada):
    key = uuid4()
    first = schedule(ada, desk.ticket_id, request_key=key)
    assert schedule(ada, desk.ticket_id, request_key=key).id == first.id
    release_later()
    assert sent() == 1
    assert schedule(ada, desk.ticket_id, request_key=key).id == first.id
    assert (sent(), HeldReply.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "ahead", [timedelta(hours=-1), timedelta(0), timedelta(seconds=59), timedelta(days=367)]
)
def test_a_time_that_is_past_or_too_far_is_refused(desk, ada, ahead):
    with pytest.raises(Invalid, match="send_at"):
        schedule(ada, desk.ticket_id, send_at=clock.now() + ahead)
    assert (sent(), HeldReply.objects.count()) == (0, 0)


def test_its_author_takes_it_back_and_nobody_else(desk, ada, bo):
    held = schedule(ada, desk.ticket_id)
    with pytest.raises(Forbidden):
        holding.take_back(bo, ticket_id=desk.ticket_id, reply_id=held.id)
    back = holding.take_back(ada, ticket_id=desk.ticket_id, reply_id=held.id)
    assert (back.state, back.text) == ("draft", "Tomorrow then.")
    assert release_later() == 0
    assert sent() == 0


def test_its_author_sends_it_now(desk, ada):
    held = schedule(ada, desk.ticket_id)
    holding.send_now(ada, ticket_id=desk.ticket_id, reply_id=held.id)
    assert sent() == 1
    assert release_later() == 0


def test_what_somebody_wrote_meanwhile_stops_it_and_its_author_is_told(cast, desk, ada):
    held = schedule(ada, desk.ticket_id)
    receive(cast.acme.id, ticket_id=desk.ticket_id, text="It came today.")
    release_later()
    row = HeldReply.objects.get(pk=held.id)
    assert (row.state, row.reason, sent()) == ("stopped", "newer", 0)
    assert told() == ["reply_stopped"]


def test_a_colleague_s_answer_stops_it(desk, ada, bo):
    held = schedule(ada, desk.ticket_id)
    reply(bo, desk.ticket_id)
    release_later()
    assert (HeldReply.objects.get(pk=held.id).reason, sent()) == ("newer", 1)


def test_a_closed_ticket_stops_it(desk, ada):
    held = schedule(ada, desk.ticket_id)
    Ticket.objects.update(status=Status.CLOSED)
    release_later()
    assert (HeldReply.objects.get(pk=held.id).reason, sent()) == ("closed", 0)


def test_a_member_who_left_answers_no_more(cast, desk, ada, bo):
    held = schedule(ada, desk.ticket_id)
    Member.objects.filter(pk=ada.id).update(state="deactivated")
    release_later()
    assert (HeldReply.objects.get(pk=held.id).reason, sent()) == ("left", 0)
    holding.send_now(bo, ticket_id=desk.ticket_id, reply_id=held.id)
    assert sent() == 1


def test_a_change_of_status_does_not_stop_it(desk, ada, bo):
    schedule(ada, desk.ticket_id)
    properties.set_status(bo, ticket_id=desk.ticket_id, status=Status.ON_HOLD)
    release_later()
    assert sent() == 1


def test_another_workspace_finds_none(cast, ada):
    with tenant_scope(cast.acme.id):
        desk = receive(cast.acme.id)
        held = schedule(ada, desk.ticket_id)
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id), pytest.raises(NotFound):
        holding.take_back(dee, ticket_id=desk.ticket_id, reply_id=held.id)


def test_the_page_chooses_a_time_shows_it_and_takes_it_back(cast, desk, ada):
    client = browser("ada@acme.test")
    given = {"body": "Later.", "request_key": str(uuid4()), "send_at": "not a time"}
    refused = client.post(path("tickets/1/replies"), given)
    assert refused.status_code == 422
    assert "Choose a time to send it" in read(refused).text
    assert "Later." in refused.content.decode()
    when = (clock.now() + HOURS).strftime("%Y-%m-%dT%H:%M")
    client.post(path("tickets/1/replies"), given | {"send_at": when + "Z"})
    held = HeldReply.objects.get()
    assert "Sends " in read(client.get(path("tickets/1/"))).text
    colleague = browser("bo@acme.test").get(path("tickets/1/")).content.decode()
    assert held.id.hex in colleague
    assert f"{held.id}/undo" in client.get(path("tickets/1/")).content.decode()
    client.post(path(f"tickets/1/replies/{held.id}/undo"))
    assert HeldReply.objects.get().state == "draft"
