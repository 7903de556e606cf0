"""A customer writes by the form: stored with few rights, filed once, kept when it is wrong."""

import os
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connections
from django.test import Client

from onque.kernel import clock, events
from onque.kernel.ids import new_id
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.models import Attachment, Message, Ticket
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import actor_of
from onque.modules.portal.contracts import InquirySubmitted
from onque.modules.portal.models import Inquiry
from onque.modules.portal.rules.forms import FormField, Kind
from onque.modules.portal.services import inquiring, inquiry_types
from onque.modules.portal.services.inquiry_types import TypeChange
from onque.modules.portal.web import forms

ITEM = FormField(
    "item", Kind.CHOICE, {"ko": "상품", "en": "Item"}, is_required=True, choices=("Coins", "Pass")
)
COUNT = FormField(
    "count", Kind.NUMBER, {"en": "How many?"}, is_required=True, when_key="item", when_value="Coins"
)
PATH = "/portal/acme/acme/write"


def offer(cast, *fields, names=None, **given) -> UUID:
    with tenant_scope(cast.acme.id):
        return inquiry_types.add_type(
            actor_of(cast.acme, cast.bo),
            brand_id=identity.default_brand().id,
            change=TypeChange(names or {"ko": "결제", "en": "Payment"}, {}, fields, **given),
        )


@pytest.fixture
def written(committed_cast):
    """What a customer sends, with a form that was opened a minute ago."""
    cache.clear()
    with clock.frozen(clock.now()):
        note = forms.begun()
    return {
        "type": str(offer(committed_cast, ITEM, COUNT)),
        "f_item": "Coins",
        "f_count": "3",
        "email": "cy@customer.test",
        "name": "Cy",
        "subject": "Coins are missing",
        "body": "I paid and nothing came.",
        "begun": note,
    }


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    monkeypatch.setattr(forms, "_QUICKEST_SECONDS", -1)


def filed(cast) -> list[Ticket]:
    """Let the worker handle what was handed in, twice."""
    with tenant_scope(cast.acme.id):
        rows = list(Inquiry.objects.all())
    for row in rows * 2:
        with tenant_scope(cast.acme.id):
            inquiring.file_inquiry(row.id)
    with tenant_scope(cast.acme.id):
        return list(Ticket.objects.order_by("number"))


def test_a_form_becomes_one_ticket_with_its_files(committed_cast, written):
    file = SimpleUploadedFile("영수증.txt", b"3 coins", "text/plain")
    answer = Client().post(PATH, {**written, "files": [file]})
    assert answer.status_code == 303
    assert Client().get(answer["Location"]).status_code == 200
    (ticket,) = filed(committed_cast)
    assert (ticket.subject, ticket.channel) == ("Coins are missing", "portal")
    with tenant_scope(committed_cast.acme.id):
        message = Message.objects.get()
        kept = Attachment.objects.get()
    assert message.text == "Item: Coins\nHow many?: 3\n\nI paid and nothing came."
    assert message.author_address == "cy@customer.test"
    assert kept.name == "영수증.txt"
    assert store().get(kept.object_key) == b"3 coins"


