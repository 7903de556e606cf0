"""Reading the Date field, right or wrong.

Source: RFC 5322, 3.3 and 4.3. Beside it: ISO 8601, names of zones, words about the zone in
brackets, offsets with a colon, seconds forgotten.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Final

_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?"
)
_ZONES: Final = {
    "KST": "+0900",
    "JST": "+0900",
    "HKT": "+0800",
    "SGT": "+0800",
    "MSK": "+0300",
    "MSD": "+0400",
    "EET": "+0200",
    "EEST": "+0300",
    "CET": "+0100",
    "CEST": "+0200",
    "MET": "+0100",
    "MEST": "+0200",
    "WET": "+0000",
    "WEST": "+0100",
    "BST": "+0100",
    "AEST": "+1000",
    "AEDT": "+1100",
    "NZST": "+1200",
    "NZDT": "+1300",
}
_ZONE = re.compile(rf"\b({'|'.join(_ZONES)})\b")
_OFFSET = re.compile(r"(?:GMT|UTC?|Z)?\s*([+-])\s?(\d\d?):?(\d\d)?\b(?!.*\d:\d)")
_COMMENT = re.compile(r"\([^()]{0,100}\)")
_LONGEST: Final = 200
_FARTHEST_HOURS: Final = 26


def read(value: str) -> datetime | None:
    """The moment in UTC, or None when the field cannot be read or names no possible time."""
    text = " ".join(_COMMENT.sub(" ", value[:_LONGEST]).split())
    try:
        return _iso(text) or _classic(text)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _iso(text: str) -> datetime | None:
    found = _ISO.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    return moment - _offset(found[7] or "")


def _offset(zone: str) -> timedelta:
    found = re.fullmatch(r"([+-])(\d\d):?(\d\d)", zone)
    if found is None:
        return timedelta()
    away = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return away if found[1] == "+" else -away


def _classic(text: str) -> datetime | None:
    named = _ZONE.sub(lambda found: _ZONES[found[1]], text)
    tidy = _OFFSET.sub(lambda f: f" {f[1]}{int(f[2]):02d}{f[3] or '00'}", named, count=1)
    for candidate in (tidy, named, text):
        fields = parsedate_tz(candidate)
        if fields is None:
            continue
        year, month, day, hour, minute, second = fields[:6]
        away = timedelta(seconds=fields[9] or 0)
        if abs(away) > timedelta(hours=_FARTHEST_HOURS):
            away = timedelta()
        zone = timezone(away) if abs(away) < timedelta(hours=24) else UTC
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        return moment.astimezone(UTC)
    return None
