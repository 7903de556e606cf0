"""Whether everything that arrived is accounted for, and the alarms when something is wrong."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from onque.kernel import clock, events, realtime
from onque.kernel.access import Actor
from onque.kernel.keeping import Kept
from onque.kernel.metrics import Measure
from onque.kernel.tenancy import current_alias, current_tenant, tenant_scope
from onque.modules.mail.contracts import MailAlarmsRaised, MailStored
from onque.modules.mail.contracts.ledger import AlarmItem, MailboxBalance
from onque.modules.mail.repositories import alarms, balances, ledger, mailboxes, stops
from onque.modules.mail.rules.polling import Fault
from onque.modules.mail.services import breaker
from onque.modules.mail.services.reading import MAY_SEE, TABS

if TYPE_CHECKING:
    from onque.modules.mail.models import Alarm, MailboxFolder

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=5)
"""How long something may be wrong before it is told."""
UNBALANCED, STUCK, REFUSED, STOPPED = "unbalanced", "stuck", "refused", breaker.ALARM
_KINDS = (UNBALANCED, STUCK, REFUSED, STOPPED)
_AT_ONCE_TOLD = frozenset({STOPPED})
_PASSING = (Fault.STORE_DOWN, Fault.AFTER_IMPORT_FAILED, Fault.THROTTLED)
"""Our own trouble, what keeps no mail away, and what passes by itself."""
_AT_ONCE = 200
CAP = 999
_shared: Kept[list[AlarmItem]] = Kept(seconds=10, entries=4096)


def list_balance(actor: Actor) -> list[MailboxBalance]:
    """Return each folder's mails at the server against those on record. Raises `Forbidden`."""
    actor.require(MAY_SEE)
    unfetched = balances.unfetched()
    return [_balance(row, unfetched.get(row.id, 0)) for row in balances.folders()]


def count_states(actor: Actor) -> dict[str, int]:
    """Return how many mails are in each state, counted up to `CAP` + 1. Raises `Forbidden`."""
    actor.require(MAY_SEE)
    return ledger.counts({tab: states for tab, states in TABS.items() if tab != "all"}, cap=CAP + 1)


def list_alarms(actor: Actor, *, as_of: str = "") -> list[AlarmItem]:
    """Return what has been wrong for so long that it is told, oldest first. Raises `Forbidden`.

    `as_of` is the live log's cursor, taken before: an alarm that is raised or clears moves it, so
    what one member read holds for the next one until then, for ten seconds at most.
    """
    actor.require(MAY_SEE)
    key = (current_tenant(), current_alias(), as_of)
    known = _shared.get(key) if as_of else None
    if known is None:
        known = [_item(row) for row in alarms.raised()]
        if as_of:
            _shared.put(key, known)
    return known


def alarms_among(alarm_ids: Collection[UUID]) -> list[AlarmItem]:
    """Return those of some alarms that have not cleared meanwhile, oldest first."""
    return [_item(row) for row in alarms.told_among(alarm_ids)]


def check_balance() -> None:
    """Note what is wrong since when, raise what lasts, clear what is right; safe to repeat.

    Each alarm is told once when it is raised (`mail.alarms_raised`) and once when it clears.
    """
    now = clock.now()
    for tenant_id in balances.troubled(before=now - PATIENCE):
        with tenant_scope(tenant_id):
            _check(now)


def announce_stuck() -> None:
    """Announce again what nobody has read for too long; it is still read once. Safe to repeat."""
    for tenant_id, mail_id in ledger.stuck(before=clock.now() - PATIENCE, limit=_AT_ONCE):
        with tenant_scope(tenant_id):
            events.publish(MailStored(mail_id=mail_id))


def measure() -> Iterable[Measure]:
    """Return the figures of mail, of all tenants together; a few indexed queries."""
    now = clock.now()
    for state, mails, oldest in ledger.states():
        yield Measure("onque_mail_waiting", "Mails that wait, by state.", mails, {"state": state})
        yield Measure(
            "onque_mail_waiting_oldest_seconds",
            "Age of the oldest mail in a state.",
            (now - oldest).total_seconds(),
            {"state": state},
        )
    for mailbox_id, missing in balances.missing_everywhere():
        yield Measure(
            "onque_mail_unbalanced",
            "Mails at a mailbox's server that are not on record.",
            missing,
            {"mailbox": mailbox_id.hex},
        )
    told = [row for row in alarms.everywhere() if row[3]]
    for kind in _KINDS:
        yield Measure(
            "onque_mail_alarms",
            "Alarms about mail that were raised and have not cleared.",
            sum(row[0] == kind for row in told),
            {"kind": kind},
        )


def _balance(row: "MailboxFolder", unfetched: int) -> MailboxBalance:
    box = row.mailbox
    return MailboxBalance(
        mailbox_id=box.id,
        address=box.address.address,
        host=box.host,
        folder=row.name,
        server_count=row.server_count,
        missing_count=row.missing_count,
        recorded_count=max((row.server_count or 0) - row.missing_count, 0),
        unfetched_count=unfetched,
        counted_at=row.counted_at,
        state=box.state,
        error=box.error,
    )


def _check(now: datetime) -> None:
    known, wrong, raised = alarms.by_key(), dict(_wrong(now)), []
    for key, (kind, subject_id, label, count, since) in wrong.items():
        row = known.get(key) or alarms.add(
            key=key, kind=kind, subject_id=subject_id, label=label, count=count, since=since
        )
        if _update(row, count, now):
            raised.append(row.id)
    if raised:
        events.publish(MailAlarmsRaised(alarm_ids=tuple(raised)))
    cleared = known.keys() - wrong.keys()
    if raised or cleared:
        realtime.hint(breaker.TOPIC, kind="changed")
    for key in cleared:
        alarms.drop(key)
        if known[key].raised_at:
            log.warning("mail_alarm_cleared", extra={"alarm": key, "what": known[key].label})


Wrong = tuple[str, UUID | None, str, int, datetime]


def _wrong(now: datetime) -> Iterable[tuple[str, Wrong]]:
    for row in balances.unbalanced():
        label = f"{row.mailbox.address.address} {row.name}"[:320]
        key = f"{UNBALANCED}:{row.id.hex}"
        yield key, (UNBALANCED, row.mailbox_id, label, row.missing_count, now)
    for box in mailboxes.failing(passing=_PASSING):
        since = box.state_since or now
        key = f"{REFUSED}:{box.id.hex}"
        yield key, (REFUSED, box.id, box.address.address, box.failures, since)
    for stop in stops.open():
        key = f"{STOPPED}:{stop.id.hex}"
        yield key, (STOPPED, stop.id, stop.label, stop.held, stop.stopped_at)
    count, oldest = ledger.waiting_since(before=now - PATIENCE)
    if oldest is not None:
        yield STUCK, (STUCK, None, "", count, oldest)


def _update(row: "Alarm", count: int, now: datetime) -> bool:
    """Note how many there are, and raise what lasts; tell whether it was raised now."""
    row.count = count
    is_due = row.kind in _AT_ONCE_TOLD or now - row.since >= PATIENCE
    raised = row.raised_at is None and is_due
    if raised:
        row.raised_at = now
        log.error("mail_alarm_raised", extra={"alarm": row.key, "what": row.label, "count": count})
    alarms.save(row, "count", "raised_at")
    return raised


def _item(row: "Alarm") -> AlarmItem:
    return AlarmItem(row.key, row.kind, row.label, row.count, row.since)
