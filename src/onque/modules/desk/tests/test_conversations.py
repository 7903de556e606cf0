"""Long conversations: every message can be reached, in order, once."""

from datetime import timedelta

import pytest

from onque.kernel import clock
from onque.kernel.cursors import write_cursor
from onque.kernel.errors import Invalid
from onque.kernel.ids import new_id
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Message
from onque.modules.desk.services import conversations, reading
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read, statements
from onque.modules.identity.tests.factories import actor_of

MANY = 450


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


@pytest.fixture
def long(cast):
    """A ticket with 450 messages, some of them stored at the same moment; ids in their order."""
    with tenant_scope(cast.acme.id):
        ticket_id = receive(cast.acme.id, text="Message 0").ticket_id
        first = Message.objects.get(ticket_id=ticket_id)
        start = clock.now() - timedelta(days=40)
        Message.objects.filter(pk=first.pk).update(stored_at=start, written_at=start)
        rows = []
        for number in range(1, MANY):
            at = start + timedelta(hours=2 * (number // 3))
            rows.append(
                Message(
                    ticket_id=ticket_id,
                    request_key=new_id(),
                    direction="in",
                    visibility="public",
                    author_kind="customer",
                    author_id=first.author_id,
                    author_name="Cy",
                    channel="email",
                    text=f"Message {number}",
                    written_at=at,
                    stored_at=at,
                )
            )
        Message.objects.bulk_create(rows)
        found = Message.objects.filter(ticket_id=ticket_id).order_by("stored_at", "id")
        return ticket_id, list(found.values_list("id", flat=True))


def ids(stretch):
    return [message.id for message in stretch.messages]


def test_going_back_reaches_every_message_once(cast, long):
    ticket_id, every = long
    with tenant_scope(cast.acme.id):
        stretch = conversations.find_stretch(ticket_id)
        assert stretch.is_newest
        seen = ids(stretch)
        while stretch.earlier_cursor:
            stretch = conversations.find_stretch(ticket_id, before=stretch.earlier_cursor)
            assert not stretch.is_newest
            seen = ids(stretch) + seen
    assert seen == every


@pytest.mark.parametrize("at", [0, 3, 120, 248, 249])
def test_a_message_is_found_with_those_around_it(cast, long, at):
    ticket_id, every = long
    with tenant_scope(cast.acme.id):
        stretch = conversations.find_stretch(ticket_id, around=every[at])
        assert every[at] in ids(stretch)
        assert ids(stretch) == every[max(0, at - 100) : at + 100]
        assert bool(stretch.earlier_cursor) == (at > 100)
        if stretch.earlier_cursor:
            before = conversations.find_stretch(ticket_id, before=stretch.earlier_cursor)
            assert ids(before)[-1] == every[at - 101]


def test_a_new_or_foreign_message_gives_the_newest(cast, long):
    ticket_id, every = long
    with tenant_scope(cast.acme.id):
        other = receive(cast.acme.id, email="other@customer.test").message_id
        for around in (every[-1], every[250], other, new_id()):
            assert ids(conversations.find_stretch(ticket_id, around=around)) == every[-200:]


def test_a_cursor_that_is_not_ours_is_refused(cast, long, bo):
    with tenant_scope(cast.acme.id), pytest.raises(Invalid):
        reading.get_ticket(bo, number=1, before="zz")


def test_the_page_of_a_long_ticket_costs_no_more_statements(cast, long):
    client = browser(cast.bo.email)
    client.get(path("tickets/1/"))
    with statements() as sql:
        newest = client.get(path("tickets/1/"))
    earlier = next(link for link in read(newest).links if "before=" in link)
    with statements() as more:
        assert client.get(earlier).status_code == 200
    assert len(more) <= len(sql)


def test_earlier_messages_without_script(cast, long):
    _ticket_id, every = long
    client = browser(cast.bo.email)
    page = read(client.get(path("tickets/1/")))
    assert "Message 449" in page.text
    assert "body" in page.ids
    link = next(one for one in page.links if "before=" in one)
    older = read(client.get(link))
    assert f"m{every[249].hex}" in older.ids
    assert "body" not in older.ids  # one answers where the newest messages are
    assert "To the newest messages" in older.text
    deep = read(client.get(path(f"tickets/1/?m={every[5].hex}")))
    assert f"m{every[5].hex}" in deep.ids
    assert "earlier" not in deep.ids
    assert client.get(path("tickets/1/?m=zz")).status_code == 200
    assert client.get(path("tickets/1/?before=zz")).status_code == 422


def test_no_day_comes_twice(cast):
    with tenant_scope(cast.acme.id):
        ticket_id = receive(cast.acme.id).ticket_id
        first = Message.objects.get(ticket_id=ticket_id)
        now = clock.now()
        days = (-3, -1, -3, -1, 0)
        for number, day in enumerate(days):
            Message.objects.create(
                ticket_id=ticket_id,
                request_key=new_id(),
                direction="in",
                visibility="public",
                author_kind="customer",
                author_id=first.author_id,
                author_name="Cy",
                channel="email",
                text=f"Late {number}",
                written_at=now + timedelta(days=day),
                stored_at=now + timedelta(minutes=number),
            )
    answer = browser(cast.bo.email).get(path("tickets/1/"))
    headings = answer.content.decode().split('<div class="day">')[1:]
    words = [one.partition("<")[0] for one in headings]
    assert len(words) == len(set(words))
    assert answer.content.decode().count(f"{words[1]} ") >= 1  # said at the message that came late


def test_another_tenants_cursor_shows_nothing_of_it(cast, long):
    _ticket_id, every = long
    with tenant_scope(cast.globex.id):
        receive(cast.globex.id, text="Ours")
    dee = browser(cast.dee.email)
    cursor = write_cursor(clock.now(), every[-1])
    for query in (f"before={cursor}", f"m={every[5].hex}"):
        text = read(dee.get(path(f"tickets/1/?{query}", slug=cast.globex.slug))).text
        assert "Message 5" not in text
        assert "Message 449" not in text
