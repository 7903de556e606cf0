"""Moments to which a ticket may be put off, in the reader's time zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onque.kernel import clock
from onque.modules.desk.web.words import Label

_MORNING, _EVENING = time(9), time(18)


@dataclass(frozen=True)
class Later:
    """A moment with its name."""

    label: Label
    at: datetime


def choices() -> list[Later]:
    """Return the usual moments after now, the nearest first."""
    now = timezone.localtime(clock.now())
    monday = 7 - now.weekday()
    found = [
        Later(_("In 2 hours"), now + timedelta(hours=2)),
        Later(_("This evening"), _on(now, 0, _EVENING)),
        Later(_("Tomorrow morning"), _on(now, 1, _MORNING)),
        Later(_("Monday morning"), _on(now, monday, _MORNING)),
        Later(_("In a week"), _on(now, 7, _MORNING)),
    ]
    return sorted((one for one in found if one.at > now), key=lambda one: one.at)


def _on(now: datetime, days: int, at: time) -> datetime:
    return datetime.combine(now.date() + timedelta(days=days), at, now.tzinfo)
