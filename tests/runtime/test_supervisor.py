"""`onque up` as a whole: ready, repaired, and gone without a trace."""

import os
import signal
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.runtime.conftest import Installation, until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


def answers(installation: Installation) -> bool:
    try:
        with urllib.request.urlopen(f"{installation.url}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_the_doctor_finds_nothing_wrong(installation: Installation):
    said = installation.run("doctor")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "WRONG" not in said.stdout


def test_a_second_up_on_the_same_data_says_so(installation: Installation):
    said = installation.run("up")
    assert said.returncode == 1
    assert f"process {installation.process.pid}" in said.stderr


def test_a_first_installation_gets_a_workspace_and_members(installation: Installation):
    made = installation.run(
        "tenant", "create", "--slug=first", "--name=First", "--owner=ada@first.example"
    )
    assert made.returncode == 0, made.stderr
    assert "/desk/first/" in made.stdout
    again = installation.run(
        "tenant", "create", "--slug=first", "--name=First", "--owner=ada@first.example"
    )
    assert again.returncode == 1
    assert "slug_taken" in again.stderr
    invited = installation.run("member", "invite", "--tenant=first", "--email=bo@first.example")
    assert invited.returncode == 0, invited.stderr
    assert "/desk/join/" in invited.stdout
    assert until(lambda: any((installation.data / "mail").glob("*.eml")), 60)


def memory_of(pid: int) -> tuple[int, str] | None:
    """Proportional memory in bytes and the command line; None for a process that just ended.

    A page shared by n processes counts one n-th in each.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return 1024 * int(next(one.split()[1] for one in lines if one.startswith("Pss:"))), words


def family(pid: int) -> list[int]:
    """The process and all below it."""
    children = " ".join(
        path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")
    ).split()
    return [pid, *(one for child in children for one in family(int(child)))]


def test_all_processes_together_fit_in_a_gigabyte(installation: Installation):
    pids = set(family(installation.process.pid))
    pids |= {one for pid in installation.pids().values() for one in family(pid)}
    rows = sorted((found for pid in pids if (found := memory_of(pid))), reverse=True)
    total = sum(size for size, _words in rows)
    for size, words in [*rows, (total, f"in {len(rows)} processes")]:
        sys.stdout.write(f"{size / 1e6:7.1f} MB  {words[:100]}\n")
    assert total < 1024**3


@pytest.mark.parametrize("victim", ["web", "postgres", "valkey", "replica", "worker"])
def test_what_is_killed_comes_back(installation: Installation, victim: str):
    before = installation.pids()[victim]
    os.kill(before, signal.SIGKILL)
    assert until(lambda: installation.pids().get(victim) != before)
    assert until(lambda: answers(installation), 60)


def test_a_replica_that_lost_its_slot_is_rebuilt(installation: Installation):
    import json

    settings = json.loads((installation.data / "environment.json").read_text())
    secrets = json.loads((installation.data / "secrets.json").read_text())
    port = installation.environment["ONQUE_POSTGRES_PORT"]
    superuser = f"postgresql://postgres:{secrets['superuser']}@127.0.0.1:{port}/postgres"
    os.kill(installation.pids()["replica"], signal.SIGKILL)
    with psycopg.connect(superuser, autocommit=True) as connection:
        drop = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"

        def dropped() -> bool:
            try:
                return bool(connection.execute(drop).fetchall())
            except psycopg.errors.ObjectInUse:
                return False

        assert until(dropped, 10)

    def follows() -> bool:
        try:
            with psycopg.connect(settings["ONQUE_REPLICA_URL"]) as replica:
                found = replica.execute(
                    "SELECT pg_is_in_recovery() AND now() - max(beaten_at) < '8 s'"
                    " FROM kernel_heartbeat"
                ).fetchone()
        except psycopg.OperationalError:
            return False
        return found == (True,)

    assert until(follows, 60)


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_is_well(
    installation: Installation,
):
    os.kill(installation.process.pid, signal.SIGKILL)
    installation.process.wait()
    assert until(lambda: not installation.left(), 40), installation.left()
    installation.start()
    assert answers(installation)


def test_sigterm_stops_everything(installation: Installation):
    installation.process.terminate()
    assert installation.process.wait(60) == 0
    assert not installation.left()
    assert "Stopped." in installation.said()
    installation.start()
