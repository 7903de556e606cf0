"""The servers of a measurement: PostgreSQL with its usual settings, Valkey, one database a size.

They live below .cache/bench and keep filled databases between runs.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from bench import fill
from onque.config.embedded.postgres import PostgresServer
from onque.config.embedded.process import free_port
from onque.config.embedded.valkey import ValkeyServer
from onque.kernel import roles

HOME = Path(__file__).resolve().parents[1] / ".cache" / "bench"
PASSWORD = "only-for-measuring"
SLUG = "bench"
EMAIL = "ada@bench.example"


@dataclass(frozen=True)
class Database:
    """One filled database and who is in it."""

    name: str
    tickets: int
    url: str
    superuser_url: str


class Stack:
    """Running servers."""

    def __init__(self, postgres: PostgresServer, valkey: ValkeyServer) -> None:
        self.postgres, self.valkey = postgres, valkey

    def environment(self, database: str) -> dict[str, str]:
        """Return the settings that point a process to one database."""
        port = self.postgres.port
        return {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "ONQUE_ENV": "test",
            "ONQUE_SECRET_KEY": "only-for-measuring",
            "ONQUE_DATABASE_URL": self._url("onque_app", database),
            "ONQUE_OWNER_DATABASE_URL": self._url("onque_owner", database),
            "ONQUE_SESSIONS_REDIS_URL": f"redis://:{PASSWORD}@127.0.0.1:{self.valkey.port}/0",
            "ONQUE_FILES_DIR": str(HOME / "files"),
            "ONQUE_BENCH_PORT": str(port),
        }

    def _url(self, role: str, database: str) -> str:
        return self.postgres.url(role, PASSWORD, database)

    def database(self, tickets: int) -> Database:
        """Return the database with that many tickets, made and filled when missing."""
        name = f"bench_{tickets}"
        found = Database(
            name, tickets, self._url("onque_app", name), self.postgres.superuser_url(name)
        )
        mark = HOME / f"{name}.json"
        if mark.exists() and mark.read_text() == fill.marker(tickets):
            self._migrate(name)
            return found
        mark.unlink(missing_ok=True)
        with self.postgres.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            roles.prepare(connection, dict.fromkeys(roles.LOGIN_ROLES, PASSWORD), name)
        with self.postgres.connect(name) as connection:
            roles.prepare_database(connection)
        self._migrate(name)
        _run(["-m", "bench.workspace"], {**os.environ, **self.environment(name)})
        fill_database(found)
        mark.write_text(fill.marker(tickets))
        return found

    def _migrate(self, name: str) -> None:
        environment = {**os.environ, **self.environment(name)}
        environment["ONQUE_DATABASE_URL"] = self._url("onque_owner", name)
        _run(["-m", "django", "migrate", "--skip-checks", "-v0"], environment)


def fill_database(database: Database) -> None:
    """Put the tickets in."""
    with psycopg.connect(database.superuser_url) as connection:
        tenant = connection.execute("SELECT id FROM identity_tenant").fetchone()
        brands = connection.execute("SELECT id FROM identity_brand ORDER BY slug").fetchall()
        members = connection.execute("SELECT id FROM identity_member ORDER BY id").fetchall()
    if tenant is None:
        raise RuntimeError("The workspace is missing.")
    ids: list[list[UUID]] = [[row[0] for row in rows] for rows in (brands, members)]
    fill.fill(
        database.superuser_url, database.tickets, tenant=tenant[0], brands=ids[0], members=ids[1]
    )


@contextmanager
def stack() -> Iterator[Stack]:
    """Start the servers and stop them afterwards."""
    HOME.mkdir(parents=True, exist_ok=True)
    postgres = PostgresServer(
        HOME / "pg", port=free_port(), log=HOME / "pg.log", superuser_password=PASSWORD
    )
    if not postgres.exists():
        postgres.initdb()
    valkey = ValkeyServer(
        HOME / "valkey", port=free_port(), password=PASSWORD, log=HOME / "valkey.log"
    )
    postgres.start()
    valkey.start()
    try:
        postgres.wait_ready(60)
        valkey.wait_ready(10)
        yield Stack(postgres, valkey)
    finally:
        postgres.stop()
        valkey.stop()


def new_key() -> str:
    """Return a random key for one run."""
    return secrets.token_hex(8)


def _run(arguments: list[str], environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, *arguments], check=True, env=environment)
