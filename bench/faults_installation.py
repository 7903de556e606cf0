"""A complete installation of its own for the kill run, and how its processes are killed."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import redis

from onque.config.ports import PREFERRED

READY_SECONDS = 300.0
BACK_SECONDS = 120.0
MARKER = "faults:full"
PASSWORD = "only-for-the-kill-run"
SLUG = "faults"
ADDRESS = "help@faults.example"
MEMBERS = ("ada@faults.example", "bo@faults.example", "cho@faults.example")


class BrokenRunError(RuntimeError):
    """The run itself could not go on; the text says why."""


class Installation:
    """One `onque up` on its own data folder and ports, sending its mail to a sink."""

    def __init__(
        self, folder: Path, *, smtp_port: int, seed: int, more: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self._more = dict(more or {})
        self._random = random.Random(f"ports {seed} {os.getpid()}")
        self.ports = self._free_ports()
        self._smtp_port = smtp_port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What the supervisor said."""
        return self.folder.with_suffix(".log")

    def environment(self) -> dict[str, str]:
        """Return the settings of its processes, for a process of ours beside them."""
        told: dict[str, str] = json.loads((self.folder / "environment.json").read_text())
        settings = {"DJANGO_SETTINGS_MODULE": f"onque.config.settings.{told['ONQUE_ENV']}"}
        return {**_plain_environment(), **settings, **told}

    def start(self) -> float:
        """Start everything; return the seconds until it was ready."""
        began = time.monotonic()
        asked = {f"ONQUE_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        environment = {
            **_plain_environment(),
            **asked,
            **self._more,
            "ONQUE_DATA_DIR": str(self.folder),
            "ONQUE_LISTENER": "lmtp",
            "ONQUE_UNDO_SECONDS": "0",
            "ONQUE_SMTP_URL": f"smtp://127.0.0.1:{self._smtp_port}",
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "onque.config", "up", "--no-demo"],
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        wait_for("the installation", self._is_ready, READY_SECONDS)
        return time.monotonic() - began

    def stop(self) -> None:
        """Stop everything as Ctrl-C does."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(90)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Open the database as its superuser, who sees every workspace."""
        password = quote(self._secret("superuser"), safe="")
        url = f"postgresql://postgres:{password}@127.0.0.1:{self.ports['postgres']}/onque"
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    def store(self) -> "redis.Redis":
        """Return a client of its Redis-compatible store."""
        url = (
            f"redis://:{quote(self._secret('valkey'), safe='')}@127.0.0.1:{self.ports['valkey']}/0"
        )
        return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)

    def process(self, name: str) -> psutil.Process | None:
        """Return the running process of that name, as the supervisor wrote it down."""
        try:
            pid, _started = json.loads((self.folder / "running.json").read_text())[name]
            found = psutil.Process(pid)
            alive = found.is_running() and found.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, KeyError, psutil.NoSuchProcess):
            return None
        return found if alive else None

    def _is_ready(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise BrokenRunError(f"onque up ended:\n{self.log.read_text()}")
        return "Onque is ready" in self.log.read_text()

    def _secret(self, name: str) -> str:
        return str(json.loads((self.folder / "secrets.json").read_text())[name])

    def _free_ports(self) -> dict[str, int]:
        """Choose ports that no outgoing connection can be given while a server is down."""
        found: dict[str, int] = {}
        while len(found) < len(PREFERRED):
            port = self._random.randrange(20_000, 32_000)
            if port not in found.values() and _is_free(port):
                found[list(PREFERRED)[len(found)]] = port
        return found


@dataclass
class Kill:
    """One kill: what, when (seconds into the run), and how long until a new process was there."""

    kind: str
    at: float
    processes: int = 0
    back_seconds: float = 0.0
    in_flight: int = 0
    emptied: bool | None = None


@dataclass
class Killer:
    """Kills at planned moments, each kind at least `each` times, in a random order."""

    installation: Installation
    plan: list[Kill]
    youngest_seconds: float = 8.0
    done: list[Kill] = field(default_factory=list)

    def run(self, began: float) -> None:
        """Carry out the plan; a process is left alone until it has lived some seconds."""
        for kill in self.plan:
            time.sleep(max(0.0, began + kill.at - time.monotonic()))
            victim = self._victim(kill.kind)
            kill.at = time.monotonic() - began
            self._strike(kill, victim)
            self.done.append(kill)

    def _victim(self, kind: str) -> psutil.Process:
        found: list[psutil.Process] = []

        def grown() -> bool:
            process = self.installation.process(kind)
            if process and time.time() - process.create_time() >= self.youngest_seconds:
                found.append(process)
            return bool(found)

        wait_for(f"{kind} to kill", grown, BACK_SECONDS)
        return found[0]

    def _strike(self, kill: Kill, victim: psutil.Process) -> None:
        if kill.kind == "valkey":
            self.installation.store().set(MARKER, 1)
        family = [victim, *victim.children(recursive=True)]
        for process in family:
            _kill_9(process)
        kill.processes = len(family)
        if kill.kind == "valkey":
            _empty(self.installation.folder / "valkey")
        if kill.kind == "worker":
            time.sleep(0.2)  # what it had sent to the database is through
            kill.in_flight = in_flight(self.installation)
        struck = time.monotonic()
        wait_for(f"a new {kill.kind}", lambda: self._replaced(kill.kind, victim.pid), BACK_SECONDS)
        kill.back_seconds = time.monotonic() - struck
        if kill.kind == "valkey":
            wait_for("an answer of valkey", lambda: self._lost_marker(kill), BACK_SECONDS)

    def _replaced(self, kind: str, pid: int) -> bool:
        process = self.installation.process(kind)
        return process is not None and process.pid != pid

    def _lost_marker(self, kill: Kill) -> bool:
        try:
            kill.emptied = not self.installation.store().exists(MARKER)
        except redis.RedisError:
            return False
        return True


def in_flight(installation: Installation) -> int:
    """Return how many mails were being handed over, by the database."""
    with installation.database() as connection:
        row = connection.execute(
            "SELECT count(*) FROM mail_outboundmail WHERE state = 'sending'"
        ).fetchone()
    return int(row[0]) if row else 0


def plan_kills(kinds: Mapping[str, int], *, seconds: float, seed: int) -> list[Kill]:
    """Spread kills of each kind over the time at random."""
    chance = random.Random(f"kills {seed}")
    kills = [
        Kill(kind, chance.uniform(0.03, 0.9) * seconds)
        for kind, count in kinds.items()
        for _ in range(count)
    ]
    return sorted(kills, key=lambda kill: kill.at)


def wait_for(what: str, ready: Callable[[], bool], seconds: float, *, every: float = 0.1) -> None:
    """Return once `ready()`, asked `every` so often; raise `BrokenRunError` when too late."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise BrokenRunError(f"Waited {seconds:.0f} s for {what}.")
        time.sleep(every)


def _kill_9(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _empty(folder: Path) -> None:
    """Remove what the store keeps, before the supervisor starts it again."""
    shutil.rmtree(folder / "appendonlydir", ignore_errors=True)
    for file in folder.glob("*.rdb"):
        file.unlink()


def _plain_environment() -> dict[str, str]:
    """Return our environment without settings of another installation."""
    dropped = ("ONQUE_", "DJANGO_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
