"""A message passed on to an outsider: beside the ticket, never before the customer's eyes."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from onque.kernel.access import Actor, system_actor
from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import HeldItem, NewAttachment
from onque.modules.desk.models import Message, Ticket
from onque.modules.desk.repositories import messages
from onque.modules.desk.services import forwarding, holding
from onque.modules.desk.tests.factories import receive
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def desk(cast):
    with tenant_scope(cast.acme.id):
        got = receive(cast.acme.id)
        file = NewAttachment("lid.jpg", "image/jpeg", 12, "files/1")
        messages.attach(Message.objects.get(pk=got.message_id), [file])
        yield got


@pytest.fixture
def ada(cast):
    return actor_of(cast.acme, cast.ada)


def forward(actor, got, **given):
    fields = {
        "ticket_id": got.ticket_id,
        "message_id": got.message_id,
        "to": "Maker@Lids.test",
        "body": "Do you know this lid?",
        "request_key": uuid4(),
        **given,
    }
    return forwarding.forward(actor, **fields)


def answer(got, side_id, **given):
    inbound = public.SideInbound(
        text="We do.",
        request_key=given.pop("key", None) or uuid4(),
        written_at=datetime(2026, 11, 4, tzinfo=UTC),
        author_name="Maker",
        author_address="maker@lids.test",
    )
    facts = {"ticket_id": got.ticket_id, "side_id": side_id, **given}
    return public.receive_side_message(system_actor(uuid4()), inbound, **facts)


def test_it_goes_out_beside_the_conversation_with_the_files(desk, ada):
    sent = forward(ada, desk)
    assert (sent.visibility, sent.side_address, sent.side_id) == (
        "internal",
        "maker@lids.test",
        None,
    )
    assert sent.text == "Do you know this lid?"
    assert "The lid is broken." in sent.quoted_text
    assert [file.name for file in sent.attachments] == ["lid.jpg"]
    assert OutboxEvent.objects.filter(name="desk.side_message_sent").count() == 1
    assert OutboxEvent.objects.filter(name="desk.ticket_replied").count() == 0
    ticket = Ticket.objects.get(pk=desk.ticket_id)
    assert (ticket.status, ticket.is_unanswered) == ("new", True)
    assert ticket.last_public_message_id == desk.message_id


def test_it_can_be_taken_back_too(desk, ada, settings):
    settings.UNDO_SECONDS = 8
    held = forward(ada, desk)
    assert isinstance(held, HeldItem)
    assert held.forward_to == "maker@lids.test"
    holding.take_back(ada, ticket_id=desk.ticket_id, reply_id=held.id)
    assert holding.release(held.id) is None
    assert Message.objects.count() == 1


def test_the_answer_lands_beside_the_conversation(cast, desk, ada):
    sent = forward(ada, desk)
    assert public.find_side(desk.ticket_id, sent.id.hex[-8:]) == sent
    assert public.find_side(desk.ticket_id, "0" * 8) is None
    key = uuid4()
    got, again = (answer(desk, sent.id, key=key) for _twice in range(2))
    assert got.message_id == again.message_id
    assert again.duplicate
    said = public.get_thread(desk.ticket_id)[-1]
    assert (said.visibility, said.author_kind, said.side_id) == ("internal", "outsider", sent.id)
    ticket = Ticket.objects.get(pk=desk.ticket_id)
    assert (ticket.status, ticket.last_public_message_id) == ("new", desk.message_id)


def test_an_answer_to_the_answer_stays_in_the_same_side_thread(desk, ada):
    sent = forward(ada, desk)
    got = answer(desk, sent.id)
    more = forward(ada, desk, message_id=got.message_id, body="How much is one?")
    assert more.side_id == sent.id
    assert more.attachments == ()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"to": "nobody"}, "not_an_address"),
        ({"to": ""}, "not_an_address"),
        ({"to": "cy@customer.test"}, "is_the_customer"),
        ({"body": " "}, "empty"),
    ],
)
def test_what_cannot_be_forwarded_changes_nothing(desk, ada, given, reason):
    with pytest.raises(Invalid) as refused:
        forward(ada, desk, **given)
    assert refused.value.facts["reason"] == reason
    assert Message.objects.count() == 1


def test_others_may_not_and_other_tickets_messages_are_not_there(cast, desk, ada):
    nobody = Actor(kind="member", tenant_id=cast.acme.id, id=cast.ada.id, name="Ada")
    with pytest.raises(Forbidden):
        forward(nobody, desk)
    other = receive(cast.acme.id)
    with pytest.raises(NotFound):
        forward(ada, desk, message_id=other.message_id)
    with pytest.raises(NotFound):
        answer(desk, desk.message_id)
    sent = forward(ada, desk)
    with pytest.raises(NotFound):
        answer(other, sent.id)
    assert Message.objects.filter(ticket_id=other.ticket_id).count() == 1


def test_the_same_key_is_one_forward(desk, ada):
    key = uuid4()
    assert forward(ada, desk, request_key=key).id == forward(ada, desk, request_key=key).id
    assert OutboxEvent.objects.filter(name="desk.side_message_sent").count() == 1
