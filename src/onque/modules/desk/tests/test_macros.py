"""Prepared answers: who writes and sees them, what is filled in, what is applied at the sending."""

from dataclasses import replace
from uuid import uuid4

import pytest

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Composed, NewReply
from onque.modules.desk.contracts.macros import NewMacro
from onque.modules.desk.models import HeldReply, Macro, Ticket, TicketTag
from onque.modules.desk.services import holding, macros, placeholders, replies
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of

THANKS = NewMacro(
    name="Thanks",
    code="/Thx",
    text_ko="{{고객.이름}} 님, 고맙습니다.",
    text_en="Dear {{customer.name|customer}}, thanks. {{agent.name}}",
    priority="high",
    tags=("refund",),
    assign_to_me=True,
)


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


def save(actor, new=THANKS, macro_id=None, **given):
    return macros.save_macro(actor, macro_id=macro_id or uuid4(), new=replace(new, **given))


def state(ticket_id):
    ticket = Ticket.objects.get(id=ticket_id)
    tags = TicketTag.objects.filter(ticket_id=ticket_id).values_list("tag__name", flat=True)
    return ticket.priority, ticket.assignee_id, list(tags)


def names(actor):
    return [one.written.name for one in macros.list_macros(actor)]


def test_one_s_own_is_seen_by_nobody_else_and_the_same_id_twice_is_one(desk, ada, bo):
    key = uuid4()
    for name in ("Thanks", "Many thanks"):
        save(ada, macro_id=key, name=name)
    assert names(ada) == ["Many thanks"]
    assert Macro.objects.get().code == "thx"
    assert names(bo) == []
    with pytest.raises(NotFound):
        save(bo, macro_id=key, name="Mine now")
    with pytest.raises(NotFound):
        macros.remove_macro(bo, macro_id=key)
    assert names(ada) == ["Many thanks"]
    macros.remove_macro(ada, macro_id=key)
    assert names(ada) == []


def test_sharing_is_for_who_may_set_up(desk, ada, bo):
    with pytest.raises(Forbidden):
        save(ada, audience="all")
    kept = save(bo, audience="all")
    assert names(ada) == ["Thanks"]
    with pytest.raises(Forbidden):
        save(ada, macro_id=kept.id, audience="mine")
    with pytest.raises(Forbidden):
        macros.remove_macro(ada, macro_id=kept.id)
    assert Macro.objects.get().audience == "all"


def test_a_group_s_is_seen_by_its_members(desk, ada, bo):
    group = identity.create_group(name="Payments", member_ids=[ada.id])
    save(bo, audience="group", group_id=group.id)
    assert names(ada) == []
    assert names(replace(ada, group_ids=frozenset({group.id}))) == ["Thanks"]
    assert names(bo) == ["Thanks"]


@pytest.mark.parametrize(
    "given",
    [
        {"name": " "},
        {"text_en": "{{customer.shoe}}"},
        {"text_en": "x" * (macros.MAX_LENGTH + 1)},
        {"audience": "group"},
        {"tags": tuple("abcdefghijklm")},
        {"text_ko": "", "text_en": " ", "priority": "", "tags": (), "assign_to_me": False},
    ],
)
def test_what_cannot_be_kept_is_refused(desk, bo, given):
    with pytest.raises(Invalid):
        save(bo, **given)
    assert Macro.objects.count() == 0


def test_an_offer_is_filled_in_the_customer_s_language(desk, ada):
    save(ada)
    ticket = Ticket.objects.get(id=desk.ticket_id)
    name = ticket.customer.name
    for language, text in (("en", f"Dear {name or 'customer'}, thanks. Ada"), ("ko", f"{name} 님")):
        Ticket.objects.filter(id=ticket.id).update(language=language)
        offer = macros.offer_all(ada, number=ticket.number)[0]
        assert offer.text.startswith(text)


def test_a_place_without_a_value_stays_to_be_seen():
    values = {"customer.name": ""}
    assert placeholders.fill("{{customer.name}} {{ 고객.이름 | 고객 }}", values) == (
        "{{customer.name}} 고객"
    )


