"""The circuit breaker on everything we send by ourselves.

Counts and stops are rows written in the transaction that queues the mail: a killed worker leaves
either both or none. A stop holds until a person resumes it.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onque.kernel import clock, events, realtime
from onque.kernel.access import Actor
from onque.kernel.tenancy import current_tenant, tenant_scope
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.mail.contracts import AutomaticMailStopped, StopItem
from onque.modules.mail.repositories import alarms, counts, stops
from onque.modules.mail.rules import addresses as address_rules
from onque.modules.mail.rules import breaker as rules
from onque.modules.mail.rules.breaker import Budget, Scope
from onque.modules.mail.services import silence

MAY_SEE = "mail.quarantine"
ALARM = "stopped"
TOPIC = "mail.alarms"
"""What hints name when alarms were raised or cleared."""
_SHOWN = 100
_KEPT = timedelta(days=2)


@transaction.atomic
def allow_automatic(
    kind: str, *, ticket_id: UUID | None, to_address: str, brand_id: UUID | None
) -> bool:
    """Count one automatic mail and tell whether it may be sent; call it once for each mail.

    False when its address complained about our mail, when a stop is open for its address, ticket,
    brand or workspace, or when this mail exceeds a limit and so opens one. `kind` is the word of
    `NewMail.kind`. Locks the counters until the transaction ends.
    """
    found = rules.budgets(
        _limits(),
        to_address=address_rules.comparable(to_address),
        ticket_id=ticket_id,
        brand_id=brand_id,
        tenant_id=current_tenant(),
    )
    keys = [budget.key for budget in found]
    now = clock.now()
    if (ticket_id or brand_id) and silence.is_silent(to_address):
        return False
    if stops.hold(keys, now=now):
        return False
    counts.count(keys, window_at=rules.window_of(now))
    sums = counts.sums(keys, now=now)
    for budget in found:
        last_hour, last_day = sums.get(budget.key, (0, 0))
        over = rules.overrun(budget, last_hour=last_hour, last_day=last_day)
        if over is not None:
            _stop(budget, kind, ticket_id, over)
            return False
    return True


def list_stops(actor: Actor) -> list[StopItem]:
    """Return the open stops, then the latest that were resumed. Raises `Forbidden`."""
    actor.require(MAY_SEE)
    return [
        StopItem(
            id=row.id,
            scope=row.scope,
            label=row.label,
            mail_kind=row.mail_kind,
            limit=row.limit,
            seconds=row.seconds,
            held=row.held,
            stopped_at=row.stopped_at,
            last_held_at=row.last_held_at,
            resumed_at=row.resumed_at,
            resumed_by=row.resumed_by,
        )
        for row in stops.latest(limit=_SHOWN)
    ]


@transaction.atomic
def resume(actor: Actor, *, stop_id: UUID) -> None:
    """Let automatic mail out again, with a fresh budget; what was held stays unsent.

    The same again changes nothing. Raises `Forbidden`, `NotFound`.
    """
    actor.require(MAY_SEE)
    row = stops.lock(stop_id)
    if row.resumed_at is not None:
        return
    row.resumed_at, row.resumed_by = clock.now(), actor.name[:200]
    stops.save(row, "resumed_at", "resumed_by")
    counts.forget(row.key)
    alarms.drop(f"{ALARM}:{row.id.hex}")
    realtime.hint(TOPIC, kind="changed")
    identity.record_audit(
        actor=actor,
        action="mail.resumed",
        object_kind="mail_stop",
        object_id=row.id,
        before={"held": row.held},
        after={"key": row.label or row.scope},
    )


def forget_old_counts() -> None:
    """Drop counts nobody asks for any more; called by the schedule, across tenants."""
    before = clock.now() - _KEPT
    for tenant_id in identity.tenant_ids():
        with tenant_scope(tenant_id):
            counts.forget_before(before)


def _stop(budget: Budget, kind: str, ticket_id: UUID | None, over: tuple[int, int]) -> None:
    now, (limit, seconds) = clock.now(), over
    row, created = stops.open_once(
        key=budget.key,
        scope=budget.scope,
        label=_label(budget, ticket_id)[:320],
        ticket_id=ticket_id,
        mail_kind=kind[:20],
        limit=limit,
        seconds=seconds,
        stopped_at=now,
        last_held_at=now,
    )
    if created:
        events.publish(AutomaticMailStopped(stop_id=row.id, scope=budget.scope))


def _label(budget: Budget, ticket_id: UUID | None) -> str:
    if budget.scope is Scope.TICKET and ticket_id is not None:
        return f"#{desk.get_card(ticket_id).number}"
    if budget.scope is Scope.BRAND:
        return identity.get_brand(UUID(budget.key.partition(":")[2])).name
    return budget.label


def _limits() -> Mapping[Scope, int]:
    return {
        Scope.ADDRESS: settings.MAIL_AUTOMATIC_PER_ADDRESS,
        Scope.TICKET: settings.MAIL_AUTOMATIC_PER_TICKET,
        Scope.BRAND: settings.MAIL_AUTOMATIC_PER_BRAND,
        Scope.TENANT: settings.MAIL_AUTOMATIC_PER_WORKSPACE,
        Scope.ACCOUNT: settings.MAIL_AUTOMATIC_PER_ACCOUNT,
    }
