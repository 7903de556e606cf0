"""Two tickets become one, and two again."""

from uuid import UUID, uuid4

import pytest

from onque.kernel.access import Actor, system_actor
from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public
from onque.modules.desk.contracts import Status, TicketMergedAway, TicketVersionConflict
from onque.modules.desk.errors import CannotMerge, OperationOutdated
from onque.modules.desk.models import Collaborator, HeldReply, Message, Operation, Ticket
from onque.modules.desk.services import holding, merging, operations
from onque.modules.desk.tests.factories import receive, reply
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of

EVE = "eve@customer.test"


@pytest.fixture
def acme(cast):
    """Ticket 1 is Cy's, with a reply and a note; ticket 2 is Eve's."""
    with tenant_scope(cast.acme.id):
        first = receive(cast.acme.id)
        bo = actor_of(cast.acme, cast.bo)
        reply(bo, first.ticket_id, status=Status.PENDING)
        public.add_note(bo, ticket_id=first.ticket_id, body="Ask @Ada", request_key=uuid4())
        receive(cast.acme.id, ticket_id=first.ticket_id, text="And the box too.")
        receive(cast.acme.id, email=EVE, subject="Lid again", text="Mine as well.")
        yield cast


@pytest.fixture
def bo(acme):
    return actor_of(acme.acme, acme.bo)


def ticket(number: int) -> Ticket:
    return Ticket.objects.get(number=number)


def said(number: int) -> list[str]:
    rows = Message.objects.filter(ticket__number=number).order_by("stored_at", "id")
    return list(rows.values_list("text", flat=True))


def state(number: int) -> dict[str, object]:
    """All of a ticket but when it was changed last."""
    row = Ticket.objects.filter(number=number).values().get()
    return {key: value for key, value in row.items() if key not in {"updated_at", "version"}}


def merge(actor, number=1, into=2, **given) -> UUID:
    done = merging.merge_tickets(actor, number=number, into=into, **given)
    assert done.operation_id is not None
    return done.operation_id


def test_the_survivor_has_everything_and_the_other_leads_on(bo):
    merge(bo)
    assert said(1) == []
    assert len(said(2)) == 5
    assert {row.origin_ticket_id for row in Message.objects.exclude(text="Mine as well.")} == {
        ticket(1).id
    }
    merged, survivor = ticket(1), ticket(2)
    assert (merged.status, merged.shelf, merged.merged_into_id) == (
        "closed",
        "merged",
        survivor.id,
    )
    assert list(Collaborator.objects.values_list("address", "kind", "is_marked")) == [
        ("cy@customer.test", "cc", False)
    ]
    assert survivor.preview == "Mine as well."


def test_a_customer_who_waits_on_the_other_ticket_opens_the_survivor(bo):
    public.set_status(bo, ticket_id=ticket(2).id, status=Status.SOLVED)
    since = ticket(1).due_started_at
    merge(bo)
    survivor = ticket(2)
    assert (survivor.status, survivor.is_unanswered) == ("open", True)
    assert survivor.due_started_at == since


def test_merge_and_undo_puts_everything_back(bo):
    before = [(state(one), said(one)) for one in (1, 2)]
    operation = merge(bo)
    operations.undo(bo, operation_id=operation)
    assert [(state(one), said(one)) for one in (1, 2)] == before
    assert not Collaborator.objects.exists()
    assert not Message.objects.filter(origin_ticket_id__isnull=False).exists()
    row = Operation.objects.get(pk=operation)
    assert row.undone_by == "Bo"


def test_merge_replies_and_undo_put_every_message_back(acme, bo):
    """What was said before goes back; what the team wrote since stays with the survivor; what was
    written to the merged ticket goes where it would have landed."""
    before = {one: said(one) for one in (1, 2)}
    operation = merge(bo)
    into, from_ = ticket(2).id, ticket(1).id
    reply(bo, into, body="Both of you get a new one.")
    receive(acme.acme.id, email=EVE, ticket_id=into, text="Thank you, Eve")
    receive(acme.acme.id, ticket_id=into, text="Thank you, Cy", origin_ticket_id=from_)
    receive(acme.acme.id, ticket_id=from_, text="One more, Cy")  # threading looked before the merge
    assert said(1) == []
    operations.undo(bo, operation_id=operation)
    assert said(1) == [*before[1], "Thank you, Cy", "One more, Cy"]
    assert said(2) == [*before[2], "Both of you get a new one.", "Thank you, Eve"]
    assert (ticket(1).status, ticket(1).is_unanswered) == ("open", True)
    assert ticket(1).preview == "One more, Cy"
    assert ticket(1).merged_into_id is None


def test_what_was_answered_since_waits_for_nobody(acme, bo):
    operation = merge(bo)
    into = ticket(2).id
    receive(acme.acme.id, ticket_id=into, text="Thank you, Cy", origin_ticket_id=ticket(1).id)
    reply(bo, into, body="You are welcome.")
    public.set_status(bo, ticket_id=into, status=Status.ON_HOLD)
    operations.undo(bo, operation_id=operation)
    assert ticket(2).status == "on_hold"
    assert said(2)[-1] == "You are welcome."
    assert said(1)[-1] == "Thank you, Cy"


