"""Choosing between the primary and its streaming replica.

A scope that only reads goes to the replica when two things hold, both asked in the statement that
opens the scope: the replica has replayed the WAL position which this session or hint needs, and
the heartbeat row that the primary writes is younger than `MAX_LAG_SECONDS`. A replica that fails
rests for a few seconds, so that one dead host does not cost every request a timeout.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, transaction

PRIMARY = "default"
REPLICA = "replica"
MAX_LAG_SECONDS = 10
REST_SECONDS = 5.0

_resting_until = 0.0


def configured() -> bool:
    """Tell whether a second database is set at all."""
    return REPLICA in settings.DATABASES


def usable() -> bool:
    """Tell whether a read may try the replica now."""
    return configured() and time.monotonic() >= _resting_until


@contextmanager
def resting_on_failure() -> Iterator[None]:
    """Swallow a connection failure of the replica and leave it alone for `REST_SECONDS`."""
    global _resting_until  # noqa: PLW0603 - one process, one opinion of its replica
    try:
        yield
    except (OperationalError, InterfaceError):
        _resting_until = time.monotonic() + REST_SECONDS
        connections[REPLICA].close()


def wake() -> None:
    """Forget a failure at once (tests, and an operator's command)."""
    global _resting_until  # noqa: PLW0603
    _resting_until = 0.0


def enter(tenant_id: UUID, min_lsn: str | None) -> bool:
    """Set the tenant on the replica's open transaction; tell whether its data is fresh enough.

    Source: PostgreSQL documentation, "Recovery Information Functions".
    """
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.tenant_id', %s, true),"
            " pg_last_wal_replay_lsn() >= %s::pg_lsn"
            " AND EXISTS (SELECT 1 FROM kernel_heartbeat"
            "  WHERE beaten_at > clock_timestamp() - make_interval(secs => %s))",
            [str(tenant_id), min_lsn or "0/0", MAX_LAG_SECONDS],
        )
        return bool(cursor.fetchone()[1])


def committed_lsn() -> str | None:
    """Return the primary's WAL position, to be called after a commit; None without a replica."""
    if not configured():
        return None
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        return str(cursor.fetchone()[0])


def beat() -> None:
    """Write the heartbeat on the primary; called every two seconds by the schedule."""
    with transaction.atomic(using=PRIMARY), connections[PRIMARY].cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_heartbeat (id, beaten_at) VALUES (1, clock_timestamp())"
            " ON CONFLICT (id) DO UPDATE SET beaten_at = EXCLUDED.beaten_at"
        )
