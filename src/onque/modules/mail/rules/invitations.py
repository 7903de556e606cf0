"""What an invitation says, in words that need no calendar program.

Source: RFC 5545, 3.1 (folding), 3.3.5 (times), 3.6.1 (events); RFC 5546 (methods).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from onque.modules.mail.rules import charsets
from onque.modules.mail.rules.mailboxes import clean

_MOST_BYTES: Final = 200_000
_LONGEST: Final = 500
_FOLD = re.compile(r"\r*\n[ \t]")
_LINE = re.compile(
    r"([A-Za-z-]{1,40})((?:;[^\":;=]{1,40}=(?:\"[^\"]{0,500}\"|[^\":;]{0,500}))*):(.*)"
)
_PARAMETER = re.compile(r";([^=;:\"]{1,40})=(?:\"([^\"]*)\"|([^\":;]*))")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?")
_DURATION = re.compile(r"\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)")
_ESCAPE = re.compile(r"\\(.)")
_WANTED: Final = frozenset({"SUMMARY", "DTSTART", "DTEND", "DURATION", "ORGANIZER", "LOCATION"})
_ITEMS: Final = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_WINDOWS_ZONES: Final = {
    "korea standard time": "Asia/Seoul",
    "tokyo standard time": "Asia/Tokyo",
    "china standard time": "Asia/Shanghai",
    "taipei standard time": "Asia/Taipei",
    "singapore standard time": "Asia/Singapore",
    "se asia standard time": "Asia/Bangkok",
    "india standard time": "Asia/Kolkata",
    "arabian standard time": "Asia/Dubai",
    "russian standard time": "Europe/Moscow",
    "gmt standard time": "Europe/London",
    "greenwich standard time": "Atlantic/Reykjavik",
    "w. europe standard time": "Europe/Berlin",
    "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "fle standard time": "Europe/Helsinki",
    "gtb standard time": "Europe/Athens",
    "turkey standard time": "Europe/Istanbul",
    "israel standard time": "Asia/Jerusalem",
    "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "pacific standard time": "America/Los_Angeles",
    "e. south america standard time": "America/Sao_Paulo",
    "aus eastern standard time": "Australia/Sydney",
    "new zealand standard time": "Pacific/Auckland",
    "utc": "UTC",
}


@dataclass
class _Calendar:
    """The first entry of a calendar file, and its zones."""

    method: str = ""
    found: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)
    zones: dict[str, timezone] = field(default_factory=dict)


def summary(raw: bytes, label: str = "") -> str:
    """What is planned, when in UTC, by whom and where, a line each; empty when it is none."""
    text = charsets.decode(raw[:_MOST_BYTES], label or "utf-8")[0]
    if "BEGIN:V" not in text.upper():
        return ""
    calendar = _read(_FOLD.sub("", text).splitlines())
    if not calendar.found:
        return ""
    lines = [
        _words(calendar, "SUMMARY"),
        _when(calendar),
        _organiser(calendar),
        _words(calendar, "LOCATION"),
    ]
    return "\n".join(line for line in lines if line)


def _read(lines: list[str]) -> _Calendar:
    calendar = _Calendar()
    inside: list[str] = []
    zone = ""
    done = False
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        name, value = found[1].upper(), found[3]
        if name == "BEGIN":
            inside.append(value.strip().upper())
        elif name == "END":
            done |= bool(inside) and inside.pop() in _ITEMS and bool(calendar.found)
        elif name == "METHOD":
            calendar.method = value.strip().upper()
        elif name == "TZID":
            zone = value.strip()
        elif (
            name == "TZOFFSETTO"
            and inside
            and (inside[-1] == "STANDARD" or zone not in calendar.zones)
        ):
            calendar.zones[zone] = _offset(value)
        elif name in _WANTED and inside and inside[-1] in _ITEMS and not done:
            calendar.found.setdefault(name, (_parameters(found[2]), value))
    return calendar


def _parameters(text: str) -> dict[str, str]:
    return {key.upper(): quoted or bare for key, quoted, bare in _PARAMETER.findall(text)}


def _offset(value: str) -> timezone:
    found = _OFFSET.search(value)
    if found is None:
        return UTC
    away = timedelta(hours=int(found[2]) % 24, minutes=int(found[3]) % 60)
    return timezone(away if found[1] == "+" else -away)


def _words(calendar: _Calendar, name: str) -> str:
    _none, value = calendar.found.get(name, ({}, ""))
    said = _ESCAPE.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return clean(said)[:_LONGEST]


def _organiser(calendar: _Calendar) -> str:
    parameters, value = calendar.found.get("ORGANIZER", ({}, ""))
    address = clean(re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE))[:_LONGEST]
    name = clean(parameters.get("CN", ""))[:_LONGEST]
    return f"{name} <{address}>" if name and address and name != address else name or address


def _when(calendar: _Calendar) -> str:
    try:
        start = _moment(calendar, "DTSTART")
        end = _moment(calendar, "DTEND") or _after(start, calendar)
    except (ValueError, OverflowError):
        return ""
    if start is None:
        return ""
    if not isinstance(start, datetime):
        end = end.date() if isinstance(end, datetime) else end
        last = end - timedelta(days=1) if end is not None and end > start else start
        return f"{start:%Y-%m-%d}" if last == start else f"{start:%Y-%m-%d} – {last:%Y-%m-%d}"
    if not isinstance(end, datetime) or end == start:
        return f"{start:%Y-%m-%d %H:%M} UTC"
    form = "%H:%M" if end.date() == start.date() else "%Y-%m-%d %H:%M"
    return f"{start:%Y-%m-%d %H:%M} – {end:{form}} UTC"


def _moment(calendar: _Calendar, name: str) -> date | None:
    """A time in UTC, or a whole day."""
    parameters, value = calendar.found.get(name, ({}, ""))
    found = _TIME.match(value.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups()[:3])
    if found[4] is None:
        return date(year, month, day)
    zone = UTC if found[7] else _zone(calendar, parameters.get("TZID", ""))
    moment = datetime(
        year, month, day, int(found[4]), int(found[5]), min(int(found[6] or 0), 59), tzinfo=zone
    )
    return moment.astimezone(UTC)


def _after(start: date | None, calendar: _Calendar) -> date | None:
    _none, value = calendar.found.get("DURATION", ({}, ""))
    found = _DURATION.fullmatch(value.strip()[:40])
    if found is None or start is None:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _zone(calendar: _Calendar, name: str) -> tzinfo:
    """A zone by its name in the world's table, in Windows', or by the file's own rules."""
    known = _WINDOWS_ZONES.get(name.strip().lower(), name.strip().lstrip("/"))
    try:
        return ZoneInfo(known[:80])
    except (ValueError, LookupError, OSError):
        return calendar.zones.get(name, UTC)