def test_undoing_twice_is_once(bo):
    operation = merge(bo)
    operations.undo(bo, operation_id=operation)
    after = [(state(one), said(one)) for one in (1, 2)]
    operations.undo(bo, operation_id=operation)
    assert [(state(one), said(one)) for one in (1, 2)] == after


def test_the_same_merge_again_changes_nothing(bo):
    merge(bo)
    again = merging.merge_tickets(bo, number=1, into=2)
    assert (again.number, again.operation_id) == (2, None)
    assert Operation.objects.filter(act="ticket.merged").count() == 1


def test_merges_come_apart_from_the_last_one(acme, bo):
    receive(acme.acme.id, email="fay@customer.test", subject="Third")
    before = [said(one) for one in (1, 2, 3)]
    first, second = merge(bo, 1, 2), merge(bo, 2, 3)
    with pytest.raises(OperationOutdated):
        operations.undo(bo, operation_id=first)
    assert len(said(3)) == 6
    operations.undo(bo, operation_id=second)
    operations.undo(bo, operation_id=first)
    assert [said(one) for one in (1, 2, 3)] == before


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        ({}, "same"),
        ({1: [Status.TRASH]}, "trash"),
        ({2: [Status.SOLVED, Status.CLOSED]}, "closed"),
        ({2: [Status.SPAM]}, "closed"),
    ],
)
def test_what_cannot_be_merged_is_refused_and_nothing_changes(bo, prepare, reason):
    for number, steps in prepare.items():
        for status in steps:
            public.set_status(bo, ticket_id=ticket(number).id, status=status)
    before = [(state(one), said(one)) for one in (1, 2)]
    with pytest.raises(CannotMerge) as refused:
        merging.merge_tickets(bo, number=1, into=1 if reason == "same" else 2)
    assert refused.value.facts["reason"] == reason
    assert [(state(one), said(one)) for one in (1, 2)] == before


def test_a_ticket_that_changed_since_the_page_was_loaded_is_not_merged(bo):
    with pytest.raises(TicketVersionConflict):
        merging.merge_tickets(bo, number=1, into=2, expected=Status.SOLVED)
    assert said(1)


def test_only_who_sees_both_may_merge_and_undo(acme, bo):
    ada = actor_of(acme.acme, acme.ada)
    assert ticket(1).assignee_id == acme.bo.id  # not Ada's to see
    with pytest.raises(NotFound):
        merging.merge_tickets(ada, number=1, into=2)
    operation = merge(bo)
    with pytest.raises(NotFound):
        operations.undo(ada, operation_id=operation)
    assert said(1) == []


def test_nobody_merges_without_the_right(acme, bo):
    powerless = Actor(kind="member", tenant_id=acme.acme.id, id=acme.bo.id)
    with pytest.raises(Forbidden):
        merging.merge_tickets(powerless, number=1, into=2)
    operation = merge(bo)
    with pytest.raises(Forbidden):
        operations.undo(powerless, operation_id=operation)


def test_another_workspace_knows_of_nothing(cast):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id)
        receive(cast.acme.id, email=EVE)
        operation = merge(actor_of(cast.acme, cast.bo))
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id):
        with pytest.raises(NotFound):
            operations.undo(dee, operation_id=operation)
        with pytest.raises(NotFound):
            merging.merge_tickets(dee, number=1, into=2)
    with tenant_scope(cast.acme.id):
        assert said(1) == []


def test_a_reply_that_was_on_its_way_waits_for_a_person(bo, settings):
    settings.UNDO_SECONDS = 8
    new = holding.NewReply(body="On its way", request_key=uuid4(), send_anyway=True)
    holding.send_reply(bo, ticket_id=ticket(1).id, new=new)
    operation = merge(bo)
    row = HeldReply.objects.get()
    assert (row.ticket_id, row.state, row.reason) == (ticket(2).id, "stopped", "merged")
    operations.undo(bo, operation_id=operation)
    row.refresh_from_db()
    assert (row.ticket_id, row.state) == (ticket(1).id, "stopped")


def test_nothing_is_done_on_a_merged_ticket_and_it_says_where_to_go(bo):
    merge(bo)
    with pytest.raises(TicketMergedAway) as refused:
        public.set_status(bo, ticket_id=ticket(1).id, status=Status.OPEN)
    assert refused.value.facts["into"] == 2


def test_what_programs_note_lands_on_the_survivor(acme, bo):
    merge(bo)
    public.add_note(
        system_actor(acme.acme.id), ticket_id=ticket(1).id, body="It bounced", request_key=uuid4()
    )
    assert said(2)[-1] == "It bounced"


def test_both_tickets_say_in_the_log_what_happened(bo):
    merge(bo)
    for number in (1, 2):
        line = identity.list_audit(object_kind="ticket", object_id=ticket(number).id)[0]
        assert (line.action, line.before, line.after) == (
            "ticket.merged",
            {"from": "#1"},
            {"to": "#2"},
        )
