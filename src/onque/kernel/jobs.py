"""The schedule: functions that beat calls, with their last run and failure on record."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass

from celery import shared_task
from django.db import transaction
from django.db.models import F

from onque.kernel import clock
from onque.kernel.models import JobRun


@dataclass(frozen=True)
class Job:
    """One scheduled job; `task` is its Celery task name."""

    task: str
    every_seconds: float
    queue: str


registry: dict[str, Job] = {}


def job(
    *, every_seconds: float, queue: str = "default"
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function as a scheduled job; it must be safe to run twice at once.

    A run that waits longer than three periods is skipped, so that an outage leaves no pile.
    """

    def register(function: Callable[[], None]) -> Callable[[], None]:
        module = function.__module__.removeprefix("onque.").removeprefix("modules.").split(".")[0]
        name = f"{module}.{function.__name__}"

        def run() -> None:
            _recorded(name, function)

        shared_task(run, name=name, ignore_result=True, expires=max(every_seconds * 3, 10))
        registry[name] = Job(name, every_seconds, queue)
        return function

    return register


def _recorded(name: str, function: Callable[[], None]) -> None:
    started = clock.now()
    try:
        function()
    except Exception:
        _write(
            name,
            started_at=started,
            failed_at=clock.now(),
            error=traceback.format_exc(limit=-3)[:4000],
            failures=F("failures") + 1,
        )
        raise
    _write(name, started_at=started, runs=F("runs") + 1)


def _write(name: str, **fields: object) -> None:
    with transaction.atomic():
        JobRun.objects.get_or_create(name=name, defaults={"started_at": clock.now()})
        JobRun.objects.filter(name=name).update(ended_at=clock.now(), **fields)


def last_runs() -> list[JobRun]:
    """Return what is on record of every job, by name."""
    return list(JobRun.objects.order_by("name"))
