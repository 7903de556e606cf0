"""What is wrong reaches the workspace's people: on every page and by mail."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onque.kernel import clock
from onque.kernel.access import system_actor
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk.tests.visiting import browser
from onque.modules.mail.contracts import MailAlarmsRaised, NewMail
from onque.modules.mail.models import Address, Alarm, Mailbox, OutboundMail, Stop
from onque.modules.mail.services import addresses, balance, breaker, writing
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast
from onque.modules.notifications.services import alarms as telling

PLACE = "/desk/acme/mail/alarms/"


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def mailbox(cast: MailCast, **fields: object) -> None:
    """A mailbox that has been in a state for six minutes."""
    with tenant_scope(cast.acme):
        addresses.add_mailbox(
            system_actor(cast.acme),
            address_id=Address.objects.get().id,
            server=addresses.ImapServer("imap.acme.example", "support", "secret"),
        )
        long_ago = clock.now() - balance.PATIENCE - timedelta(minutes=1)
        Mailbox.objects.update(state="failing", state_since=long_ago, **fields)


def flood(cast: MailCast, count: int = 6) -> None:
    with tenant_scope(cast.acme):
        for number in range(count):
            writing.queue_mail(
                NewMail(f"f{number}", "survey", CY, "?", "?", brand_id=cast.acme_brand)
            )


def told(cast: MailCast) -> list[OutboundMail]:
    with tenant_scope(cast.acme):
        return list(OutboundMail.objects.filter(kind="alarm").order_by("to_address"))


def page(who: str = "bo@acme.test") -> str:
    return browser(who).get(PLACE).content.decode()


def test_a_refused_mailbox_is_told_once_and_clears(cast: MailCast) -> None:
    mailbox(cast, reason="auth_refused")
    with make.sink() as sink:
        for _twice in range(2):
            balance.check_balance()
            make.drain()
        assert f"{ACME} cannot be fetched" in page()
        rows = told(cast)
        assert {row.to_address for row in rows} == {"bo@acme.test", "oda@acme.test"}
        assert {row.state for row in rows} == {"sent"}
        assert all(ACME in row.text and "/desk/acme/mail/balance/" in row.html for row in rows)
        assert {row.automatic for row in rows} == {"auto-generated"}
        assert len(sink.received) == len(rows)
    with tenant_scope(cast.acme):
        Mailbox.objects.update(state="ok")
    balance.check_balance()
    assert "banner" not in page()


def test_the_same_alarm_is_mailed_once_a_day(cast: MailCast) -> None:
    mailbox(cast, reason="auth_refused")
    with make.sink():
        for _twice in range(2):
            balance.check_balance()
            make.drain()
            with tenant_scope(cast.acme):
                Alarm.objects.all().delete()
        assert len(told(cast)) == 2
        with clock.frozen(clock.now() + timedelta(days=1)):
            balance.check_balance()
            make.drain()
        assert len(told(cast)) == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "store_down"},
        {"reason": "throttled"},
        {"reason": "auth_refused", "is_enabled": False},
        {"reason": "auth_refused", "removed_at": clock.now()},
    ],
)
def test_what_passes_or_is_switched_off_is_not_told(
    cast: MailCast, fields: dict[str, object]
) -> None:
    mailbox(cast, **fields)
    balance.check_balance()
    with tenant_scope(cast.acme):
        assert not Alarm.objects.exists()


def test_a_mailbox_that_fails_for_a_minute_is_not_told_yet(cast: MailCast) -> None:
    mailbox(cast, reason="timeout")
    with tenant_scope(cast.acme):
        Mailbox.objects.update(state_since=clock.now() - timedelta(minutes=1))
    balance.check_balance()
    assert "banner" not in page()


def test_an_open_stop_is_told_at_once_and_clears_when_resumed(cast: MailCast) -> None:
    with make.sink():
        flood(cast)
        make.drain()
        balance.check_balance()
        make.drain()
        assert f"stopped for {CY}" in page()
        assert "/desk/acme/mail/stops/" in page()
        assert len(told(cast)) == 2
        with tenant_scope(cast.acme):
            breaker.resume(cast.bo, stop_id=Stop.objects.get().pk)
        assert "banner" not in page()
        balance.check_balance()
        assert "banner" not in page()


def test_a_stop_of_the_whole_workspace_has_words_and_its_mail_goes_out(
    cast: MailCast, settings
) -> None:
    settings.MAIL_AUTOMATIC_PER_WORKSPACE = 2
    with make.sink() as sink:
        flood(cast, 4)
        balance.check_balance()
        make.drain()
        assert "whole workspace was stopped" in page()
        subjects = b"".join(raw for _from, _to, raw in sink.received)
        assert b"alarm" not in subjects  # the word is ours alone
        assert {row.state for row in told(cast)} == {"sent"}


def test_alarms_that_cleared_meanwhile_are_not_mailed(cast: MailCast) -> None:
    mailbox(cast, reason="auth_refused")
    balance.check_balance()
    with tenant_scope(cast.acme):
        ids = tuple(Alarm.objects.values_list("pk", flat=True))
        Alarm.objects.all().delete()
    make.drain()
    assert told(cast) == []
    with tenant_scope(cast.globex):
        assert telling.send_alarms(ids) == []


def test_many_alarms_are_one_mail_in_the_reader_s_language(cast: MailCast) -> None:
    mailbox(cast, reason="auth_refused")
    flood(cast)
    with make.sink():
        balance.check_balance()
        make.drain()
    first = told(cast)[0]
    assert ACME in first.text
    assert CY in first.text
    assert len(told(cast)) == 2


def test_who_may_not_see_it_is_told_nothing(cast: MailCast) -> None:
    mailbox(cast, reason="auth_refused")
    balance.check_balance()
    assert browser("ada@acme.test").get(PLACE).status_code == 403
    assert ACME not in browser("dee@globex.test").get("/desk/globex/mail/alarms/").content.decode()

    def asks(who: str) -> bool:
        return PLACE in browser(who).get("/desk/acme/tickets/").content.decode()

    assert asks("bo@acme.test")
    assert not asks("ada@acme.test")


def test_what_one_member_read_holds_for_the_next_until_something_changes(cast: MailCast) -> None:
    mailbox(cast, reason="auth_refused")
    balance.check_balance()

    def readings(who: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert ACME in page(who)
        return sum('FROM "mail_alarm"' in query["sql"] for query in found.captured_queries)

    assert readings("bo@acme.test") == 1
    assert readings("oda@acme.test") == 0
    with tenant_scope(cast.acme):
        Mailbox.objects.update(state="ok")
    balance.check_balance()
    assert "banner" not in page("oda@acme.test")


def test_the_event_is_read_back_as_it_was_written(cast: MailCast) -> None:
    event = MailAlarmsRaised(alarm_ids=(cast.acme, cast.globex))
    assert MailAlarmsRaised.load(event.dump()) == event
