"""One box: found by words in both languages and by operators, and only what one may see."""

import pytest

from onque.kernel.errors import Forbidden, Invalid
from onque.kernel.search import index
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Priority, Status
from onque.modules.desk.services import properties, replies, searching
from onque.modules.desk.tests.factories import receive, reply
from onque.modules.desk.tests.visiting import browser, path, statements
from onque.modules.identity.tests.factories import actor_of

pytestmark = pytest.mark.usefixtures("committed_cast")


@pytest.fixture
def acme(committed_cast):
    return committed_cast.acme


@pytest.fixture
def bo(committed_cast):
    return actor_of(committed_cast.acme, committed_cast.bo)


@pytest.fixture
def ada(committed_cast):
    return actor_of(committed_cast.acme, committed_cast.ada)


def write(tenant, **given):
    with tenant_scope(tenant.id):
        return receive(tenant.id, **given)


def find(actor, text, **given):
    index.write_due()
    with tenant_scope(actor.tenant_id):
        return searching.search(actor, text=text, **given)


def numbers(found):
    return [one.row.number for one in found.tickets]


def test_words_are_found_in_subjects_messages_and_names(acme, bo):
    write(acme, subject="배송 문의", text="환불해주세요. 주문번호는 20260103-77 입니다.")
    write(acme, subject="Refund please", text="Broken.", email="kim@shop.test")
    assert [m.row.number for m in find(bo, "환불을").messages] == [1]
    assert numbers(find(bo, "배송")) == [1]
    assert numbers(find(bo, "refund")) == [2]
    assert [m.row.number for m in find(bo, "20260103-77").messages] == [1]
    found = find(bo, "kim@shop.test")
    assert numbers(found) == [2]
    assert [one.email for one in found.customers] == ["kim@shop.test"]
    assert find(bo, "교환").is_empty


def test_the_words_around_the_match_are_shown(acme, bo):
    write(acme, text="말 " * 100 + "그래서 환불을 원해요 " + "끝 " * 100)
    snippet = find(bo, "환불").messages[0].snippet
    assert "환불을 원해요" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) < 150


def test_replies_notes_and_tags_are_found(acme, bo):
    ticket = write(acme)
    with tenant_scope(acme.id):
        reply(bo, ticket.ticket_id, body="새 뚜껑을 보냈습니다")
        replies.add_note(bo, ticket_id=ticket.ticket_id, body="supplier knows", request_key=acme.id)
        properties.add_tag(bo, ticket_id=ticket.ticket_id, name="뚜껑불량")
    assert find(bo, "뚜껑을 보냈습니다").messages
    assert find(bo, "supplier").messages
    assert numbers(find(bo, "뚜껑불량")) == [1]
    with tenant_scope(acme.id):
        properties.remove_tag(bo, ticket_id=ticket.ticket_id, name="뚜껑불량")
    assert numbers(find(bo, "뚜껑불량")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status:solved", [1]),
        ("-status:solved", [3, 2]),
        ("status:solved status:new", [1, 2, 3]),
        ("priority:urgent", [2]),
        ("from:kim", [3]),
        ("from:nobody", []),
        ("tag:vip", [2]),
        ("assignee:me", [2]),
        ("assignee:none", [1, 3]),
        ("is:unassigned status:new", [3]),
        ("channel:email", [1, 2, 3]),
        ("channel:talk", []),
        ("has:file", []),
        ("created>2020-01-01", [1, 2, 3]),
        ("created<2020-01-01", []),
        ("created>=2020-01-01 created<2021.01.01", []),
        ("lid status:new", [2, 3]),
        ('"lid is broken" tag:vip', []),
    ],
)
def test_operators_narrow(acme, bo, text: str, expected: list[int]):
    one = write(acme, subject="Lid one")
    two = write(acme, subject="Lid two")
    write(acme, subject="Lid three", email="kim@shop.test")
    with tenant_scope(acme.id):
        properties.set_priority(bo, ticket_id=two.ticket_id, priority=Priority.URGENT)
        properties.add_tag(bo, ticket_id=two.ticket_id, name="vip")
        properties.assign(bo, ticket_id=two.ticket_id, member_id=bo.id, group_id=None)
        properties.set_status(bo, ticket_id=one.ticket_id, status=Status.SOLVED)
    found = find(bo, text)
    assert sorted(numbers(found)) == sorted(expected)
    assert not found.unknown


@pytest.mark.parametrize("text", ["status:funny", "created>yesterday", "brand:none", "is:nice"])
def test_what_cannot_be_read_is_said(acme, bo, text: str):
    assert find(bo, text).unknown == (text,)


def test_a_number_leads_to_its_ticket(acme, bo):
    write(acme)
    write(acme)
    assert find(bo, "#2").exact.number == 2
    assert find(bo, "1").exact.number == 1
    assert find(bo, "#99").exact is None


def test_only_what_one_may_see_is_found(committed_cast, acme, bo, ada):
    hidden, spam = write(acme, subject="Secret lid"), write(acme, subject="Spam lid")
    with tenant_scope(acme.id):
        properties.assign(bo, ticket_id=hidden.ticket_id, member_id=bo.id, group_id=None)
        properties.set_status(bo, ticket_id=spam.ticket_id, status=Status.SPAM)
    assert sorted(numbers(find(bo, "lid"))) == [1, 2]
    found = find(ada, "lid")
    assert numbers(found) == []
    assert not found.messages
    assert find(ada, "#1").exact is None
    dee = actor_of(committed_cast.globex, committed_cast.dee)
    assert find(dee, "lid").is_empty


def test_without_the_right_nothing_is_searched(acme, bo):
    from dataclasses import replace

    with pytest.raises(Forbidden):
        find(replace(bo, permissions=frozenset()), "lid")


def test_pages_go_on_and_end(acme, bo):
    for number in range(7):
        write(acme, subject=f"Lid {number}")
    seen: list[int] = []
    after = ""
    while True:
        found = find(bo, "lid", only="tickets", after=after, few=3)
        seen += numbers(found)
        after = found.tickets_cursor
        if not after:
            break
    assert sorted(seen) == list(range(1, 8))
    listed = find(bo, "status:new", only="tickets", few=5)
    rest = find(bo, "status:new", only="tickets", few=5, after=listed.tickets_cursor)
    assert len(numbers(listed)) + len(numbers(rest)) == 7
    with pytest.raises(Invalid):
        find(bo, "lid", only="tickets", after="nonsense")


def test_the_page_and_the_palette(acme, bo):
    write(acme, subject="<b>Lid</b>", text="The lid <script>alert(1)</script>")
    index.write_due()
    client = browser("bo@acme.test")
    page = client.get(path("search/"), {"q": "lid"}).content.decode()
    assert "&lt;b&gt;<mark>Lid</mark>&lt;/b&gt;" in page
    assert "<script>alert" not in page
    with statements() as found:
        part = client.get(path("search/"), {"q": "lid", "palette": "1"}).content.decode()
    assert 'role="option"' in part
    assert "<html" not in part
    assert len(found) <= 14, "\n".join(found)
    empty = client.get(path("search/"), {"q": "", "palette": "1"}).content.decode()
    assert "Unassigned" in empty
    said = client.get(path("search/"), {"q": "status:funny"}).content.decode()
    assert "status:funny" in said
