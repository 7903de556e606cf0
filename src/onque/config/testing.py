"""A pytest plugin: real servers for the test run, ready before Django's settings are read.

Loaded by `-p onque.config.testing`. The first process starts PostgreSQL from a cached, migrated
cluster and Valkey; workers of pytest-xdist find them in the environment and take a database each,
copied from the template. The tests connect as `onque_app`, never as a superuser.
"""

import atexit
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from onque.config.embedded.postgres import PostgresServer
from onque.config.embedded.process import free_port
from onque.config.embedded.valkey import ValkeyServer

SOURCE = Path(__file__).resolve().parents[1]
CACHE = SOURCE.parents[1] / ".cache" / "test-clusters"
TEMPLATE = "onque_template"
PASSWORD = "only-for-tests"  # noqa: S105 - of servers that live as long as the test run
SERVERS = "ONQUE_TEST_SERVERS"
ROLES = ("onque_owner", "onque_app", "onque_public", "onque_reader", "onque_backoffice")


def _url(role: str, port: int, database: str) -> str:
    return f"postgresql://{role}:{PASSWORD}@127.0.0.1:{port}/{database}"


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    files = [
        *SOURCE.glob("**/migrations/*.py"),
        SOURCE / "kernel/rls.py",
        SOURCE / "kernel/roles.py",
    ]
    for path in sorted([*files, SOURCE / "config/embedded/postgres.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _server(data: Path, port: int) -> PostgresServer:
    return PostgresServer(
        data,
        port=port,
        log=data.with_suffix(".log"),
        superuser_password=PASSWORD,
        options={"fsync": "off", "full_page_writes": "off", "max_connections": "100"},
    )


def _build_cluster(home: Path) -> Path:
    """Return a stopped, migrated cluster: from the cache, or made now and put there."""
    cached = CACHE / _fingerprint()
    if not (cached / "PG_VERSION").exists():
        server = _server(home / "build", free_port())
        server.initdb()
        server.start()
        server.wait_ready(30)
        try:
            _prepare(server.port)
        finally:
            server.stop()
        CACHE.mkdir(parents=True, exist_ok=True)
        try:
            (home / "build").rename(cached)
        except OSError:  # another run was first, or another file system
            if not (cached / "PG_VERSION").exists():
                return home / "build"
    return cached


def _prepare(port: int) -> None:
    from onque.kernel import roles

    passwords = dict.fromkeys(ROLES, PASSWORD)
    with psycopg.connect(_url("postgres", port, "postgres"), autocommit=True) as connection:
        roles.prepare(connection, passwords, TEMPLATE)
    with psycopg.connect(_url("postgres", port, TEMPLATE), autocommit=True) as connection:
        roles.prepare_database(connection)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--skip-checks", "-v0"],
        check=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "onque.config.settings.test",
            "ONQUE_DATABASE_URL": _url("onque_owner", port, TEMPLATE),
        },
    )


def _start() -> None:
    home = Path(tempfile.mkdtemp(prefix="onque-test-"))
    home.chmod(0o755)
    cluster = _build_cluster(home)
    data = home / "pg"
    if cluster != data:
        shutil.copytree(cluster, data, symlinks=True)
        _copy_owner(cluster, data)
    postgres = _server(data, free_port())
    postgres.start()
    valkey = ValkeyServer(home / "valkey", port=free_port(), password=PASSWORD, log=home / "v.log")
    valkey.start()
    postgres.wait_ready(30)
    valkey.wait_ready(10)
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner:
            postgres.stop(mode="immediate")
            valkey.stop()
            shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    os.environ[SERVERS] = json.dumps(
        {"postgres": postgres.port, "valkey": valkey.port, "home": str(home)}
    )


def _copy_owner(source: Path, target: Path) -> None:
    owner = source.stat()
    if os.geteuid() == 0:
        for path in (target, *target.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _point_settings() -> None:
    servers = json.loads(os.environ[SERVERS])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = f"onque_{worker}"
    port, home = servers["postgres"], Path(servers["home"])
    with psycopg.connect(_url("postgres", port, "postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        name = sql.Identifier(database)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER onque_owner").format(
                name, sql.Identifier(TEMPLATE)
            )
        )
    number = int(worker.removeprefix("gw")) + 1 if worker.startswith("gw") else 0
    os.environ.update(
        DJANGO_SETTINGS_MODULE="onque.config.settings.test",
        ONQUE_ENV="test",
        ONQUE_INSTANCE_ID=f"test{number}",
        ONQUE_SECRET_KEY=secrets.token_hex(16),
        ONQUE_DATABASE_URL=_url("onque_app", port, database),
        ONQUE_PUBLIC_DATABASE_URL=_url("onque_public", port, database),
        ONQUE_OWNER_DATABASE_URL=_url("onque_owner", port, database),
        ONQUE_SESSIONS_REDIS_URL=f"redis://:{PASSWORD}@127.0.0.1:{servers['valkey']}/{number}",
        ONQUE_FILES_DIR=str(home / f"files-{worker}"),
        ONQUE_MAIL_DOMAIN="mail.onque.test",
    )


if SERVERS not in os.environ:
    _start()
_point_settings()


def pytest_configure(config: pytest.Config) -> None:
    """Refuse network connections to anything but loopback."""
    del config
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise RuntimeError(f"A test tried to reach {address!r}.")
        real(self, address)  # type: ignore[arg-type]  # as the caller gave it

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]  # the guard itself


def _is_loopback(host: str) -> bool:
    return host.startswith("127.") or host in {"localhost", "::1", ""}


def empty_database() -> None:
    """Empty every table but the migrations', as the owner."""
    url = os.environ["ONQUE_OWNER_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT format('%I', tablename) FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        ).fetchall()
        names = ", ".join(str(row[0]) for row in tables)
        connection.execute(f"TRUNCATE {names} CASCADE".encode())


def database_name() -> str:
    """Return the name of this worker's database."""
    return urlsplit(os.environ["ONQUE_DATABASE_URL"]).path.lstrip("/")