@pytest.mark.parametrize("seconds", [0, 8])
def test_its_changes_come_with_the_sending(desk, ada, settings, seconds):
    settings.UNDO_SECONDS = seconds
    macro = save(ada)
    before = state(desk.ticket_id)
    new = NewReply(body="Thanks", request_key=uuid4(), macro_id=macro.id)
    for _twice in range(2):
        item = holding.send_reply(ada, ticket_id=desk.ticket_id, new=new)
    if seconds:
        assert state(desk.ticket_id) == before
        holding.release(item.id)
    assert state(desk.ticket_id) == ("high", ada.id, ["refund"])
    assert Macro.objects.get().uses == 1


def test_undo_keeps_them_with_the_draft(desk, ada, settings):
    settings.UNDO_SECONDS = 8
    macro = save(ada)
    new = NewReply(body="Thanks", request_key=uuid4(), macro_id=macro.id)
    item = holding.send_reply(ada, ticket_id=desk.ticket_id, new=new)
    back = holding.take_back(ada, ticket_id=desk.ticket_id, reply_id=item.id)
    assert back.macro_id == macro.id
    assert state(desk.ticket_id)[2] == []


def test_a_note_applies_them_too_but_not_what_the_author_may_not_use(desk, ada, bo):
    others = save(bo)
    note = {"ticket_id": desk.ticket_id, "body": "Seen"}
    replies.add_note(ada, **note, request_key=uuid4(), composed=Composed(others.id))
    limited = replace(ada, permissions=ada.permissions - {"ticket.assign"})
    own = save(ada)
    replies.add_note(limited, **note, request_key=uuid4(), composed=Composed(own.id))
    assert state(desk.ticket_id)[2] == []
    replies.add_note(ada, **note, request_key=uuid4(), composed=Composed(own.id))
    assert state(desk.ticket_id) == ("high", ada.id, ["refund"])


def test_another_workspace_sees_none(cast):
    with tenant_scope(cast.acme.id):
        kept = save(actor_of(cast.acme, cast.bo), audience="all")
    dee = actor_of(cast.globex, cast.dee)
    with tenant_scope(cast.globex.id):
        assert names(dee) == []
        with pytest.raises(NotFound):
            macros.remove_macro(dee, macro_id=kept.id)
        assert macros.find_offer(dee, kept.id) is None


# --- the page ---------------------------------------------------------------------------


def test_the_page_writes_changes_and_ends_one(desk, cast):
    bo = browser(cast.bo.email)
    given = {"name": "Thanks", "text_en": "Thanks", "audience": "all", "tags": "a, b"}
    assert bo.post(path(f"macros/{uuid4()}"), given).status_code == 302
    macro = Macro.objects.get()
    assert macro.tags == ["a", "b"]
    page = bo.get(path(f"macros/?macro={macro.id.hex}"))
    assert 'value="Thanks"' in page.content.decode()
    assert "Thanks" in read(browser(cast.ada.email).get(path("macros/"))).text
    assert bo.post(path(f"macros/{macro.id}/remove")).status_code == 302
    assert Macro.objects.count() == 0


def test_a_refusal_gives_everything_back(desk, cast):
    bo = browser(cast.bo.email)
    given = {"name": "Thanks", "text_en": "{{customer.shoe}}", "audience": "mine"}
    answer = bo.post(path(f"macros/{uuid4()}"), given)
    assert answer.status_code == 422
    assert "{{customer.shoe}}" in answer.content.decode()
    assert "Nothing is called" in read(answer).text
    assert Macro.objects.count() == 0


def test_the_composer_is_offered_them_and_a_draft_keeps_the_choice(desk, cast, ada):
    macro = save(ada)
    browsing = browser(cast.ada.email)
    assert "Thanks" in read(browsing.get(path("tickets/1/macros"))).text
    typed = {"kind": "reply", "body": "Thanks", "request_key": str(uuid4())}
    browsing.post(path("tickets/1/draft"), typed | {"macro_id": str(macro.id)})
    assert HeldReply.objects.get().macro_id == macro.id
    assert "assigned to me" in read(browsing.get(path("tickets/1/"))).text
