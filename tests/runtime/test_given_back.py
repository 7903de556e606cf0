"""Work in progress when a process is stopped or killed: finished, or given back and done once.

A lock that the test holds keeps the work in progress for as long as the test needs.
"""

import json
import os
import signal
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.runtime.conftest import Installation, until
from tests.runtime.test_supervisor import family

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@contextmanager
def database(installation: Installation, server: str = "POSTGRES") -> Iterator[psycopg.Connection]:
    """The installation's database, as its superuser: the fence is not the subject here."""
    secret = json.loads((installation.data / "secrets.json").read_text())["superuser"]
    url = json.loads((installation.data / "environment.json").read_text())["ONQUE_DATABASE_URL"]
    port = installation.environment[f"ONQUE_{server}_PORT"]
    name = url.rpartition("/")[2]
    address = f"postgresql://postgres:{secret}@127.0.0.1:{port}/{name}"
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@contextmanager
def held(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """Nobody gets past a statement on the table inside the block."""
    with connection.transaction():
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def waits_for(installation: Installation, table: str) -> bool:
    """Whether a backend waits for the table, on the primary or where the lock was replayed."""
    return any(False in locks(installation, server, table) for server in ("POSTGRES", "REPLICA"))


def locks(installation: Installation, server: str, table: str) -> list[bool]:
    """Each lock on the table at one server: True is held, False is waited for."""
    with database(installation, server) as connection:
        found = connection.execute(
            "SELECT granted FROM pg_locks WHERE relation = %s::regclass", [table]
        )
        return [granted for (granted,) in found]


def invited(connection: psycopg.Connection, address: str) -> list[tuple[str, int]]:
    """The state and tries of each mail queued for the address."""
    return connection.execute(
        "SELECT state, attempts FROM mail_outboundmail WHERE to_address = %s", [address]
    ).fetchall()


def mails_to(installation: Installation, address: str) -> int:
    """How many mails to the address went out."""
    found = (path.read_bytes() for path in (installation.data / "mail").glob("*.eml"))
    return sum(f"To: {address}".encode() in raw for raw in found)


@pytest.fixture(scope="module")
def workspace(installation: Installation) -> str:
    made = installation.run(
        "tenant", "create", "--slug=back", "--name=Back", "--owner=oda@back.example"
    )
    assert made.returncode == 0, made.stderr
    return "back"


@pytest.mark.parametrize("victim", ["pool process", "whole worker"])
def test_a_task_of_a_killed_worker_is_given_back_and_done_once(
    installation: Installation, workspace: str, victim: str
):
    # given: a worker in the middle of a task
    address = f"{victim.replace(' ', '-')}@back.example"
    worker = installation.pids()["worker"]
    pool = [pid for pid in family(worker) if pid != worker]
    with database(installation) as connection:
        with held(connection, "mail_outboundmail"):
            asked = installation.run(
                "member", "invite", f"--tenant={workspace}", f"--email={address}"
            )
            assert asked.returncode == 0, asked.stderr
            assert until(lambda: waits_for(installation, "mail_outboundmail"), 20)
            # when: it is killed before it could commit
            for pid in pool if victim == "pool process" else [worker]:
                os.kill(pid, signal.SIGKILL)
            assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pool), 20)
        # then: another does the task, and its effect is there once
        assert until(lambda: mails_to(installation, address) == 1, 120)
        assert until(lambda: [row[0] for row in invited(connection, address)] == ["sent"], 20)
    assert not until(lambda: mails_to(installation, address) > 1, 3)


def test_a_request_in_progress_is_answered_before_the_service_stops(
    installation: Installation, workspace: str
):
    # given: a request that waits for the database
    answers: list[int] = []
    web = installation.pids()["web"]

    def ask() -> None:
        with urllib.request.urlopen(f"{installation.url}/portal/{workspace}/{workspace}/") as said:
            said.read()
            answers.append(said.status)

    visitor = threading.Thread(target=ask)
    with database(installation) as connection, held(connection, "identity_brand"):
        assert until(lambda: locks(installation, "REPLICA", "identity_brand"), 20)
        visitor.start()
        assert until(lambda: waits_for(installation, "identity_brand"), 20)
        # when: the service is told to stop meanwhile
        os.kill(web, signal.SIGTERM)
        assert not until(lambda: not visitor.is_alive(), 1)
    # then: the visitor gets the page, the process ends, and the next one takes over
    visitor.join(20)
    assert answers == [200]
    assert until(lambda: installation.pids().get("web") not in {web, None}, 60)


def backends_of(connection: psycopg.Connection, pids: list[int]) -> set[int]:
    """The server processes that the given processes are connected to."""
    ports = {one.laddr.port for pid in pids for one in psutil.Process(pid).net_connections("tcp")}
    found = connection.execute("SELECT pid, client_port FROM pg_stat_activity").fetchall()
    return {pid for pid, port in found if port in ports}


def invite(installation: Installation, workspace: str, address: str) -> None:
    asked = installation.run("member", "invite", f"--tenant={workspace}", f"--email={address}")
    assert asked.returncode == 0, asked.stderr
    assert until(lambda: mails_to(installation, address) == 1, 60)


def test_a_worker_keeps_its_connections_between_tasks_and_replaces_broken_ones(
    installation: Installation, workspace: str
):
    with database(installation) as connection:
        # given: a worker each of whose processes has worked
        worker = installation.pids()["worker"]
        pool = [pid for pid in family(worker) if pid != worker]
        assert until(lambda: all(backends_of(connection, [pid]) for pid in pool), 30)
        known = backends_of(connection, pool)
        # when: more tasks are done
        invite(installation, workspace, "kept-1@back.example")
        # then: over the same connections
        assert backends_of(connection, pool) == known
        # when: the server drops them
        for backend in known:
            connection.execute("SELECT pg_terminate_backend(%s)", [backend])
        # then: the next tasks are done over new ones, by the same processes
        invite(installation, workspace, "kept-2@back.example")
        assert [pid for pid in family(worker) if pid != worker] == pool
        assert until(lambda: not backends_of(connection, pool) & known, 10)
