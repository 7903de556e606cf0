"""Celery beat with one leader: whoever holds an advisory lock in PostgreSQL sends the jobs.

Start as many as you like; the others wait, look once a second and take over when the leader's
connection is gone. The lock belongs to a session, so it needs a direct connection:
ONQUE_DIRECT_DATABASE_URL where ONQUE_DATABASE_URL leads through a transaction pooler.
Source: PostgreSQL documentation, "Advisory Locks".
"""

import logging
import time

import psycopg
from celery import Celery
from celery.beat import Scheduler
from typing_extensions import override

from onque.config import env

LOCK = 0x0471_BEA7
LOOK_SECONDS = 1.0
log = logging.getLogger(__name__)


class Leadership:
    """The lock, and the connection that holds it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None

    def held(self) -> bool:
        """Whether this process leads; asks the database, so a lost connection is noticed."""
        try:
            if self._connection is None:
                return self._try()
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self.give_up()
            return False
        return True

    def give_up(self) -> None:
        """Let another process lead."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            log.info("beat_leadership_ended")

    def _try(self) -> bool:
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=3,
            application_name="onque beat",
            # a leader cut off by the network must lose its session on the server too
            tcp_user_timeout=5000,
            options="-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2"
            " -c tcp_keepalives_count=3",
        )
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if row is None or not row[0]:
            connection.close()
            return False
        self._connection = connection
        log.info("beat_leadership_begins")
        return True


class LeaderScheduler(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Sends due jobs while this process leads, and only looks whether it may otherwise."""

    _leadership: Leadership | None = None
    _asked_at = 0.0
    _led = False

    @property
    def leadership(self) -> Leadership:
        """The lock this process takes part in."""
        if self._leadership is None:
            self._leadership = Leadership(
                env.secret("ONQUE_DIRECT_DATABASE_URL", env.secret("ONQUE_DATABASE_URL"))
            )
        return self._leadership

    def leads(self) -> bool:
        """Whether this process leads, asked at most twice a second."""
        now = time.monotonic()
        if now - self._asked_at >= LOOK_SECONDS / 2:
            self._led = self.leadership.held()
            self._asked_at = now
        return self._led

    @override
    def tick(self, *args: object, **kwargs: object) -> float:
        if not self.leads():
            return LOOK_SECONDS
        return float(super().tick(*args, **kwargs))

    @override
    def close(self) -> None:
        super().close()
        self.leadership.give_up()


def run(app: Celery) -> None:
    """Run beat until a signal ends it."""
    app.Beat(scheduler_cls=LeaderScheduler, loglevel="INFO", quiet=True).run()
