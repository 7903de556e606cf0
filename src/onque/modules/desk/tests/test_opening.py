"""Tickets out of tickets: a message split off, a follow-up; and the small acts of the menu."""

from uuid import UUID

import pytest

from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import Status
from onque.modules.desk.errors import CannotFollowUp, CannotSplit, OperationOutdated
from onque.modules.desk.models import Message, Operation, Ticket
from onque.modules.desk.services import joining, marking, opening, operations
from onque.modules.desk.tests.factories import receive, reply
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    with tenant_scope(cast.acme.id):
        bo = actor_of(cast.acme, cast.bo)
        first = receive(cast.acme.id)
        reply(bo, first.ticket_id)
        receive(cast.acme.id, ticket_id=first.ticket_id, text="Another thing: the invoice.")
        yield bo


def ticket(number=1) -> Ticket:
    return Ticket.objects.get(number=number)


def said(number: int) -> list[str]:
    rows = Message.objects.filter(ticket__number=number).order_by("stored_at", "id")
    return list(rows.values_list("text", flat=True))


def last() -> UUID:
    return Message.objects.order_by("-stored_at", "-id")[0].id


def close(actor):
    for status in (Status.SOLVED, Status.CLOSED):
        public.set_status(actor, ticket_id=ticket().id, status=status)


def test_a_message_becomes_a_ticket_of_its_own(bo):
    done = opening.split_message(bo, message_id=last())
    assert (said(1), said(done.number)) == (
        ["The lid is broken.", "We send a new one."],
        ["Another thing: the invoice."],
    )
    made = ticket(done.number)
    assert (made.status, made.is_unanswered, made.assignee_id) == ("open", True, bo.id)
    assert made.due_at is not None
    assert ticket().preview == "We send a new one."


def test_undo_of_a_split_brings_everything_back(bo):
    before = said(1)
    done = opening.split_message(bo, message_id=last())
    receive(bo.tenant_id, ticket_id=ticket(done.number).id, text="And the other one.")
    operations.undo(bo, operation_id=done.operation_id)
    assert said(1) == [*before, "And the other one."]
    made = ticket(done.number)
    assert (made.merged_into_id, made.shelf) == (ticket().id, "merged")
    assert not Message.objects.filter(moved__isnull=False).exists()
    receive(bo.tenant_id, ticket_id=made.id, text="To the new number.")
    assert said(1)[-1] == "To the new number."


def test_the_message_itself_offers_the_way_back(bo):
    message_id = last()
    opening.split_message(bo, message_id=message_id)
    assert joining.undo_join(bo, message_id=message_id) == 1
    assert said(1)[-1] == "Another thing: the invoice."


def test_the_same_split_again_changes_nothing(bo):
    message_id = last()
    done = opening.split_message(bo, message_id=message_id)
    again = opening.split_message(bo, message_id=message_id)
    assert (again.number, again.operation_id) == (done.number, None)
    assert Ticket.objects.count() == 2


def test_what_cannot_be_split(bo):
    ours = Message.objects.get(text="We send a new one.").id
    with pytest.raises(CannotSplit) as refused:
        opening.split_message(bo, message_id=ours)
    assert refused.value.facts["reason"] == "not_theirs"
    receive(bo.tenant_id, text="Alone")
    with pytest.raises(CannotSplit) as refused:
        opening.split_message(bo, message_id=last())
    assert refused.value.facts["reason"] == "only_message"
    assert Ticket.objects.count() == 2


def test_a_follow_up_of_a_closed_ticket(bo):
    with pytest.raises(CannotFollowUp):
        opening.follow_up(bo, number=1)
    close(bo)
    done = opening.follow_up(bo, number=1)
    made = ticket(done.number)
    assert (made.follow_up_of_id, made.status, made.due_at) == (ticket().id, "open", None)
    assert opening.follow_up(bo, number=1).number == done.number
    receive(bo.tenant_id, ticket_id=ticket().id, text="One more")
    assert said(done.number) == ["One more"]
    with pytest.raises(OperationOutdated):
        operations.undo(bo, operation_id=done.operation_id)


def test_an_empty_follow_up_is_undone_and_can_be_opened_again(bo):
    close(bo)
    done = opening.follow_up(bo, number=1)
    operations.undo(bo, operation_id=done.operation_id)
    assert ticket(done.number).status == "trash"
    assert opening.follow_up(bo, number=1).number != done.number


def test_a_follow_up_can_be_answered(bo):
    close(bo)
    done = opening.follow_up(bo, number=1)
    reply(bo, ticket(done.number).id, body="We have news.")
    assert said(done.number) == ["We have news."]


def test_another_brand_and_back(bo):
    other = identity.create_brand(name="Second", slug="second", color="336699", locale="en")
    home = ticket().brand_id
    operation = marking.set_brand(bo, ticket_id=ticket().id, brand_id=other.id)
    assert ticket().brand_id == other.id
    assert marking.set_brand(bo, ticket_id=ticket().id, brand_id=other.id) is None
    operations.undo(bo, operation_id=operation)
    assert ticket().brand_id == home


def test_unread_and_back(bo):
    reply(bo, ticket().id)
    operation = marking.mark_unread(bo, number=1)
    assert (ticket().is_unanswered, ticket().due_at) == (True, None)
    assert marking.mark_unread(bo, number=1) is None
    operations.undo(bo, operation_id=operation)
    assert not ticket().is_unanswered


@pytest.mark.parametrize("status", [Status.TRASH, Status.SPAM])
def test_restoring_gives_back_the_status_it_had(bo, status):
    public.set_status(bo, ticket_id=ticket().id, status=Status.ON_HOLD)
    public.set_status(bo, ticket_id=ticket().id, status=status)
    marking.restore(bo, number=1)
    assert ticket().status == "on_hold"
    marking.restore(bo, number=1)
    assert Operation.objects.filter(undone_at__isnull=False).count() == 1


def test_what_a_program_put_into_spam_is_restored_to_open(bo):
    Ticket.objects.update(status="spam", shelf="spam")
    marking.restore(bo, number=1)
    assert (ticket().status, ticket().shelf) == ("open", "active")


def test_who_may_not(cast, bo):
    powerless = Actor(kind="member", tenant_id=bo.tenant_id, id=bo.id)
    ada = actor_of(cast.acme, cast.ada)
    for act in (
        lambda who: opening.split_message(who, message_id=last()),
        lambda who: opening.follow_up(who, number=1),
        lambda who: marking.mark_unread(who, number=1),
        lambda who: marking.restore(who, number=1),
        lambda who: marking.set_brand(
            who, ticket_id=ticket().id, brand_id=identity.default_brand().id
        ),
    ):
        with pytest.raises(Forbidden):
            act(powerless)
        with pytest.raises((NotFound, Forbidden)):
            act(ada)  # it is Bo's
    assert Ticket.objects.count() == 1


def test_another_workspace_splits_nothing(cast):
    with tenant_scope(cast.acme.id):
        message_id = receive(cast.acme.id).message_id
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id):
        for act in (
            lambda: opening.split_message(dee, message_id=message_id),
            lambda: opening.follow_up(dee, number=1),
            lambda: marking.mark_unread(dee, number=1),
            lambda: marking.restore(dee, number=1),
        ):
            with pytest.raises(NotFound):
                act()
