"""The balance of mail: alarms that are raised once, clear themselves, and show; and metrics."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings

from onque.kernel import clock, metrics
from onque.kernel.access import system_actor
from onque.kernel.errors import Forbidden
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.models import Address, Alarm, InboundMail, Mailbox, MailboxFolder
from onque.modules.mail.services import addresses, balance, receiving
from onque.modules.mail.services.receiving import Arrival
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, MailCast


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def folder(cast: MailCast, *, missing: int, server: int = 10) -> None:
    with tenant_scope(cast.acme):
        addresses.add_mailbox(
            system_actor(cast.acme),
            address_id=Address.objects.get().id,
            server=addresses.ImapServer("imap.acme.example", "support", "secret"),
        )
        MailboxFolder.objects.all().delete()
        MailboxFolder.objects.create(
            mailbox=Mailbox.objects.get(),
            name="INBOX",
            server_count=server,
            missing_count=missing,
            counted_at=clock.now(),
        )


def alarms(cast: MailCast) -> list[str]:
    with tenant_scope(cast.acme):
        return [alarm.kind for alarm in balance.list_alarms(cast.bo)]


def test_what_does_not_balance_for_five_minutes_is_told_once_and_clears(
    cast: MailCast, caplog: pytest.LogCaptureFixture
) -> None:
    folder(cast, missing=2)
    balance.check_balance()
    balance.check_balance()
    assert alarms(cast) == []  # not yet long enough
    with tenant_scope(cast.acme):
        assert Alarm.objects.count() == 1
        Alarm.objects.update(since=clock.now() - balance.PATIENCE)
    for _twice in range(2):
        balance.check_balance()
    assert alarms(cast) == ["unbalanced"]
    told = [record for record in caplog.records if record.message == "mail_alarm_raised"]
    assert len(told) == 1
    with tenant_scope(cast.acme):
        MailboxFolder.objects.update(missing_count=0)
    balance.check_balance()
    assert alarms(cast) == []
    with tenant_scope(cast.acme):
        assert not Alarm.objects.exists()
    assert [record for record in caplog.records if record.message == "mail_alarm_cleared"]


def test_the_page_s_figures(cast: MailCast) -> None:
    folder(cast, missing=3, server=10)
    with tenant_scope(cast.acme):
        (row,) = balance.list_balance(cast.bo)
        assert (row.server_count, row.recorded_count, row.missing_count) == (10, 7, 3)
        assert balance.count_states(cast.bo)["done"] == 0
        for read in (balance.list_balance, balance.count_states, balance.list_alarms):
            with pytest.raises(Forbidden):
                read(cast.ada)
    with tenant_scope(cast.globex):
        assert balance.list_balance(cast.bo) == []


def test_mail_that_nobody_reads_is_told_and_announced_again(cast: MailCast) -> None:
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(make.raw_mail(), "lmtp", uuid4().hex, ""))
    with tenant_scope(cast.acme):
        InboundMail.objects.update(state="rejected")
    make.drain()  # the only event is used up
    with tenant_scope(cast.acme):
        long_ago = clock.now() - balance.PATIENCE - timedelta(seconds=1)
        InboundMail.objects.update(state="stored", received_at=long_ago)
    balance.check_balance()
    assert alarms(cast) == ["stuck"]
    balance.announce_stuck()
    make.drain()
    assert make.ledger(cast.acme)[0].state == "done"
    balance.check_balance()
    assert alarms(cast) == []


def test_metrics_tell_what_waits_and_what_is_missing(cast: MailCast) -> None:
    folder(cast, missing=2)
    route = receiving.find_route(ACME)
    assert route
    receiving.store_mail([route], Arrival(b"Subject: x\r\n\r\nx", "lmtp", uuid4().hex, ""))
    make.drain()
    text = metrics.expose().decode()
    with tenant_scope(cast.acme):
        mailbox = Mailbox.objects.get().id.hex
    assert f'onque_mail_unbalanced{{mailbox="{mailbox}"}} 2.0' in text
    assert 'onque_mail_waiting{state="quarantined"} 1.0' in text
    assert 'onque_mail_alarms{kind="unbalanced"} 0.0' in text
    assert "onque_metrics_failed_sources 0.0" in text


@pytest.mark.parametrize(
    ("address", "header", "forwarded", "answered"),
    [
        ("127.0.0.1", "", False, True),
        ("127.0.0.1", "", True, False),
        ("192.0.2.1", "", False, False),
        ("192.0.2.1", "Bearer right", True, True),
        ("192.0.2.1", "Bearer wrong", False, False),
    ],
)
def test_only_this_machine_or_the_token_is_answered(
    settings: LazySettings, address: str, header: str, *, forwarded: bool, answered: bool
) -> None:
    settings.METRICS_TOKEN = "right"
    assert metrics.may_scrape(address, header, forwarded=forwarded) is answered


def test_an_empty_token_opens_nothing(settings: LazySettings) -> None:
    settings.METRICS_TOKEN = ""
    assert not metrics.may_scrape("192.0.2.1", "Bearer ", forwarded=False)
