"""The notifications centre: assigned, mentioned, answered; live, and nobody else's."""

from uuid import UUID, uuid4

import pytest

from onque.kernel import events, realtime
from onque.kernel.access import Actor
from onque.kernel.errors import Forbidden, NotFound
from onque.kernel.models import OutboxEvent
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts.telling import MembersConcerned, News
from onque.modules.desk.models import Ticket
from onque.modules.desk.services import properties, relating, replies
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import Cast, actor_of
from onque.modules.notifications.models import Notice
from onque.modules.notifications.services import notices


@pytest.fixture
def desk(cast: Cast):
    with tenant_scope(cast.acme.id):
        return receive(cast.acme.id, subject="Broken lid")


@pytest.fixture
def ada(cast: Cast) -> Actor:
    return actor_of(cast.acme, cast.ada)


@pytest.fixture
def bo(cast: Cast) -> Actor:
    return actor_of(cast.acme, cast.bo)


def deliver(cast: Cast) -> None:
    """Hand what was published to the centre."""
    with tenant_scope(cast.acme.id):
        streams = set(OutboxEvent.objects.values_list("stream", flat=True))
    for stream in streams:
        for key in ("notifications.tell_members", "notifications.forget_notices"):
            events.deliver_stream(cast.acme.id, stream, key)


def told(cast: Cast, actor: Actor) -> list[tuple[str, str, bool]]:
    deliver(cast)
    with tenant_scope(cast.acme.id):
        return [(one.news, one.by, one.is_read) for one in notices.list_notices(actor)]


def unread(cast: Cast, actor: Actor) -> int:
    deliver(cast)
    with tenant_scope(cast.acme.id):
        return notices.count_unread(actor)


def assign(cast: Cast, actor: Actor, ticket_id: UUID, member_id: UUID | None) -> None:
    with tenant_scope(cast.acme.id):
        properties.assign(actor, ticket_id=ticket_id, member_id=member_id, group_id=None)


def note(cast: Cast, actor: Actor, ticket_id: UUID, body: str) -> None:
    with tenant_scope(cast.acme.id):
        replies.add_note(actor, ticket_id=ticket_id, body=body, request_key=uuid4())


def test_who_is_assigned_is_told_and_who_did_it_is_not(cast, desk, ada, bo):
    assign(cast, bo, desk.ticket_id, ada.id)
    assert told(cast, ada) == [("assigned", "Bo", False)]
    assign(cast, bo, desk.ticket_id, bo.id)
    assert told(cast, bo) == []


def test_who_is_mentioned_is_told(cast, desk, ada, bo):
    note(cast, bo, desk.ticket_id, "@Ada and @Bo, please look. mail@Oda.example is no mention")
    assert told(cast, ada) == [("mentioned", "Bo", False)]
    assert told(cast, bo) == []


def test_an_answer_is_told_to_the_assignee_and_to_followers(cast, desk, ada, bo):
    assign(cast, ada, desk.ticket_id, ada.id)
    with tenant_scope(cast.acme.id):
        number = Ticket.objects.get(pk=desk.ticket_id).number
        relating.follow(bo, number=number, member_id=bo.id)
        receive(cast.acme.id, ticket_id=desk.ticket_id)
    assert told(cast, ada) == [("customer_wrote", "Cy", False)]
    assert told(cast, bo) == [("customer_wrote", "Cy", False)]


def test_an_automatic_answer_and_a_ticket_of_nobody_tell_nobody(cast, desk, ada):
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id, ticket_id=desk.ticket_id)
    assign(cast, ada, desk.ticket_id, ada.id)
    with tenant_scope(cast.acme.id):
        receive(cast.acme.id, ticket_id=desk.ticket_id, automatic=True)
    assert told(cast, ada) == []


def test_the_same_again_is_one_notice_that_is_new_once_more(cast, desk, ada, bo):
    note(cast, bo, desk.ticket_id, "@Ada?")
    note(cast, bo, desk.ticket_id, "@Ada!")
    assert told(cast, ada) == [("mentioned", "Bo", False)]
    with tenant_scope(cast.acme.id):
        notices.read_all(ada)
    assert unread(cast, ada) == 0
    note(cast, bo, desk.ticket_id, "@Ada?!")
    assert unread(cast, ada) == 1


def test_the_event_twice_has_one_effect(cast, desk, ada, bo):
    note(cast, bo, desk.ticket_id, "@Ada?")
    deliver(cast)
    deliver(cast)
    with tenant_scope(cast.acme.id):
        assert Notice.objects.count() == 1


