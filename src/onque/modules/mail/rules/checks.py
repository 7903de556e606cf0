"""Tests step by step: which steps a test has, and how its rows change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypedDict

from onque.modules.mail.rules.faults import Fault

KINDS: Mapping[str, tuple[str, ...]] = {
    "incoming": ("find", "secure", "login", "folder"),
    "consent": ("allow", "find", "secure", "login", "folder"),
    "reconsent": ("allow", "find", "secure", "login", "folder"),
    "mailbox": ("find", "secure", "login", "folder", "send", "arrive"),
    "forwarding": ("send", "arrive"),
    "domain": ("mx", "spf", "dkim", "dmarc"),
    "dkim": ("dkim",),
    "way": ("send",),
}
WAITING, RUNNING, OK, FAILED, SKIPPED, ADVICE = (
    "waiting",
    "running",
    "ok",
    "failed",
    "skipped",
    "advice",
)
ARRIVES_WITHIN = timedelta(seconds=60)
LOOK_EVERY = timedelta(seconds=3)
_LONGEST_DETAIL = 1000
"""Room for the record of a DKIM key of 2048 bits."""
LOST_AFTER = timedelta(minutes=3)
"""A run without a sign of life for so long was stopped with its worker."""


class Step(TypedDict):
    """One row of a test, as it is stored."""

    name: str
    state: str
    code: str
    detail: str
    milliseconds: int


Steps = list[Step]


def new_steps(kind: str) -> Steps:
    """The steps of a test that has not begun."""
    return [
        Step(name=name, state=WAITING, code="", detail="", milliseconds=0) for name in KINDS[kind]
    ]


def with_step(steps: Sequence[Step], name: str, state: str, **more: str | int) -> Steps:
    """The steps with one of them changed; after a failed one those that waited are skipped."""
    changed: Steps = []
    failed = False
    for step in steps:
        row = step.copy()
        if step["name"] == name:
            row["state"] = state
            row["code"] = str(more.get("code", ""))
            row["detail"] = str(more.get("detail", ""))[:_LONGEST_DETAIL]
            row["milliseconds"] = int(more.get("milliseconds", step["milliseconds"]))
            failed = state == FAILED
        elif failed and step["state"] == WAITING:
            row["state"] = SKIPPED
        changed.append(row)
    return changed


def stopped(steps: Sequence[Step]) -> Steps:
    """The steps of a run whose worker died: the one that ran failed."""
    at_work = [step["name"] for step in steps if step["state"] in {RUNNING, WAITING}]
    return with_step(steps, at_work[0], FAILED, code=Fault.STOPPED) if at_work else list(steps)


def has_failed(steps: Sequence[Step]) -> bool:
    """Whether any step failed."""
    return any(step["state"] == FAILED for step in steps)
