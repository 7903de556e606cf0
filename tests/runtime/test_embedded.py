"""PostgreSQL and Valkey from wheels: real, repaired, and never in anybody's way."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg
import pytest
import redis

from onque.config.embedded.postgres import PostgresServer, base_backup
from onque.config.embedded.process import NotReady, free_port
from onque.config.embedded.valkey import ValkeyServer
from tests.browsing import require
from tests.runtime.conftest import until


def test_it_knows_hangul_and_refuses_a_wrong_password(server: PostgresServer):
    with server.connect() as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        (grams,) = connection.execute("SELECT show_trgm('환불을')").fetchone()
    assert len(grams) == 4
    wrong = server.url("postgres", "wrong", "postgres")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_the_server_does_not_run_as_root(server: PostgresServer):
    status = Path(f"/proc/{server.pid}/status").read_text()
    capabilities = next(line for line in status.splitlines() if line.startswith("CapEff"))
    assert int(capabilities.split()[1], 16) == 0 or os.getuid() != 0


def test_a_restart_keeps_the_data(server: PostgresServer):
    with server.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert not server.running()
    server.start()
    server.wait_ready()
    with server.connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_killed_server_starts_again(server: PostgresServer):
    server.kill()
    server.start()
    server.wait_ready()
    assert server.answers()


def test_the_lock_of_a_stranger_is_ignored(server: PostgresServer):
    """After a reboot the old process id may belong to anybody."""
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    server.start()
    server.wait_ready()
    assert server.answers()


def test_an_orphan_on_the_same_data_is_ended(server: PostgresServer):
    second = PostgresServer(
        server.data,
        port=free_port(),
        log=server.log,
        superuser_password=server.superuser_password,
    )
    second.start()
    second.wait_ready()
    assert not server.running()
    second.stop()
    server.start()
    server.wait_ready()


def test_a_replica_streams_and_is_rebuilt_when_its_slot_is_lost(
    server: PostgresServer, tmp_path: Path
):
    replica = base_backup(
        server, tmp_path / "replica", port=free_port(), log=tmp_path / "r.log", slot="test_slot"
    )
    replica.start()
    replica.wait_ready()
    with server.connect() as connection:
        connection.execute("CREATE TABLE streamed AS SELECT 7 AS n")

    def arrived() -> bool:
        with replica.connect() as connection:
            found = connection.execute("SELECT to_regclass('streamed')").fetchone()
        return found is not None and found[0] is not None

    assert until(arrived, 20)
    assert replica.can_follow()
    replica.stop()
    with server.connect() as connection:
        connection.execute("SELECT pg_drop_replication_slot('test_slot')")
    assert not replica.can_follow()
    replica.rebuild()
    replica.start()
    replica.wait_ready()
    assert replica.can_follow()
    replica.stop()
    with server.connect() as connection:
        connection.execute("SELECT pg_drop_replication_slot('test_slot')")


def test_a_server_that_cannot_start_says_why(tmp_path: Path):
    broken = PostgresServer(
        tmp_path / "pg", port=free_port(), log=tmp_path / "pg.log", superuser_password="x"
    )
    broken.data.mkdir(mode=0o700)
    broken.start()
    with pytest.raises(NotReady, match="postgresql"):
        broken.wait_ready(5)


SCRIPT = """
import os, sys
from pathlib import Path
from onque.config.embedded.postgres import PostgresServer
from onque.config.embedded.process import free_port
assert os.getuid() != 0, os.getuid()
home = Path(sys.argv[1])
server = PostgresServer(home / "pg", port=free_port(), log=home / "log", superuser_password="x")
server.initdb()
server.start()
server.wait_ready()
server.stop()
print("well")
"""
AS_USER = """
import ctypes, os, sys
from pathlib import Path
if ctypes.CDLL(None).unshare(0x10000000) == 0:
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text("1000 0 1")
    Path("/proc/self/uid_map").write_text("1000 0 1")
else:
    os.chown(sys.argv[1], 65534, 65534)
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
os.execv(sys.executable, [sys.executable, "-c", os.environ["SCRIPT"], sys.argv[1]])
"""


@pytest.mark.parametrize("namespaces", ["yes", "no"])
def test_it_runs_as_root_with_and_without_user_namespaces(tmp_path_factory, namespaces: str):
    require(os.getuid() == 0, "root")
    assert _run(SCRIPT.replace("!= 0", "== 0"), namespaces) == "well"


def test_it_runs_as_an_ordinary_user():
    script = AS_USER if os.getuid() == 0 else SCRIPT
    assert _run(script, "yes") == "well"


def _run(script: str, namespaces: str) -> str:
    import shutil
    import tempfile

    home = tempfile.mkdtemp(dir="/tmp")
    environment = {**os.environ, "ONQUE_USER_NAMESPACES": namespaces, "SCRIPT": SCRIPT}
    try:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), home],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return done.stdout.strip() or done.stderr


@pytest.fixture
def valkey(tmp_path: Path):
    made = ValkeyServer(
        tmp_path / "valkey", port=free_port(), password="secret", log=tmp_path / "v.log"
    )
    made.start()
    made.wait_ready()
    yield made
    made.stop()


def test_valkey_keeps_data_over_a_kill_and_asks_for_its_password(valkey: ValkeyServer):
    client = redis.Redis.from_url(valkey.url(3))
    client.set("kept", "yes")
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    client.execute_command("WAITAOF", 1, 0, 2000)
    client.close()
    valkey.kill()
    valkey.start()
    valkey.wait_ready()
    again = redis.Redis.from_url(valkey.url(3))
    assert again.get("kept") == b"yes"
    again.close()
    stranger = redis.Redis(port=valkey.port)
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()
    stranger.close()
    assert (valkey.data / "valkey.conf").stat().st_mode & 0o077 == 0
