"""The audit trail's page and its export."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from onque.kernel import clock
from onque.kernel.errors import Forbidden, Invalid
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.services import properties
from onque.modules.desk.tests.factories import receive
from onque.modules.desk.tests.visiting import browser, path, read, statements
from onque.modules.identity.models import AuditEntry
from onque.modules.identity.repositories import audit as repository
from onque.modules.identity.services import audit_log
from onque.modules.identity.services.audit_log import Asked
from onque.modules.identity.tests.factories import actor_of


@pytest.fixture
def bo(cast):
    return actor_of(cast.acme, cast.bo)


def fill(cast, count: int) -> None:
    """Entries a minute apart, every third one Ada's about a group."""
    now = clock.now()
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now - timedelta(minutes=number // 2),
            actor_kind="member",
            actor_id=cast.ada.id if number % 3 == 0 else cast.bo.id,
            actor_name="Ada" if number % 3 == 0 else "Bo",
            action=f"thing.{number}",
            object_kind="group" if number % 3 == 0 else "ticket",
            object_id=cast.bo.id,
            source="member",
        )
        for number in range(count)
    )


def walk(bo, asked: Asked, limit: int) -> list[str]:
    seen, after = [], ""
    while True:
        found, after = audit_log.list_entries(bo, asked=asked, after=after, limit=limit)
        seen += [one.action for one in found]
        if not after:
            return seen


def test_pages_hold_every_entry_once_the_newest_first(cast, bo):
    with tenant_scope(cast.acme.id):
        fill(cast, 25)
        at = dict(AuditEntry.objects.values_list("action", "at"))
        seen = walk(bo, Asked(), 4)
        assert sorted(seen) == sorted(at)
        assert [at[one] for one in seen] == sorted(at.values(), reverse=True)


def test_narrowed_pages_look_at_a_bounded_number(cast, bo, monkeypatch):
    monkeypatch.setattr(repository, "LOOKED_AT", 7)
    with tenant_scope(cast.acme.id):
        fill(cast, 25)
        wanted = {f"thing.{number}" for number in range(0, 25, 3)}
        assert set(walk(bo, Asked(actor_id=cast.ada.id), 4)) == wanted
        assert set(walk(bo, Asked(object_kind="group"), 4)) == wanted
        with statements() as sql:
            audit_log.list_entries(bo, asked=Asked(object_kind="group"))
        assert len(sql) <= 2


def test_days_are_the_reader_s_own(cast, bo):
    with tenant_scope(cast.acme.id):
        fill(cast, 3)
        today = clock.now().astimezone(ZoneInfo(bo.time_zone)).date()
        assert walk(bo, Asked(first=today + timedelta(days=1)), 4) == []
        assert walk(bo, Asked(last=today - timedelta(days=2)), 4) == []
        span = Asked(object_kind="ticket", first=today - timedelta(days=1), last=today)
        assert set(walk(bo, span, 4)) == {"thing.1", "thing.2"}


def test_who_may_not(cast, bo):
    ada = actor_of(cast.acme, cast.ada)
    with tenant_scope(cast.acme.id):
        with pytest.raises(Forbidden):
            audit_log.list_entries(ada, asked=Asked())
        with pytest.raises(Forbidden):
            audit_log.export_entries(ada, asked=Asked())
        with pytest.raises(Invalid):
            audit_log.list_entries(bo, asked=Asked(), after="zz")
    client = browser(cast.ada.email)
    assert client.get(path("settings/audit/")).status_code == 403
    assert client.post(path("settings/audit/export")).status_code == 403


def test_the_page_shows_changes_and_keeps_what_was_asked(cast, bo):
    with tenant_scope(cast.acme.id):
        ticket_id = receive(cast.acme.id).ticket_id
        properties.add_tag(bo, ticket_id=ticket_id, name="refund")
        fill(cast, 90)
    client = browser(cast.bo.email)
    page = read(client.get(path("settings/audit/?kind=ticket")))
    following = next(link for link in page.links if "after=" in link)
    assert "kind=ticket" in following
    assert client.get(following).status_code == 200
    assert "ticket.tags" in read(client.get(path("settings/audit/"))).text
    wrong = client.get(path("settings/audit/?first=yesterday"))
    assert wrong.status_code == 422
    assert 'value="yesterday"' in wrong.content.decode()
    nothing = client.get(path("settings/audit/?last=2001-01-01"))
    assert "Nothing here" in read(nothing).text


def test_the_export_runs_nothing_and_is_on_record(cast, bo):
    with tenant_scope(cast.acme.id):
        fill(cast, 5)
        AuditEntry.objects.create(
            actor_kind="member",
            actor_name="=HYPERLINK(1)",
            action="evil",
            object_kind="ticket",
            object_id=cast.bo.id,
            after={"제목": "환불"},
            source="member",
        )
    answer = browser(cast.bo.email).post(path("settings/audit/export"), {"kind": "ticket"})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4
    evil = next(row for row in rows if row["action"] == "evil")
    assert evil["actor"] == "'=HYPERLINK(1)"
    assert "환불" in evil["after"]
    with tenant_scope(cast.acme.id):
        assert AuditEntry.objects.filter(action="audit.exported").count() == 1


def test_the_application_cannot_change_it(cast):
    from django.db import ProgrammingError

    with tenant_scope(cast.acme.id):
        fill(cast, 1)
        with pytest.raises(ProgrammingError):
            AuditEntry.objects.update(action="other")