def test_the_event_reaches_its_subscriber(committed_cast, written):
    Client().post(PATH, written)
    with tenant_scope(committed_cast.acme.id):
        inquiry = Inquiry.objects.get()
    stream = InquirySubmitted(inquiry_id=inquiry.id).stream
    assert events.deliver_stream(committed_cast.acme.id, stream, "portal.file_inquiry") == 1
    with tenant_scope(committed_cast.acme.id):
        assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"subject": " "}, "subject"),
        ({"body": ""}, "body"),
        ({"f_item": "Gold"}, "f_item"),
        ({"f_count": "many"}, "f_count"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(committed_cast, written, change, name):
    answer = Client().post(PATH, {**written, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{name}"' in page
    assert f'id="{name}-error"' in page
    kept = {**written, **change}
    for field in ("name", "subject", "body", "f_count"):
        assert kept[field].strip() in page
    with tenant_scope(committed_cast.acme.id):
        assert not Inquiry.objects.exists()


def test_too_many_and_too_large_files_are_refused_beside_the_field(
    committed_cast, written, monkeypatch
):
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(6)]
    assert Client().post(PATH, {**written, "files": files}).status_code == 422
    monkeypatch.setattr(forms, "MOST_FILE_BYTES", 3)
    large = SimpleUploadedFile("large.txt", b"1234")
    assert Client().post(PATH, {**written, "files": [large]}).status_code == 422
    with tenant_scope(committed_cast.acme.id):
        assert not Inquiry.objects.exists()


def test_a_question_that_is_not_asked_needs_no_answer(committed_cast, written):
    answer = Client().post(PATH, {**written, "f_item": "Pass", "f_count": ""})
    assert answer.status_code == 303


def test_choosing_a_type_shows_its_questions_and_keeps_what_was_typed(committed_cast, written):
    other = offer(committed_cast, names={"en": "Account"})
    page = Client().get(PATH).content.decode()
    assert "Account" in page
    assert 'name="subject"' not in page
    chosen = {**written, "type": str(other), "choose": "1"}
    page = Client().post(PATH, chosen).content.decode()
    assert "I paid and nothing came." in page
    assert 'name="f_item"' not in page


@pytest.mark.parametrize("change", [{forms.TRAP: "http://spam.test"}, {"begun": "made-up"}])
def test_what_a_program_seems_to_have_sent_goes_to_spam_and_is_kept(
    committed_cast, written, change
):
    assert Client().post(PATH, {**written, **change}).status_code == 303
    (ticket,) = filed(committed_cast)
    assert ticket.status == "spam"


def test_faster_than_anybody_is_suspect(monkeypatch):
    note = {"begun": forms.begun()}
    monkeypatch.setattr(forms, "_QUICKEST_SECONDS", 60)
    assert forms.is_suspect(note)
    monkeypatch.setattr(forms, "_QUICKEST_SECONDS", -1)
    assert not forms.is_suspect(note)
    monkeypatch.setattr(forms, "_OLDEST_SECONDS", -1)
    assert not forms.is_suspect(note)


def test_a_flood_is_stopped_and_the_text_kept(committed_cast, written, monkeypatch):
    monkeypatch.setattr(inquiring, "MOST_PER_HOUR", 2)
    statuses = [Client().post(PATH, written).status_code for _ in range(3)]
    assert statuses == [303, 303, 429]
    page = Client().post(PATH, written).content.decode()
    assert "I paid and nothing came." in page


@pytest.mark.parametrize("path", ["/portal/globex/acme/write", "/portal/nowhere/acme/write"])
def test_another_workspace_or_brand_is_not_found(committed_cast, written, path):
    assert Client().post(path, written).status_code == 404


def test_a_foreign_or_closed_type_is_not_offered(committed_cast, written):
    with tenant_scope(committed_cast.globex.id):
        foreign = inquiry_types.add_type(
            actor_of(committed_cast.globex, committed_cast.dee),
            brand_id=identity.default_brand().id,
            change=TypeChange({"en": "Globex"}, {}, ()),
        )
    offer(committed_cast, names={"en": "Account"})
    closed = offer(committed_cast, names={"en": "Closed"}, is_open=False)
    for type_id in (foreign, closed, new_id()):
        page = Client().post(PATH, {**written, "type": str(type_id)})
        assert page.status_code == 200
        assert b'name="subject"' not in page.content
    with tenant_scope(committed_cast.acme.id):
        assert not Inquiry.objects.exists()


def test_the_home_page_leads_to_the_form_once_there_is_one(committed_cast):
    assert PATH not in Client().get("/portal/acme/acme/").content.decode()
    offer(committed_cast)
    assert PATH in Client().get("/portal/acme/acme/").content.decode()


def test_the_facts_stand_beside_the_ticket(committed_cast, written):
    Client().post(PATH, written)
    (ticket,) = filed(committed_cast)
    with tenant_scope(committed_cast.acme.id):
        facts = inquiring.inquiry_facts(None, [ticket.id])[ticket.id]
    assert facts.type_name == "Payment"
    assert [(one.label, one.value) for one in facts.answers] == [
        ("Item", "Coins"),
        ("How many?", "3"),
    ]


@pytest.fixture
def public_role(committed_cast, written):
    """The connection of the public services from here on."""
    connection = connections["default"]
    kept = dict(connection.settings_dict)
    url = urlsplit(os.environ["ONQUE_PUBLIC_DATABASE_URL"])
    connection.close()
    connection.settings_dict.update(USER=url.username, PASSWORD=url.password)
    yield written
    connection.close()
    connection.settings_dict.update(kept)


def test_the_public_role_can_hand_in_and_not_read_back(committed_cast, public_role):
    assert Client().get(PATH).status_code == 200
    file = SimpleUploadedFile("a.txt", b"a", "text/plain")
    assert Client().post(PATH, {**public_role, "files": [file]}).status_code == 303
    for statement in (
        "SELECT * FROM portal_inquiry",
        "UPDATE portal_inquiry SET email = 'x'",
        "DELETE FROM portal_inquiry",
        "SELECT * FROM portal_inquiryfile",
        "UPDATE portal_inquirytype SET is_open = false",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            tenant_scope(committed_cast.acme.id),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_late_form_is_nobodys_fault(committed_cast, written):
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert Client().post(PATH, written).status_code == 303
