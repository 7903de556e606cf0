"""Decisions about mailboxes that are fetched: pauses, what is fetched at once, what is wrong.

Source: RFC 5530 (response codes of IMAP), and what the large providers answer in practice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

INTERVAL = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=30)
_BUSY_PAUSE = timedelta(minutes=3)
_DAY = timedelta(days=1)


class Fault(StrEnum):
    """Why a mailbox cannot be fetched, as kept at it."""

    AUTH_REFUSED = "auth_refused"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a code
    HOST_UNKNOWN = "host_unknown"
    HOST_PRIVATE = "host_private"
    CONNECTION_REFUSED = "connection_refused"
    TLS_FAILED = "tls_failed"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    FOLDER_MISSING = "folder_missing"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    THROTTLED = "throttled"
    STORE_DOWN = "store_down"
    DISCONNECTED = "disconnected"
    AFTER_IMPORT_FAILED = "after_import_failed"
    SERVER_REFUSED = "server_refused"


class AfterImport(StrEnum):
    """What happens at the server to a mail that is stored here."""

    KEEP = "keep"
    SEEN = "seen"
    MOVE = "move"
    DELETE = "delete"


_MANY = (
    "too many simultaneous",
    "too many connections",
    "too many login",
    "[limit]",
    "[inuse]",
    "maximum number of connections",
)
_THROTTLED = ("throttled", "rate limit", "overquota", "bandwidth", "try again later", "backoff")
_PASSING = ("[unavailable]", "[serverbug]", "temporary", "internal error")


def login_fault(words: str, *, with_token: bool) -> Fault:
    """Why a log-in was refused, by the server's words."""
    said = words.lower()
    if any(phrase in said for phrase in _MANY):
        return Fault.TOO_MANY_CONNECTIONS
    if any(phrase in said for phrase in _THROTTLED):
        return Fault.THROTTLED
    if any(phrase in said for phrase in _PASSING):
        return Fault.SERVER_REFUSED
    return Fault.TOKEN_REFUSED if with_token else Fault.AUTH_REFUSED


def command_fault(words: str) -> Fault:
    """Why a server refused a command or closed the connection, by its words."""
    said = words.lower()
    if any(phrase in said for phrase in _MANY):
        return Fault.TOO_MANY_CONNECTIONS
    if any(phrase in said for phrase in _THROTTLED):
        return Fault.THROTTLED
    return Fault.SERVER_REFUSED


def pause(failures: int, reason: str = "", *, spread: float = 0.0) -> timedelta:
    """How long to leave a mailbox alone after that many failures in a row.

    `spread` between 0 and 1 shortens it by up to a quarter, so that mailboxes of one server do not
    come back all at once.
    """
    if reason == Fault.AFTER_IMPORT_FAILED:  # everything was fetched: new mail must not wait
        return INTERVAL
    doubled: int = 2 ** min(failures, 10)
    wanted = min(INTERVAL * doubled, LONGEST_PAUSE)
    if reason in {Fault.THROTTLED, Fault.TOO_MANY_CONNECTIONS}:
        wanted = max(wanted, _BUSY_PAUSE)
    return wanted * (1 - spread / 4)


def first_day(import_from: str, now: datetime) -> datetime | None:
    """From when mail that lies there at the first start is fetched; None: none of it.

    "all" is the beginning of time. A day is counted a day early, since servers compare days in a
    time zone of their own. Source: RFC 3501, 6.4.4.
    """
    if import_from == "new":
        return None
    if import_from == "all":
        return datetime(1970, 1, 1, tzinfo=UTC)
    if not is_import_from(import_from):
        return None
    day = datetime.combine(date.fromisoformat(import_from), time(), UTC)
    return min(day - _DAY, now)


def is_import_from(value: str) -> bool:
    """Tell whether it is new, all or a day."""
    if value in {"new", "all"}:
        return True
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def batches(
    sizes: Iterable[tuple[int, int]], *, most: int, most_bytes: int
) -> Iterator[list[tuple[int, int]]]:
    """Group (uid, size in bytes) in order: few enough and small enough to hold at once.

    A mail larger than `most_bytes` is a group of its own.
    """
    group: list[tuple[int, int]] = []
    total = 0
    for uid, size in sizes:
        if group and (len(group) >= most or total + size > most_bytes):
            yield group
            group, total = [], 0
        group.append((uid, size))
        total += size
    if group:
        yield group