def test_open_pages_of_who_is_told_hear_of_it(committed_cast):
    cast = committed_cast
    ada, bo = (actor_of(cast.acme, one) for one in (cast.ada, cast.bo))
    with tenant_scope(cast.acme.id):
        desk = receive(cast.acme.id)
    cursor = realtime.cursor(cast.acme.id)
    note(cast, bo, desk.ticket_id, "@Ada?")
    deliver(cast)
    mine, other = (f"desk.member.{one.id.hex}" for one in (ada, bo))
    assert [hint.kind for hint in realtime.replay(cast.acme.id, cursor, [mine]).hints] == [
        "notices"
    ]
    assert realtime.replay(cast.acme.id, cursor, [other]).hints == ()


def test_opening_reads_all_of_the_ticket(cast, desk, ada, bo):
    note(cast, bo, desk.ticket_id, "@Ada?")
    assign(cast, bo, desk.ticket_id, ada.id)
    assert unread(cast, ada) == 2
    with tenant_scope(cast.acme.id):
        first = notices.list_notices(ada)[0]
        assert notices.open_notice(ada, notice_id=first.id) == first.number
        assert notices.open_notice(ada, notice_id=first.id) == first.number
    assert unread(cast, ada) == 0


def test_another_s_notice_is_not_found_and_stays_new(cast, desk, ada, bo):
    note(cast, bo, desk.ticket_id, "@Ada?")
    deliver(cast)
    with tenant_scope(cast.acme.id), pytest.raises(NotFound):
        notices.open_notice(bo, notice_id=Notice.objects.get().pk)
    assert unread(cast, ada) == 1


def test_what_one_may_not_see_any_more_is_neither_listed_nor_counted(cast, desk, bo):
    with tenant_scope(cast.acme.id):
        card = identity.create_member(email="eve@acme.test", name="Eve", role_key="agent")
    eve = actor_of(cast.acme, card)
    note(cast, bo, desk.ticket_id, "@Eve?")
    assert unread(cast, eve) == 1
    assign(cast, bo, desk.ticket_id, bo.id)
    narrowed = Actor(
        kind="member",
        tenant_id=eve.tenant_id,
        id=eve.id,
        name=eve.name,
        permissions=eve.permissions - {"ticket.view_all"},
    )
    assert told(cast, narrowed) == []
    assert unread(cast, narrowed) == 0
    with tenant_scope(cast.acme.id), pytest.raises(NotFound):
        notices.open_notice(narrowed, notice_id=Notice.objects.get().pk)


def test_who_may_see_no_tickets_is_refused(cast, ada):
    nobody = Actor(kind="member", tenant_id=ada.tenant_id, id=ada.id, name="Ada")
    for act in (notices.list_notices, notices.count_unread, notices.read_all):
        with tenant_scope(cast.acme.id), pytest.raises(Forbidden):
            act(nobody)


def test_another_workspace_s_members_are_told_nothing(cast, desk, ada):
    event = MembersConcerned(
        ticket_id=desk.ticket_id, news=News.ASSIGNED, member_ids=(ada.id,), by="Dee"
    )
    assert MembersConcerned.load(event.dump()) == event
    with tenant_scope(cast.globex.id):
        events.publish(event)
    events.deliver_stream(cast.globex.id, event.stream, "notifications.tell_members")
    assert told(cast, ada) == []
    with tenant_scope(cast.globex.id):
        assert not Notice.objects.exists()


def test_the_page_counts_lists_opens_and_reads(cast, desk, bo):
    note(cast, bo, desk.ticket_id, "@Ada, please")
    deliver(cast)
    ada = browser("ada@acme.test")
    assert ada.get(path("notices/count")).content == b"1"
    page = read(ada.get(path("notices/")))
    assert "Bo mentioned you on #1" in page.text
    assert "Broken lid" in page.text
    assert "Nothing new" in read(browser("bo@acme.test").get(path("notices/"))).text
    with tenant_scope(cast.acme.id):
        notice_id = Notice.objects.get().pk
    assert browser("bo@acme.test").post(path(f"notices/{notice_id}/open")).status_code == 404
    answer = ada.post(path(f"notices/{notice_id}/open"))
    assert answer.headers["Location"] == path("tickets/1/")
    assert ada.get(path("notices/count")).content == b"0"
    assert ada.post(path("notices/read")).headers["Location"] == path("notices/")
