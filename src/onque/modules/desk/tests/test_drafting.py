"""Drafts on the server: one a member and ticket, until what was typed is said or thrown away."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Composed, NewDraft, NewReply, TicketStale
from onque.modules.desk.models import HeldReply, Message
from onque.modules.desk.services import drafting, forwarding, holding, replies
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture(autouse=True)
def _eight_seconds(settings):
    settings.UNDO_SECONDS = 8


@pytest.fixture
def desk(cast):
    with tenant_scope(cast.acme.id):
        yield receive(cast.acme.id)


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def save(actor, ticket_id, **given):
    draft = NewDraft(**{"kind": "reply", "body": "Half a", "request_key": uuid4(), **given})
    return drafting.save_draft(actor, ticket_id=ticket_id, draft=draft)


def kept():
    return [(row.author_id, row.kind, row.text) for row in HeldReply.objects.order_by("held_at")]


def newest(ticket_id) -> UUID:
    return Message.objects.filter(ticket_id=ticket_id).order_by("-stored_at", "-id")[0].id


def test_a_member_has_one_draft_a_ticket_kept_as_it_was_typed(desk, ada, bo):
    save(ada, desk.ticket_id)
    item = save(ada, desk.ticket_id, body="Half a sentence", cc="not yet an addr", bcc="b@x.test")
    save(bo, desk.ticket_id, kind="note", body="Ask")
    assert kept() == [(ada.id, "reply", "Half a sentence"), (bo.id, "note", "Ask")]
    assert (item.state, item.cc, item.bcc) == ("draft", "not yet an addr", "b@x.test")


def test_the_same_save_twice_is_one_draft(desk, ada):
    key = uuid4()
    for _twice in range(2):
        save(ada, desk.ticket_id, request_key=key)
    assert kept() == [(ada.id, "reply", "Half a")]


def test_without_words_there_is_no_draft(desk, ada):
    save(ada, desk.ticket_id)
    assert save(ada, desk.ticket_id, body=" \n") is None
    assert kept() == []


def test_sending_ends_it_and_a_late_save_brings_nothing_back(desk, ada):
    key = uuid4()
    save(ada, desk.ticket_id, request_key=key)
    new = NewReply(body="Whole", request_key=key)
    reply = holding.send_reply(ada, ticket_id=desk.ticket_id, new=new)
    assert save(ada, desk.ticket_id, request_key=key, body="Whole") is None
    assert [row.state for row in HeldReply.objects.all()] == ["held"]
    holding.send_now(ada, ticket_id=desk.ticket_id, reply_id=reply.id)
    assert save(ada, desk.ticket_id, request_key=key, body="Whole") is None
    assert kept() == []


def test_a_note_and_a_forward_end_it_too(desk, ada):
    save(ada, desk.ticket_id, kind="note")
    note = {"ticket_id": desk.ticket_id, "body": "Done", "request_key": uuid4()}
    replies.add_note(ada, **note, composed=Composed())
    assert kept() == []
    save(ada, desk.ticket_id, kind="forward", to="bank@pay.test", message_id=desk.message_id)
    forwarding.forward(
        ada,
        ticket_id=desk.ticket_id,
        message_id=desk.message_id,
        to="bank@pay.test",
        body="Please look",
        request_key=uuid4(),
    )
    assert [row.state for row in HeldReply.objects.all()] == ["held"]


def test_a_note_that_came_another_way_leaves_it(desk, ada):
    save(ada, desk.ticket_id)
    replies.add_note(ada, ticket_id=desk.ticket_id, body="By mail", request_key=uuid4())
    assert kept() == [(ada.id, "reply", "Half a")]


def test_a_stale_reply_is_refused_and_the_draft_kept(desk, ada, bo):
    seen = newest(desk.ticket_id)
    key = uuid4()
    save(bo, desk.ticket_id, request_key=key, seen_message_id=seen)
    replies.post_reply(ada, ticket_id=desk.ticket_id, body="I was first", request_key=uuid4())
    new = NewReply(body="Half a", request_key=key, seen_message_id=seen)
    with pytest.raises(TicketStale):
        holding.send_reply(bo, ticket_id=desk.ticket_id, new=new)
    assert kept() == [(bo.id, "reply", "Half a")]


def test_what_was_typed_meanwhile_joins_what_is_taken_back(desk, ada):
    held = holding.send_reply(
        ada, ticket_id=desk.ticket_id, new=NewReply(body="First.", request_key=uuid4())
    )
    save(ada, desk.ticket_id, body="Second.")
    for _twice in range(2):
        back = holding.take_back(ada, ticket_id=desk.ticket_id, reply_id=held.id)
        assert back.text == "First.\n\nSecond."
    assert len(kept()) == 1


def test_it_is_refused_without_the_right_to_say_it(desk, ada):
    with pytest.raises(Forbidden):
        save(replace(ada, permissions=frozenset({"ticket.view"})), desk.ticket_id)
    with pytest.raises(Invalid):
        save(ada, desk.ticket_id, body="x" * (drafting.MAX_LENGTH + 1))
    assert kept() == []


def test_another_workspace_keeps_nothing_on_it(cast):
    with tenant_scope(cast.acme.id):
        ticket = receive(cast.acme.id)
    stranger = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id), pytest.raises(NotFound):
        save(stranger, ticket.ticket_id)
    with tenant_scope(cast.acme.id):
        assert kept() == []


# --- the page ---------------------------------------------------------------------------


def test_the_page_restores_one_s_own_and_names_a_colleague_s(desk, cast):
    typed = {"kind": "note", "body": "Ask the maker", "request_key": str(uuid4()), "cc": "l@x.test"}
    ada, bo = browser(cast.ada.email), browser(cast.bo.email)
    assert ada.post(path("tickets/1/draft"), typed).status_code == 204
    own = ada.get(path("tickets/1/"))
    assert "Ask the maker" in read(own).text
    assert "l@x.test" in own.content.decode()
    seen = read(bo.get(path("tickets/1/"))).text
    assert "Draft of a note by Ada" in seen
    assert "Ask the maker" not in seen


def test_a_draft_of_no_kind_is_refused(desk, cast):
    ada = browser(cast.ada.email)
    answer = ada.post(path("tickets/1/draft"), {"kind": "poem", "body": "x"})
    assert answer.status_code == 422
    assert kept() == []


def test_a_refusal_shows_what_was_written_meanwhile(desk, cast, ada):
    bo = browser(cast.bo.email)
    seen = newest(desk.ticket_id)
    replies.post_reply(ada, ticket_id=desk.ticket_id, body="I was first", request_key=uuid4())
    given = {"body": "Late", "request_key": str(uuid4()), "seen": str(seen), "status": "pending"}
    answer = bo.post(path("tickets/1/replies"), given)
    assert answer.status_code == 409
    start = answer.content.decode().split("comp-new")[1]
    assert "I was first" in start
    assert "Late" in start
