"""Acts on many tickets: whole, refused, cancelled, taken up again, taken back."""

from uuid import uuid4

import pytest

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Priority, Status
from onque.modules.desk.contracts.bulk import Selection
from onque.modules.desk.models import BulkChunk, BulkRun, Message, Ticket
from onque.modules.desk.services import bulk, bulk_working, properties
from onque.modules.desk.services.changes import Changes
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path
from onque.modules.identity import public as identity
from onque.modules.identity.models import Member
from onque.modules.identity.tests.factories import actor_of

ALL = Selection(view="all")
SOLVE = Changes(status=Status.SOLVED)


@pytest.fixture
def acme(cast):
    with tenant_scope(cast.acme.id):
        for n in range(5):
            receive(cast.acme.id, subject=f"Broken lid {n}")
    return cast


@pytest.fixture
def bo(acme):
    return actor_of(acme.acme, acme.bo)


@pytest.fixture(autouse=True)
def small_chunks(settings, monkeypatch):
    monkeypatch.setattr(bulk_working, "CHUNK", 2)
    monkeypatch.setattr(bulk_working, "REST", 0.0)


def start(actor, selection=ALL, changes=SOLVE, key=None):
    with tenant_scope(actor.tenant_id):
        return bulk.start_change(
            actor, selection=selection, changes=changes, request_key=key or uuid4()
        )


def finish(actor, started):
    while bulk_working.step(actor.tenant_id, started.id):
        pass
    return look(actor, started)


def look(actor, started):
    with tenant_scope(actor.tenant_id):
        return bulk.get_bulk(actor, bulk_id=started.id)


def statuses(actor):
    with tenant_scope(actor.tenant_id):
        return list(Ticket.objects.order_by("number").values_list("status", flat=True))


def test_everything_that_a_view_holds_is_changed_with_its_audit(acme, bo):
    done = finish(bo, start(bo))
    assert (done.total, done.changed, done.same, done.skipped) == (5, 5, 0, 0)
    assert done.ended_at is not None
    assert statuses(bo) == ["solved"] * 5
    with tenant_scope(acme.acme.id):
        lines = [
            line
            for ticket in Ticket.objects.all()
            for line in identity.list_audit(object_kind="ticket", object_id=ticket.id)
            if line.action == "ticket.status"
        ]
    assert len(lines) == 5


def test_the_same_key_twice_is_one_act(acme, bo):
    key = uuid4()
    assert start(bo, key=key).id == start(bo, key=key).id
    with tenant_scope(acme.acme.id):
        assert BulkRun.objects.count() == 1


def test_what_is_so_already_and_what_is_refused_is_told_apart(acme, bo):
    with tenant_scope(acme.acme.id):
        ids = list(Ticket.objects.order_by("number").values_list("id", flat=True))
        properties.set_status(bo, ticket_id=ids[0], status=Status.SOLVED)
        Ticket.objects.filter(id=ids[1]).update(status="closed", shelf="done")
    wanted = Changes(status=Status.PENDING, add_tag="lid")
    done = finish(bo, start(bo, Selection(numbers=(1, 2, 3, 99)), SOLVE))
    assert (done.total, done.changed, done.same, done.skipped) == (3, 1, 1, 1)
    assert [(one.number, one.why) for one in done.report] == [(2, "not_from_here")]
    assert finish(bo, start(bo, Selection(numbers=(4, 5)), wanted)).changed == 2


def die_in_a_chunk(tenant_id):
    with tenant_scope(tenant_id):
        bulk_working._go_on(BulkRun.objects.get())
        assert Ticket.objects.filter(status="solved").count() == 4
        raise RuntimeError("the worker dies")


def test_a_worker_that_dies_loses_the_chunk_in_hand_alone(acme, bo):
    started = start(bo)
    bulk_working.step(bo.tenant_id, started.id)
    bulk_working.step(bo.tenant_id, started.id)
    assert statuses(bo).count("solved") == 2
    with pytest.raises(RuntimeError):
        die_in_a_chunk(bo.tenant_id)
    assert statuses(bo).count("solved") == 2
    done = finish(bo, started)
    assert (done.changed, done.same) == (5, 0)


def test_a_lost_act_is_found_again(acme, bo):
    started = start(bo)
    with tenant_scope(acme.acme.id):
        row = BulkRun.objects.get()
        row.touched_at -= 2 * bulk_working.STANDS_STILL
        row.save()
    found = bulk_working.bulk_runs.due(before=look(bo, started).started_at, limit=5)
    assert found == [(bo.tenant_id, started.id)]
    bulk_working.sweep()
    bulk_working.work_on(bo.tenant_id, started.id)
    assert look(bo, started).changed == 5


