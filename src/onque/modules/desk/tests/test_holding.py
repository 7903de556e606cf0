"""Undo send: a reply waits, may be taken back, and is sent once; a newer message stops it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from onque.kernel import clock
from onque.kernel.access import Actor
from onque.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.customers import public as customers
from onque.modules.desk import public
from onque.modules.desk.contracts import HeldItem, NewReply, Recipient, Status, TicketStale
from onque.modules.desk.errors import AddressBounced, ReplyLeft
from onque.modules.desk.models import Collaborator, HeldReply, Message, Ticket
from onque.modules.desk.services import collaborators, holding, properties
from onque.modules.desk.tests.factories import receive, reply
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


def send(actor, ticket_id, **given):
    new = NewReply(**{"body": "We send a new one.", "request_key": uuid4(), **given})
    return holding.send_reply(actor, ticket_id=ticket_id, new=new)


def let_time_pass():
    HeldReply.objects.update(release_at=clock.now() - timedelta(seconds=1))


def replied():
    return OutboxEvent.objects.filter(name="desk.ticket_replied").count()


def test_nothing_happens_until_its_time_has_come(desk, ada):
    held = send(ada, desk.ticket_id, status=Status.SOLVED)
    assert isinstance(held, HeldItem)
    assert (held.state, held.seconds_left) == ("held", 8)
    assert (Message.objects.count(), replied()) == (1, 0)
    assert Ticket.objects.get(pk=desk.ticket_id).status == "new"
    assert public.get_thread(desk.ticket_id)[-1].direction == "in"
    assert holding.release_due() == 0


def test_the_release_sends_once_under_the_same_id(desk, ada):
    held = send(ada, desk.ticket_id, status=Status.SOLVED)
    let_time_pass()
    assert holding.release_due() == 1
    assert holding.release_due() == 0
    assert holding.release(held.id) is None
    sent = Message.objects.get(pk=held.id)
    assert (sent.text, sent.author_id, sent.direction) == ("We send a new one.", ada.id, "out")
    assert (replied(), HeldReply.objects.count()) == (1, 0)
    ticket = Ticket.objects.get(pk=desk.ticket_id)
    assert (ticket.status, ticket.assignee_id) == ("solved", ada.id)


def test_undo_gives_the_text_back_and_nothing_is_sent(desk, ada):
    held = send(ada, desk.ticket_id)
    for _twice in range(2):
        back = holding.take_back(ada, ticket_id=desk.ticket_id, reply_id=held.id)
        assert (back.state, back.text) == ("draft", "We send a new one.")
    let_time_pass()
    assert holding.release_due() == 0
    assert holding.release(held.id) is None
    assert (Message.objects.count(), replied()) == (1, 0)


def test_the_draft_ends_with_the_next_reply_or_when_it_is_thrown_away(desk, ada):
    ends = (
        lambda: send(ada, desk.ticket_id),
        lambda: holding.discard(ada, ticket_id=desk.ticket_id),
    )
    for end in ends:
        held = send(ada, desk.ticket_id)
        holding.take_back(ada, ticket_id=desk.ticket_id, reply_id=held.id)
        end()
        assert not HeldReply.objects.filter(state="draft").exists()


def test_undo_comes_too_late_once_it_is_sent(desk, ada):
    held = send(ada, desk.ticket_id)
    let_time_pass()
    holding.release_due()
    with pytest.raises(ReplyLeft):
        holding.take_back(ada, ticket_id=desk.ticket_id, reply_id=held.id)
    assert replied() == 1


def test_the_customers_answer_stops_the_release(cast, desk, ada, bo):
    held = send(ada, desk.ticket_id)
    receive(cast.acme.id, ticket_id=desk.ticket_id, text="Found it, thanks.")
    let_time_pass()
    holding.release_due()
    row = HeldReply.objects.get(pk=held.id)
    assert (row.state, row.reason) == ("stopped", "newer")
    assert (replied(), holding.release_due()) == (0, 0)
    # anybody may take it up now
    back = holding.take_back(bo, ticket_id=desk.ticket_id, reply_id=held.id)
    assert back.author_id == bo.id


def test_a_stopped_reply_is_sent_when_a_person_says_so(cast, desk, ada):
    held = send(ada, desk.ticket_id)
    receive(cast.acme.id, ticket_id=desk.ticket_id, text="Found it, thanks.")
    sent = holding.send_now(ada, ticket_id=desk.ticket_id, reply_id=held.id)
    assert (sent.id, replied()) == (held.id, 1)
    with pytest.raises(ReplyLeft):
        holding.send_now(ada, ticket_id=desk.ticket_id, reply_id=held.id)


def test_two_agents_do_not_both_answer(desk, ada, bo):
    first, second = send(ada, desk.ticket_id), send(bo, desk.ticket_id)
    let_time_pass()
    holding.release_due()
    assert replied() == 1
    assert HeldReply.objects.get().state == "stopped"
    assert {first.id, second.id} == {
        Message.objects.get(direction="out").id,
        HeldReply.objects.get().id,
    }


def test_a_ticket_closed_meanwhile_stops_the_release(desk, ada, bo):
    send(ada, desk.ticket_id)
    properties.set_status(bo, ticket_id=desk.ticket_id, status=Status.TRASH)
    let_time_pass()
    holding.release_due()
    assert (HeldReply.objects.get().reason, replied()) == ("closed", 0)


def test_the_chosen_status_gives_way_to_what_a_colleague_did(desk, ada, bo):
    send(ada, desk.ticket_id, status=Status.PENDING)
    properties.set_status(bo, ticket_id=desk.ticket_id, status=Status.SPAM)
    let_time_pass()
    holding.release_due()
    assert (Ticket.objects.get().status, replied()) == ("spam", 1)


def test_only_its_author_takes_a_held_reply_back(desk, ada, bo):
    held = send(ada, desk.ticket_id)
    for act in (holding.take_back, holding.send_now):
        with pytest.raises(Forbidden):
            act(bo, ticket_id=desk.ticket_id, reply_id=held.id)
    assert HeldReply.objects.get().state == "held"


def test_without_permission_or_of_another_ticket_nothing_is_undone(cast, desk, ada):
    held = send(ada, desk.ticket_id)
    nobody = Actor(kind="member", tenant_id=cast.acme.id, id=cast.ada.id, name="Ada")
    with pytest.raises(Forbidden):
        holding.take_back(nobody, ticket_id=desk.ticket_id, reply_id=held.id)
    with pytest.raises(Forbidden):
        holding.discard(nobody, ticket_id=desk.ticket_id)
    other = receive(cast.acme.id)
    with pytest.raises(ReplyLeft):
        holding.take_back(ada, ticket_id=other.ticket_id, reply_id=held.id)
    with pytest.raises(NotFound):
        holding.take_back(ada, ticket_id=uuid4(), reply_id=held.id)
    assert HeldReply.objects.get().state == "held"


def test_the_same_key_twice_is_one_reply_held_or_sent(cast, desk, ada):
    key = uuid4()
    first, again = (send(ada, desk.ticket_id, request_key=key) for _twice in range(2))
    assert first.id == again.id
    other = receive(cast.acme.id)
    with pytest.raises(Conflict):
        send(ada, other.ticket_id, request_key=key)
    let_time_pass()
    holding.release_due()
    assert send(ada, desk.ticket_id, request_key=key).id == first.id
    assert replied() == 1


def test_what_would_not_be_sent_is_not_held(cast, desk, ada):
    receive(cast.acme.id, ticket_id=desk.ticket_id, text="Wait!")
    with pytest.raises(TicketStale):
        send(ada, desk.ticket_id, seen_message_id=desk.message_id)
    for refused in ({"body": " "}, {"status": Status.CLOSED}):
        with pytest.raises(Invalid):
            send(ada, desk.ticket_id, **refused)
    assert HeldReply.objects.count() == 0


def test_one_that_breaks_holds_up_no_other(cast, desk, ada, monkeypatch):
    send(ada, desk.ticket_id, body="breaks")
    other = receive(cast.acme.id)
    send(ada, other.ticket_id)
    let_time_pass()
    HeldReply.objects.filter(text="breaks").update(status="nonsense")
    holding.release_due()
    assert (replied(), HeldReply.objects.get().state, HeldReply.objects.get().reason) == (
        1,
        "stopped",
        "broke",
    )


def test_the_due_ones_of_every_workspace_are_released(cast, settings):
    for tenant in (cast.acme, cast.globex):
        member = cast.ada if tenant is cast.acme else cast.dee
        with tenant_scope(tenant.id):
            send(actor_of(tenant, member), receive(tenant.id).ticket_id)
            let_time_pass()
    assert holding.release_due() == 2
    for tenant in (cast.acme, cast.globex):
        with tenant_scope(tenant.id):
            assert replied() == 1


# --- copies --------------------


def copies(*addresses, kind="cc"):
    return tuple(Recipient(kind=kind, address=address) for address in addresses)


def test_who_is_in_copy_stays_in_copy_of_the_ticket(desk, ada):
    send(ada, desk.ticket_id, recipients=(*copies("a@x.test"), *copies("b@x.test", kind="bcc")))
    let_time_pass()
    holding.release_due()
    sent = public.get_thread(desk.ticket_id)[-1]
    assert [(one.kind, one.address) for one in sent.recipients] == [
        ("cc", "a@x.test"),
        ("bcc", "b@x.test"),
    ]
    assert [one.address for one in collaborators.list_collaborators(desk.ticket_id)] == ["a@x.test"]
    # taken out of the copies: off the ticket
    send(ada, desk.ticket_id, recipients=())
    assert Collaborator.objects.count() == 0


def test_a_program_copies_those_whom_somebody_confirmed(desk, ada, settings):
    settings.UNDO_SECONDS = 0
    public.add_collaborator(desk.ticket_id, address="friend@x.test")
    public.add_collaborator(desk.ticket_id, address="stranger@x.test", marked=True, added_by="mail")
    reply(ada, desk.ticket_id)
    assert [one.address for one in public.get_thread(desk.ticket_id)[-1].recipients] == [
        "friend@x.test"
    ]
    # an agent who leaves the stranger in the field has confirmed them
    send(ada, desk.ticket_id, recipients=copies("friend@x.test", "stranger@x.test"))
    assert not any(one.is_marked for one in collaborators.list_collaborators(desk.ticket_id))


def test_too_many_copies_are_refused(desk, ada):
    many = copies(*(f"n{number}@x.test" for number in range(collaborators.MOST + 1)))
    with pytest.raises(Invalid):
        send(ada, desk.ticket_id, recipients=many)
    assert (HeldReply.objects.count(), Collaborator.objects.count()) == (0, 0)


# --- addresses whose mail came back --------------------


def test_an_address_that_bounced_is_asked_about(desk, ada):
    assert customers.mark_bounced("CY@customer.test", reason="550 no such user")
    with pytest.raises(AddressBounced) as refused:
        send(ada, desk.ticket_id)
    assert refused.value.facts["why"] == "550 no such user"
    assert HeldReply.objects.count() == 0
    send(ada, desk.ticket_id, despite_bounce=True)
    assert customers.find_bounced(["cy@customer.test"]) == {}
    assert not customers.mark_bounced("nobody@else.test", reason="x")
