"""Read your own writes on a real streaming replica: paused, killed, back."""

import json
import os
import time
from pathlib import Path
from select import select
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.utils import InternalError

from onque.config.embedded.postgres import PostgresServer, base_backup
from onque.config.embedded.process import free_port
from onque.config.testing import PASSWORD, SERVERS, database_name
from onque.kernel import replica
from onque.kernel.models import Stream
from onque.kernel.tenancy import current_alias, on_primary, tenant_scope

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(scope="module")
def standby(tmp_path_factory):
    """A replica of the test server, and the server that tells where the primary is."""
    servers = json.loads(os.environ[SERVERS])
    home = tmp_path_factory.mktemp("replica")
    for folder in (home, *list(home.parents)[:2]):
        folder.chmod(0o755)
    primary = PostgresServer(
        Path(servers["home"]) / "pg",
        port=servers["postgres"],
        log=home / "primary.log",
        superuser_password=PASSWORD,
        options={"fsync": "off", "max_connections": "100"},
    )
    server = base_backup(
        primary, home / "pg", port=free_port(), log=home / "pg.log", slot=f"t{uuid4().hex[:8]}"
    )
    server.start()
    server.wait_ready(30)
    yield server
    server.stop(mode="immediate")
    with psycopg.connect(primary.superuser_url(), autocommit=True) as connection:
        for _ in range(50):
            active = connection.execute(
                "SELECT active FROM pg_replication_slots WHERE slot_name = %s", [server.slot]
            ).fetchone()
            if active is None or not active[0]:
                break
            time.sleep(0.1)
        connection.execute("SELECT pg_drop_replication_slot(%s)", [server.slot])


@pytest.fixture
def replicated(standby, monkeypatch):
    """Configure the replica as the application would, with its reading role."""
    database = {
        **connections.settings["default"],
        "USER": "onque_reader",
        "PORT": str(standby.port),
        "NAME": database_name(),
    }
    monkeypatch.setitem(connections.settings, "replica", database)
    monkeypatch.setitem(settings.DATABASES, "replica", database)
    replica.wake()
    replica.beat()
    wait_for(replica.committed_lsn(), standby)
    yield standby
    resume(standby)
    connections["replica"].close()
    del connections["replica"]
    replica.wake()


def wait_for(lsn, standby):
    with psycopg.connect(standby.superuser_url(), autocommit=True) as connection:
        for _ in range(200):
            row = connection.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [lsn])
            if row.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("The replica does not follow.")


def pause(standby):
    with psycopg.connect(standby.superuser_url(), autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")


def resume(standby):
    with psycopg.connect(standby.superuser_url(), autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_resume()")


def kill(standby):
    """Kill the server; wait until the backend of the open connection, too, is gone."""
    backend = connections["replica"].connection.fileno()
    standby.kill()
    assert select([backend], [], [], 30)[0]


def read(tenant, min_lsn=None):
    """Return the alias that answered and the keys it saw."""
    with tenant_scope(tenant, read_only=True, min_lsn=min_lsn):
        return current_alias(), set(Stream.objects.values_list("key", flat=True))


def write(tenant, key):
    with tenant_scope(tenant):
        Stream.objects.create(key=key)
    return replica.committed_lsn()


def test_reads_go_to_the_replica_and_stay_in_the_tenant(replicated):
    tenant = uuid4()
    lsn = write(tenant, "a")
    wait_for(lsn, replicated)
    assert read(tenant) == ("replica", {"a"})
    assert read(uuid4()) == ("replica", set())


def test_a_session_that_wrote_never_reads_older_data(replicated):
    tenant = uuid4()
    wait_for(write(tenant, "before"), replicated)
    pause(replicated)
    lsn = write(tenant, "after")
    assert read(tenant, lsn) == ("default", {"before", "after"})
    assert read(tenant) == ("replica", {"before"})  # somebody else's session
    resume(replicated)
    wait_for(lsn, replicated)
    assert read(tenant, lsn) == ("replica", {"before", "after"})


def test_what_the_replica_does_not_know_yet_is_asked_of_the_primary(replicated):
    tenant = uuid4()
    wait_for(write(tenant, "before"), replicated)
    pause(replicated)
    write(tenant, "after")
    with tenant_scope(tenant, read_only=True):
        assert current_alias() == "replica"
        known = on_primary(lambda: set(Stream.objects.values_list("key", flat=True)))
        assert known == {"before", "after"}
        assert current_alias() == "replica"
        assert set(Stream.objects.values_list("key", flat=True)) == {"before"}


def test_a_replica_that_lags_is_not_read(replicated, monkeypatch):
    tenant = uuid4()
    wait_for(write(tenant, "a"), replicated)
    monkeypatch.setattr(replica, "MAX_LAG_SECONDS", 0)
    assert read(tenant) == ("default", {"a"})


def test_writes_go_to_the_primary_and_the_replica_refuses_them(replicated):
    tenant = uuid4()
    write(tenant, "a")
    with tenant_scope(tenant):
        assert current_alias() == "default"
    with pytest.raises(InternalError), tenant_scope(tenant, read_only=True):
        Stream.objects.create(key="b")


def test_a_killed_replica_costs_nobody_an_answer_and_comes_back(replicated):
    tenant = uuid4()
    wait_for(write(tenant, "a"), replicated)
    assert read(tenant)[0] == "replica"
    kill(replicated)
    assert read(tenant) == ("default", {"a"})
    assert not replica.usable()  # it rests
    write(tenant, "b")
    replicated.start()
    replicated.wait_ready(30)
    replica.wake()
    replica.beat()
    wait_for(replica.committed_lsn(), replicated)
    assert read(tenant) == ("replica", {"a", "b"})


def test_with_one_database_nothing_changes():
    tenant = uuid4()
    assert write(tenant, "a") is None
    assert read(tenant, "0/FFFFFF") == ("default", {"a"})
