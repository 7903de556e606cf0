"""Running tests: each step is on record when it ends, so that a page can follow it live.

A run is a task. Waiting for a mail is not: the run ends its task, and the schedule looks for the
mail every few seconds until it came, by whatever way, or a minute has passed.
"""

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from onque.kernel import clock, events
from onque.kernel.access import Actor
from onque.kernel.errors import NotFound
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.contracts import MailCheckDue
from onque.modules.mail.contracts.setup import CheckCard, CheckStep
from onque.modules.mail.repositories import checks
from onque.modules.mail.rules import checks as rules
from onque.modules.mail.rules.faults import Fault
from onque.modules.mail.services.network import Failed

if TYPE_CHECKING:
    from onque.modules.mail.models import Check

log = logging.getLogger(__name__)

_TOKEN_BYTES = 16
_MOST_DUE = 200


def start(
    actor: Actor,
    *,
    kind: str,
    subject_id: UUID,
    address: str,
    facts: Mapping[str, object] | None = None,
) -> UUID:
    """Begin a run; a task does it. `facts` is what it needs to know. Raises `Forbidden`."""
    actor.require("mail.settings")
    row = checks.add(
        kind=kind,
        subject_id=subject_id,
        address=address,
        token=secrets.token_hex(_TOKEN_BYTES),
        steps=rules.new_steps(kind),
        facts=dict(facts or {}),
    )
    events.publish(MailCheckDue(check_id=row.id))
    return row.id


def find_latest(actor: Actor, *, kind: str, subject_id: UUID) -> CheckCard | None:
    """Return the last run of a kind on a subject; incoming has consent too. Raises `Forbidden`."""
    actor.require("mail.settings")
    row = checks.latest(subject_id, (kind, "consent") if kind == "incoming" else (kind,))
    return _card(row) if row else None


def get_check(actor: Actor, *, check_id: UUID) -> CheckCard:
    """Return a run as it stands. Raises `Forbidden`, `NotFound`."""
    actor.require("mail.settings")
    return _card(checks.get(check_id))


@dataclass
class Run:
    """A run that this worker has: writes down each step as it goes."""

    tenant_id: UUID
    row: "Check"
    key: UUID

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, str]]:
        """Do one step: put its detail into what is yielded. Raises `Failed` on, once on record."""
        said: dict[str, str] = {"detail": ""}
        self._set(name, rules.RUNNING)
        began = monotonic()
        try:
            yield said
        except Failed as failure:
            self._set(name, rules.FAILED, code=failure.fault, detail=failure.words)
            raise
        took = round((monotonic() - began) * 1000)
        self._set(name, rules.OK, milliseconds=took, **said)

    def note_detail(self, name: str, detail: str) -> None:
        """Add what a step found to one that has passed."""
        self._set(name, rules.OK, detail=detail)

    def advise(self, name: str, code: str, detail: str) -> None:
        """Note what could be better, without failing."""
        self._set(name, rules.ADVICE, code=code, detail=detail)

    def fail(self, name: str, fault: Fault) -> None:
        """Fail a step."""
        self._set(name, rules.FAILED, code=fault)

    def note(self, **facts: Any) -> None:
        """Keep what was found out."""
        self.row.facts = {**self.row.facts, **facts}
        self.write(facts=self.row.facts)

    def await_mail(self) -> None:
        """Let the schedule look for the mail from now on."""
        now = clock.now()
        self._set("arrive", rules.RUNNING)
        self.write(
            state="awaiting",
            claim_key=None,
            look_at=now + rules.LOOK_EVERY,
            deadline_at=now + rules.ARRIVES_WITHIN,
        )

    def end(self) -> None:
        """Close the run: failed when a step failed."""
        state = rules.FAILED if rules.has_failed(self.row.steps) else rules.OK
        self.write(state=state, claim_key=None, ended_at=clock.now())

    def write(self, **fields: Any) -> None:
        """Write fields in a transaction of their own; an ended run stays as it is."""
        with tenant_scope(self.tenant_id):
            checks.write(self.row.id, self.key, **fields)

    def _set(self, name: str, state: str, **more: str | int) -> None:
        self.row.steps = rules.with_step(self.row.steps, name, state, **more)
        self.write(steps=self.row.steps, claimed_at=clock.now())


def claim(tenant_id: UUID, check_id: UUID) -> Run | None:
    """Take a run for this worker, None when it is not to be had."""
    key, now = uuid4(), clock.now()
    with tenant_scope(tenant_id):
        row = checks.claim(check_id, key, now=now, lost_by=now - rules.LOST_AFTER)
    return Run(tenant_id, row, key) if row else None


def note_arrival(token: str) -> bool:
    """Note, in the open scope, that a test's mail came in; False for a token of no run here."""
    row = checks.by_token(token)
    if row is None:
        return False
    if row.ended_at is None:
        took = round((clock.now() - row.asked_at).total_seconds() * 1000)
        row.steps = rules.with_step(row.steps, "arrive", rules.OK, milliseconds=took)
        row.state = rules.FAILED if rules.has_failed(row.steps) else rules.OK
        row.ended_at, row.claim_key = clock.now(), None
        checks.save(row, "steps", "state", "ended_at", "claim_key")
    return True


def sweep() -> int:
    """Announce the runs whose mail is to be looked for; return how many. Safe to run twice."""
    now = clock.now()
    due = checks.due(now=now, limit=_MOST_DUE)
    for tenant_id, check_id in due:
        with tenant_scope(tenant_id):
            if checks.put_off(check_id, now=now, pause=rules.LOOK_EVERY):
                events.publish(MailCheckDue(check_id=check_id))
    return len(due)


def require_subject(row: "Check", subject_id: UUID) -> None:
    """Raise `NotFound` unless the run is about the subject."""
    if row.subject_id != subject_id:
        raise NotFound(kind="check", id=row.id)


def _card(row: "Check") -> CheckCard:
    steps, state = row.steps, row.state
    last_sign = row.claimed_at or row.asked_at
    if row.ended_at is None and last_sign < clock.now() - rules.LOST_AFTER:
        steps, state = rules.stopped(steps), rules.FAILED
    return CheckCard(
        id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        address=row.address,
        state=state,
        is_running=row.ended_at is None and state != rules.FAILED,
        steps=tuple(CheckStep(**step) for step in steps),
        folders=tuple(row.facts.get("folders", ())),
        asked_at=row.asked_at,
    )
