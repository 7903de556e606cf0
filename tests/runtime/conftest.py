"""Servers and installations of the runtime tests, each in a folder and on ports of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onque.config.embedded.postgres import PostgresServer
from onque.config.embedded.process import free_port

PORTS = ("HTTP", "SOCKETS", "LMTP", "CATCHER", "POSTGRES", "REPLICA", "VALKEY")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    home = tmp_path_factory.mktemp("postgres")
    made = PostgresServer(
        home / "pg", port=free_port(), log=home / "pg.log", superuser_password="p@ss/w'ord"
    )
    made.initdb()
    made.start()
    made.wait_ready()
    yield made
    made.stop("immediate")


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without the settings of the test run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONQUE_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, **more}


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


class Installation:
    """`onque up` in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.data = home / "data"
        self.output = home / "up.log"
        ports = {f"ONQUE_{name}_PORT": str(free_port()) for name in PORTS}
        self.environment = clean_environment(ONQUE_DATA_DIR=str(self.data), **ports)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['ONQUE_HTTP_PORT']}"

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "onque.config", "up", "--no-demo"],
                stdout=output,
                stderr=output,
                env=self.environment,
                start_new_session=True,
            )
        assert until(lambda: "is ready" in self.said() or self.process.poll() is not None, 180)
        assert "is ready" in self.said(), self.said()

    def said(self) -> str:
        return self.output.read_text()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "onque.config", *words],
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
        )

    def pids(self) -> dict[str, int]:
        import json

        rows = json.loads((self.data / "running.json").read_text())
        return {name: pid for name, (pid, _started) in rows.items()}

    def left(self) -> list[str]:
        """Processes alive whose arguments, folder or environment name this data folder."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            if self.process is not None and process.name == str(self.process.pid):
                continue
            if _alive_and_names(process, str(self.data)):
                found.append((process / "cmdline").read_bytes().decode().replace("\0", " "))
        return found


def _alive_and_names(process: Path, folder: str) -> bool:
    try:
        if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        about = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    except OSError:
        return False
    return folder.encode() in about


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("installation"))
    made.start()
    yield made
    if made.process is not None:
        made.process.terminate()
        made.process.wait(60)
