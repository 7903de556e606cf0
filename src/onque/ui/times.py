"""Moments in words: how long ago, on which day, how long until a deadline.

Moments are aware datetimes; words and clock follow the active language and time zone.
Source: design/DESIGN.md section 7 (time).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from onque.kernel import clock

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WARN_SECONDS = HOUR

DeadlineState = Literal["ok", "warn", "over", "paused", "met"]


@dataclass(frozen=True)
class Deadline:
    """A deadline ready to draw: its state, the share of time left (0..100) and both texts."""

    state: DeadlineState
    share: int
    short: str
    long: str


def _date(moment: datetime, pattern: str) -> str:
    return str(format_date(moment.date(), pattern, locale=get_language() or "en"))


def clock_time(moment: datetime) -> str:
    """Return the time of day, 14:05."""
    return timezone.localtime(moment).strftime("%H:%M")


def day(moment: datetime) -> str:
    """Return the day as a heading: weekday and date, with the year when it is another year."""
    local = timezone.localtime(moment)
    same_year = local.year == timezone.localtime(clock.now()).year
    return _date(local, gettext("EEEE, d MMMM") if same_year else gettext("EEEE, d MMMM y"))


def full(moment: datetime) -> str:
    """Return the whole moment with its zone, for a title."""
    local = timezone.localtime(moment)
    return f"{_date(local, gettext('d MMM y'))} {local:%H:%M:%S %Z}"


def span(seconds: float) -> str:
    """Return a length of time in its largest unit: 12m, 2h, 3d; under a minute counts as one."""
    size = abs(seconds)
    if size < HOUR:
        return gettext("%(count)sm") % {"count": max(1, int(size // MINUTE))}
    if size < DAY:
        return gettext("%(count)sh") % {"count": int(size // HOUR)}
    return gettext("%(count)sd") % {"count": int(size // DAY)}


def long_span(seconds: float) -> str:
    """Return a length of time in at most two units: 7h 15m."""
    size = abs(seconds)
    rest = int(size % HOUR // MINUTE)
    if HOUR <= size < DAY and rest:
        return f"{span(size)} {span(rest * MINUTE)}"
    return span(size)


def ago(moment: datetime) -> str:
    """Return how long ago it was: now, 3m, 2h, yesterday 21:40, 3 Nov, 3 Nov 2025."""
    local, today = timezone.localtime(moment), timezone.localtime(clock.now())
    seconds = (today - local).total_seconds()
    if seconds < MINUTE:
        return gettext("now")
    if seconds < DAY and (local.date() == today.date() or seconds < DAY / 2):
        return span(seconds)
    if local.date() == today.date() - timedelta(days=1):
        return gettext("yesterday %(time)s") % {"time": clock_time(moment)}
    return _date(local, gettext("d MMM") if local.year == today.year else gettext("d MMM y"))


def ahead(moment: datetime) -> str:
    """Return a moment to come: 18:00 today, Mon 09:00 within a week, else 3 Nov."""
    local, today = timezone.localtime(moment), timezone.localtime(clock.now()).date()
    if local.date() == today:
        return clock_time(moment)
    if local.date() - today < timedelta(days=7):
        return f"{_date(local, 'EEE')} {local:%H:%M}"
    return _date(local, gettext("d MMM") if local.year == today.year else gettext("d MMM y"))


def minute(moment: datetime) -> str:
    """Return a moment to the minute, whenever it is: 3 Nov 09:00, 3 Nov 2025 09:00."""
    local, this_year = timezone.localtime(moment), timezone.localtime(clock.now()).year
    day = _date(local, gettext("d MMM") if local.year == this_year else gettext("d MMM y"))
    return f"{day} {local:%H:%M}"


def local_input(moment: datetime) -> str:
    """Return a moment as a field of date and time takes it, in the reader's time zone."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def deadline(due_at: datetime, *, since: datetime | None = None, paused: bool = False) -> Deadline:
    """Return how a deadline stands now; `since` is when its clock started."""
    left = (due_at - clock.now()).total_seconds()
    whole = (due_at - since).total_seconds() if since else float(DAY)
    share = max(0, min(100, round(left / whole * 100))) if whole > 0 else 0
    if paused:
        return Deadline("paused", share, gettext("Paused"), gettext("Paused"))
    if left < 0:
        words = gettext("%(time)s over") % {"time": long_span(left)}
        return Deadline("over", 0, f"\N{MINUS SIGN}{span(left)}", words)
    words = gettext("%(time)s left") % {"time": long_span(left)}
    return Deadline("warn" if left < WARN_SECONDS else "ok", share, span(left), words)


def tally(count: int, limit: int = 999) -> str:
    """Return a count as shown beside a view: exact up to the limit, then 999+."""
    return f"{limit:,}+" if count > limit else f"{count:,}"


def seconds_left(count: int) -> str:
    """Return a countdown: 5 seconds."""
    return ngettext("%(count)s second", "%(count)s seconds", count) % {"count": count}
