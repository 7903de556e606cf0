"""One act on many mails of the ledger: a few at once, more in chunks with the position saved."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.cursors import read_cursor, write_cursor
from onque.kernel.errors import AppError, Invalid
from onque.kernel.tenancy import current_tenant, tenant_scope
from onque.modules.mail.contracts import MailReparseAsked, MailRunAsked
from onque.modules.mail.contracts.ledger import LedgerFilter, RunItem
from onque.modules.mail.repositories import inbound, ledger, runs
from onque.modules.mail.services import acting, reparsing
from onque.modules.mail.services.reading import MAY_SEE, narrow

if TYPE_CHECKING:
    from onque.modules.mail.models import InboundMail, Run

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
CHUNK = 50
COUNTED = 10_000
STANDS_STILL = timedelta(minutes=2)
_SHOWN = 5
REPARSE = "reparse"


def _retry(actor: Actor, mail_id: UUID) -> None:
    acting.retry(actor, mail_id=mail_id)


def _let_in(actor: Actor, mail_id: UUID) -> None:
    acting.let_in(actor, mail_id=mail_id)


def _reject(actor: Actor, mail_id: UUID) -> None:
    acting.reject(actor, mail_id=mail_id)


def _restore(actor: Actor, mail_id: UUID) -> None:
    acting.restore(actor, mail_id=mail_id)


def _reparse(actor: Actor, mail_id: UUID) -> None:
    start_reparse(actor, mail_id=mail_id)


ACTS: Mapping[str, Callable[[Actor, UUID], None]] = {
    "retry": _retry,
    "let_in": _let_in,
    "reject": _reject,
    "restore": _restore,
    REPARSE: _reparse,
}
"""Acts inside one transaction. In runs `REPARSE` reads at once, with no transaction open."""


def act_on(actor: Actor, *, act: str, mail_ids: Sequence[UUID]) -> list[UUID]:
    """Do an act on some mails and return those it was done on; the others have moved on.

    Raises `Forbidden`, `Invalid` for an unknown act or more than `MOST_AT_ONCE`.
    """
    actor.require(MAY_SEE)
    if act not in ACTS or len(mail_ids) > MOST_AT_ONCE:
        raise Invalid(field="act", reason="unknown_or_too_many")
    return [mail_id for mail_id in sorted(set(mail_ids)) if _done(actor, act, mail_id)]


@transaction.atomic
def start_run(actor: Actor, *, act: str, wanted: LedgerFilter, announce: bool = True) -> RunItem:
    """Do an act on every mail that a filter matches, from now on by workers.

    Without `announce` the caller does the work. Raises `Forbidden`, `Invalid`.
    """
    actor.require(MAY_SEE)
    if act not in ACTS:
        raise Invalid(field="act", reason="unknown")
    now = clock.now()
    row = runs.add(
        act=act,
        filter=_as_json(wanted),
        total=ledger.count(narrow(actor, wanted), cap=COUNTED),
        started_by=actor.name[:200],
        started_by_id=actor.id,
        started_at=now,
        touched_at=now,
    )
    if announce:
        events.publish(MailRunAsked(run_id=row.id))
    return _item(row)


@transaction.atomic
def start_reparse(actor: Actor, *, mail_id: UUID) -> None:
    """Have one mail read anew by a worker. Raises `Forbidden`, `NotFound`."""
    actor.require(MAY_SEE)
    events.publish(MailReparseAsked(mail_id=inbound.get(mail_id).id))


def list_runs(actor: Actor) -> list[RunItem]:
    """Return the acts started last, newest first. Raises `Forbidden`."""
    actor.require(MAY_SEE)
    return [_item(row) for row in runs.latest(limit=_SHOWN)]


def work_on_run(tenant_id: UUID, run_id: UUID, *, announce: bool = True) -> RunItem:
    """Do the next chunk of a run; the event for the one after it goes out with its position.

    Safe to repeat: a mail that was handled already has moved on, or is read anew the same.
    Raises `NotFound`.
    """
    with tenant_scope(tenant_id):
        row = runs.get(run_id)
        actor = _actor(row)
        wanted = narrow(actor, _from_json(row.filter))
        mails = [] if row.ended_at else ledger.page(wanted, after=_after(row), limit=CHUNK)
    if row.ended_at is not None:
        return _item(row)
    done = sum(_handle(actor, row.act, mail) for mail in mails)
    with tenant_scope(tenant_id):
        return _step(run_id, row.after, mails, done, announce=announce)


def sweep_runs() -> None:
    """Go on with runs whose worker was lost; safe to repeat."""
    for tenant_id, run_id in runs.due(before=clock.now() - STANDS_STILL, limit=50):
        with tenant_scope(tenant_id):
            row = runs.lock(run_id)
            row.touched_at = clock.now()
            runs.save(row, "touched_at")
            events.publish(MailRunAsked(run_id=run_id))


def _handle(actor: Actor, act: str, mail: "InboundMail") -> bool:
    if act == REPARSE:
        return reparsing.reparse(actor, mail_id=mail.id)
    with tenant_scope(actor.tenant_id):
        return _done(actor, act, mail.id)


def _done(actor: Actor, act: str, mail_id: UUID) -> bool:
    try:
        ACTS[act](actor, mail_id)
    except AppError as refusal:
        log.info("mail_act_refused", extra={"mail": mail_id.hex, "code": refusal.code})
        return False
    return True


def _step(
    run_id: UUID, after: str, mails: "list[InboundMail]", done: int, *, announce: bool
) -> RunItem:
    row = runs.lock(run_id)
    if row.after != after or row.ended_at is not None:  # another worker did this chunk too
        return _item(row)
    row.done += done
    row.failed += len(mails) - done
    row.touched_at = clock.now()
    if mails:
        row.after = write_cursor(mails[-1].received_at, mails[-1].id)
    if len(mails) < CHUNK:
        row.ended_at = row.touched_at
    elif announce:
        events.publish(MailRunAsked(run_id=run_id))
    runs.save(row, "done", "failed", "touched_at", "after", "ended_at")
    return _item(row)


def _after(row: "Run") -> "tuple[Any, UUID] | None":
    return read_cursor(row.after)


def _actor(row: "Run") -> Actor:
    return Actor(
        "member" if row.started_by_id else "system",
        current_tenant(),
        id=row.started_by_id,
        name=row.started_by,
        permissions=frozenset({MAY_SEE}),
    )


def _as_json(wanted: LedgerFilter) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(wanted).items() if value is not None}


def _from_json(kept: Mapping[str, str]) -> LedgerFilter:
    days = {name: date.fromisoformat(kept[name]) for name in ("since", "until") if name in kept}
    older = kept.get("read_before_version")
    return LedgerFilter(
        tab=kept["tab"],
        source=kept["source"],
        words=kept["words"],
        read_before_version=int(older) if older else None,
        **days,
    )


def _item(row: "Run") -> RunItem:
    return RunItem(
        id=row.id,
        act=row.act,
        total=row.total,
        done=row.done,
        failed=row.failed,
        started_by=row.started_by,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
