"""Failed work, files, polling: the smaller doors."""

import json

import pytest
from django.conf import settings

from onque.kernel import deadletters, realtime
from onque.kernel.storage import store
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.contracts import NewAttachment
from onque.modules.desk.models import Ticket
from onque.modules.desk.repositories import messages
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read


@pytest.fixture
def acme(committed_cast):
    return committed_cast


@pytest.fixture
def bo(acme):
    return browser("bo@acme.test")


def test_failed_work_is_for_those_who_may_see_it(acme, bo):
    assert "Nothing has failed" in read(bo.get(path("failures/"))).text
    assert bo.get(path("failures/?before=yesterday")).status_code == 422
    assert browser("ada@acme.test").get(path("failures/")).status_code == 403


def test_an_unknown_failure_cannot_be_retried(acme, bo):
    for act in ("retry", "drop"):
        place = path(f"failures/{acme.bo.id}/{act}")
        assert bo.post(place).status_code == 404
        assert browser("ada@acme.test").post(place).status_code == 403


@pytest.fixture
def attachment(acme, tmp_path, settings):
    settings.FILES_DIR = str(tmp_path)
    store.cache_clear()
    key = f"files/{acme.acme.id.hex}/one"
    store().put(key, b"<script>alert(1)</script>")
    with tenant_scope(acme.acme.id):
        received = receive(acme.acme.id)
        message = messages.get(received.message_id)
        messages.attach(message, [NewAttachment("receipt 영수증.html", "text/html", 25, key)])
        found = messages.attachments_of([message.id])[0].id
    yield found
    store.cache_clear()


def test_a_file_is_only_ever_downloaded(attachment, bo):
    page = read(bo.get(path("tickets/1/")))
    assert path(f"files/{attachment}/") in page.links
    answer = bo.get(path(f"files/{attachment}/"))
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert browser("dee@globex.test").get(path(f"files/{attachment}/", "globex")).status_code == 404


def test_polling_answers_what_changed_for_those_who_may_know(acme, bo):
    cursor = realtime.cursor(acme.acme.id)
    with tenant_scope(acme.acme.id):
        receive(acme.acme.id)
        ticket = Ticket.objects.get()
    place = path("poll")
    query = {"cursor": cursor, "topic": ["desk.list", f"desk.ticket.{ticket.id.hex}", "mail.all"]}
    answer = json.loads(bo.get(place, query).content)
    assert answer["op"] == "hints"
    assert {hint["topic"] for hint in answer["hints"]} == {
        "desk.list",
        f"desk.ticket.{ticket.id.hex}",
    }
    again = json.loads(bo.get(place, {**query, "cursor": answer["cursor"]}).content)
    assert again["hints"] == []
    assert json.loads(bo.get(place, {"cursor": "none:0-0"}).content)["op"] == "resync"


def test_every_text_of_the_shell_is_translated(bo):
    bo.post(path("preferences"), {"locale": "ko"})
    for place in ("failures/", "tickets/?view=spam"):
        assert '<html lang="ko"' in bo.get(path(place)).content.decode()
    assert settings.LANGUAGE_CODE == "ko"
    assert deadletters.PAGE > 0
