"""Files in the composer: taken at once, kept with the draft, sent with what is said."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onque.kernel.errors import Forbidden, Invalid, NotFound
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import Composed, NewDraft, NewReply
from onque.modules.desk.models import Attachment, HeldReply
from onque.modules.desk.services import drafting, holding, replies, uploading
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read
from onque.modules.identity.tests.factories import actor_of

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


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


def keep(actor, **given):
    fields = {"number": 1, "name": "영수증.pdf", "content_type": "application/pdf"}
    return uploading.keep_upload(actor, **{**fields, "content": b"%PDF-1.7", **given})


def sent():
    found = Attachment.objects.order_by("id").values_list("name", "content_type", "size_bytes")
    return list(found)


def test_a_file_is_stored_and_leaves_no_row_until_it_is_said(desk, ada):
    file = keep(ada, name="C:\\docs\\영수증.pdf")
    assert (file.name, file.size_bytes, file.image_type) == ("영수증.pdf", 8, "")
    assert store().get(file.object_key) == b"%PDF-1.7"
    assert uploading.opened(ada, [uploading.token(ada, file), ""]) == (file,)
    assert sent() == []
    assert keep(ada, name="a.png", content=PNG).image_type == "image/png"


@pytest.mark.parametrize("given", ["", "no type", "text/plain\x00", "text/html; charset=x"])
def test_a_type_that_is_none_is_kept_as_bytes(desk, ada, given):
    assert keep(ada, content_type=given).content_type == "application/octet-stream"


def test_a_name_has_no_control_characters(desk, ada):
    assert keep(ada, name="\u202egpj.\x00exe.pdf").name == "gpj.exe.pdf"


def test_another_workspace_cannot_open_a_token(desk, ada, cast):
    token = uploading.token(ada, keep(ada))
    with pytest.raises(Invalid):
        uploading.opened(actor_of(cast.globex, cast.dee), [token])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"content": b""}, "file_empty"),
        ({"name": "Rechnung.pdf.exe"}, "file_program"),
        ({"name": "run.JS ."}, "file_program"),
    ],
)
def test_what_cannot_be_sent_is_refused(desk, ada, given, reason):
    with pytest.raises(Invalid) as refused:
        keep(ada, **given)
    assert refused.value.facts["reason"] == reason


def test_a_file_over_the_limit_is_refused(desk, ada, monkeypatch):
    monkeypatch.setattr(uploading, "LARGEST_BYTES", 4)
    with pytest.raises(Invalid) as refused:
        keep(ada)
    assert refused.value.facts["reason"] == "file_too_large"


def test_who_may_not_write_or_see_the_ticket_stores_nothing(desk, ada):
    with pytest.raises(Forbidden):
        keep(replace(ada, permissions=frozenset({"ticket.view"})))
    with pytest.raises(NotFound):
        keep(ada, number=99)


def test_a_token_is_good_for_its_member_alone(desk, ada, bo):
    token = uploading.token(ada, keep(ada))
    for actor, given in ((bo, token), (ada, token + "x"), (ada, "made-up")):
        with pytest.raises(Invalid) as refused:
            uploading.opened(actor, [given])
        assert refused.value.facts["reason"] == "file_gone"


def test_more_than_the_most_are_refused(desk, ada):
    tokens = [uploading.token(ada, keep(ada, name=f"{one}.pdf")) for one in range(21)]
    assert len(uploading.opened(ada, tokens[:20])) == uploading.MOST
    with pytest.raises(Invalid):
        uploading.opened(ada, tokens)


def test_a_draft_keeps_its_files_even_without_words(desk, ada):
    file = keep(ada)
    draft = NewDraft(kind="reply", body="", request_key=uuid4(), files=(file,))
    item = drafting.save_draft(ada, ticket_id=desk.ticket_id, draft=draft)
    assert item.files == (file,)


def test_undo_gives_the_files_back_and_release_sends_them(desk, ada, settings):
    settings.UNDO_SECONDS = 8
    file = keep(ada)
    new = NewReply(body="Here", request_key=uuid4(), files=(file,))
    waiting = holding.send_reply(ada, ticket_id=desk.ticket_id, new=new)
    back = holding.take_back(ada, ticket_id=desk.ticket_id, reply_id=waiting.id)
    assert (back.files, sent()) == ((file,), [])
    settings.UNDO_SECONDS = 0
    again = NewReply(body="Here", request_key=uuid4(), files=back.files)
    for _twice in range(2):
        message = holding.send_reply(ada, ticket_id=desk.ticket_id, new=again)
    assert [one.name for one in message.attachments] == ["영수증.pdf"]
    assert sent() == [("영수증.pdf", "application/pdf", 8)]


def test_a_held_reply_is_released_with_its_files(desk, ada, settings):
    settings.UNDO_SECONDS = 8
    new = NewReply(body="Here", request_key=uuid4(), files=(keep(ada),))
    holding.send_reply(ada, ticket_id=desk.ticket_id, new=new)
    HeldReply.objects.update(release_at="2020-01-01T00:00:00Z")
    holding.release(HeldReply.objects.get().id)
    assert sent() == [("영수증.pdf", "application/pdf", 8)]


def test_a_note_takes_its_files_along_once(desk, ada):
    key, composed = uuid4(), Composed(files=(keep(ada),))
    for _twice in range(2):
        replies.add_note(
            ada, ticket_id=desk.ticket_id, body="See", request_key=key, composed=composed
        )
    assert sent() == [("영수증.pdf", "application/pdf", 8)]


def test_over_http_from_the_upload_to_the_ticket_page(desk):
    bo = browser("bo@acme.test")
    file = SimpleUploadedFile("명세.txt", "내용".encode(), content_type="text/plain")
    answer = bo.post(path("tickets/1/uploads"), {"file": file})
    assert answer.status_code == 201
    token = answer.content.decode().partition('value="')[2].partition('"')[0]
    key = str(uuid4())
    bo.post(path("tickets/1/draft"), {"kind": "note", "request_key": key, "files": [token]})
    assert "명세.txt" in read(bo.get(path("tickets/1/"))).text
    bo.post(path("tickets/1/notes"), {"body": "Look", "request_key": key, "files": [token]})
    assert sent() == [("명세.txt", "text/plain", 6)]


def test_over_http_a_refusal_says_what_to_do_and_loses_nothing(desk):
    bo = browser("bo@acme.test")
    answer = bo.post(path("tickets/1/uploads"))
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain")
    assert "Choose another file" in answer.content.decode()
    given = {"body": "Typed words", "request_key": str(uuid4()), "files": ["forged"]}
    answer = bo.post(path("tickets/1/replies"), given)
    assert answer.status_code == 422
    page = read(answer)
    assert "Add it again" in page.text
    assert "Typed words" in answer.content.decode()
    assert sent() == []
