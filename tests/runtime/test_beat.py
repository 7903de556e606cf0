"""Two beats: one leads, and the other takes over when it is killed."""

import os
import signal
import subprocess
import sys

import psycopg
import pytest

from onque.config.beat import LOCK, Leadership
from tests.runtime.conftest import until

LEADER = (
    "SELECT a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.objid = %s AND l.granted"
    " AND a.datname = current_database()"
)


def leader() -> int | None:
    """The server process of the connection that leads."""
    with psycopg.connect(os.environ["ONQUE_OWNER_DATABASE_URL"]) as connection:
        row = connection.execute(LEADER, [LOCK]).fetchone()
    return row[0] if row else None


def test_one_of_two_leads_until_its_connection_is_gone():
    url = os.environ["ONQUE_DATABASE_URL"]
    first, second = Leadership(url), Leadership(url)
    assert first.held()
    assert first.held()
    assert not second.held()
    with psycopg.connect(url, autocommit=True) as connection:  # as a restarted server would
        connection.execute("SELECT pg_terminate_backend(%s)", [leader()])
    assert not first.held()
    assert second.held()
    assert not first.held()
    second.give_up()
    assert first.held()
    first.give_up()


@pytest.mark.faults
def test_the_second_beat_takes_over_from_a_killed_one():
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "onque.config", "serve", "beat"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    beats = [start()]
    try:
        assert until(lambda: leader() is not None)
        first = leader()
        beats.append(start())
        assert not until(lambda: leader() != first, 3)
        beats[0].send_signal(signal.SIGKILL)
        assert until(lambda: leader() not in {None, first}, 40)
        assert beats[1].poll() is None
    finally:
        for beat in beats:
            beat.kill()
            beat.wait()