def test_cancel_keeps_what_is_done(acme, bo):
    started = start(bo)
    bulk_working.step(bo.tenant_id, started.id)
    bulk_working.step(bo.tenant_id, started.id)
    for _twice in range(2):
        with tenant_scope(bo.tenant_id):
            assert bulk.cancel(bo, bulk_id=started.id).is_cancelled
    done = finish(bo, started)
    assert (done.changed, done.stopped) == (2, "cancelled")
    assert statuses(bo).count("solved") == 2


def test_a_change_is_taken_back_where_nobody_changed_it_since(acme, bo):
    started = start(bo, changes=Changes(priority=Priority.URGENT))
    finish(bo, started)
    with tenant_scope(bo.tenant_id):
        ticket = Ticket.objects.get(number=1)
        properties.set_priority(bo, ticket_id=ticket.id, priority=Priority.LOW)
        undo = bulk.start_undo(bo, bulk_id=started.id, request_key=uuid4())
    done = finish(bo, undo)
    assert (done.total, done.changed, done.skipped) == (5, 4, 1)
    with tenant_scope(bo.tenant_id):
        found = list(Ticket.objects.order_by("number").values_list("priority", flat=True))
    assert found == ["low", "normal", "normal", "normal", "normal"]


def test_each_gets_its_own_reply_once(acme, bo):
    key = uuid4()
    for _twice in range(2):
        with tenant_scope(bo.tenant_id):
            started = bulk.start_reply(
                bo,
                selection=ALL,
                body="Dear {{customer.name}}, #{{ticket.number}} ships today.",
                status=Status.PENDING,
                request_key=key,
            )
    assert finish(bo, started).changed == 5
    with tenant_scope(bo.tenant_id):
        texts = set(Message.objects.filter(direction="out").values_list("text", flat=True))
        assert Message.objects.filter(direction="out").count() == 5
        with pytest.raises(Invalid):
            bulk.start_undo(bo, bulk_id=started.id, request_key=uuid4())
    assert "Dear Cy, #3 ships today." in texts
    assert statuses(bo) == ["pending"] * 5


def test_nothing_to_change_and_nothing_to_say_is_refused(acme, bo):
    with pytest.raises(Invalid):
        start(bo, changes=Changes())
    with pytest.raises(Invalid), tenant_scope(bo.tenant_id):
        bulk.start_reply(bo, selection=ALL, body=" ", status=None, request_key=uuid4())
    with tenant_scope(acme.acme.id):
        assert not BulkRun.objects.exists()


def test_permissions_are_asked_at_the_start_and_for_each_ticket(acme, bo):
    ada = actor_of(acme.acme, acme.ada)
    with pytest.raises(Forbidden):
        start(ada, changes=Changes(status=Status.TRASH))
    with tenant_scope(acme.acme.id):
        bos = Ticket.objects.get(number=1)
        properties.assign(bo, ticket_id=bos.id, member_id=bo.id, group_id=None)
    done = finish(ada, start(ada, Selection(numbers=(1, 2))))
    assert (done.changed, done.skipped) == (1, 1)
    assert done.report[0].number == 0
    assert finish(ada, start(ada)).total == 3


def test_a_member_who_left_changes_nothing_more(acme, bo):
    started = start(bo)
    bulk_working.step(bo.tenant_id, started.id)
    with tenant_scope(acme.acme.id):
        Member.objects.filter(id=bo.id).update(state="deactivated")
    assert finish(bo, started).stopped == "member_left"
    assert statuses(bo) == ["new"] * 5


def test_nobody_else_sees_or_stops_it(acme, bo):
    started = start(bo)
    others = [actor_of(acme.acme, acme.ada), actor_of(acme.globex, acme.dee)]
    for other in others:
        with tenant_scope(other.tenant_id):
            for act in (bulk.get_bulk, bulk.cancel):
                with pytest.raises(NotFound):
                    act(other, bulk_id=started.id)
            with pytest.raises(NotFound):
                bulk.start_undo(other, bulk_id=started.id, request_key=uuid4())
    with tenant_scope(acme.globex.id):
        assert not BulkChunk.objects.exists()


def test_the_bar_starts_it_and_its_page_tells(acme, bo):
    client = browser(acme.bo.email)
    form = {"all": "1", "view": "all", "status": "solved", "request_key": uuid4()}
    answer = client.post(path("tickets/changes"), form, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "/bulk/" in answer.headers["HX-Trigger"]
    page = client.post(path("tickets/changes"), form)
    assert page.status_code == 302
    with tenant_scope(acme.acme.id):
        started = BulkRun.objects.get()
    text = client.get(page.url).content.decode()
    assert "Looking for the tickets" in text
    assert client.post(page.url + "cancel").status_code == 302
    bulk_working.work_on(bo.tenant_id, started.id)
    assert "Cancelled. What was done stays." in client.get(page.url).content.decode()
    assert client.post(path("tickets/changes"), {"status": "solved"}).status_code == 422
