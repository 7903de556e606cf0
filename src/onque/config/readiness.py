"""Decides when an installation is usable: doors answer, and a task's write reached the replica."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import psycopg

from onque.config.embedded.process import NotReady

LIMIT_SECONDS = 120.0
LOOK_SECONDS = 0.1


class Readiness:
    """Looks at a starting installation from outside, as a visitor and as a reader would."""

    def __init__(self, settings: Mapping[str, str], ports: Mapping[str, int]) -> None:
        self.settings = settings
        self.ports = ports
        self.began = datetime.now(UTC)
        self.checks: dict[str, Callable[[], bool]] = {
            "web": lambda: self._door("http"),
            "sockets": lambda: self._door("sockets"),
            "tasks and replica": self._heart_beats,
        }

    def wait(self, go_on: Callable[[], bool]) -> None:
        """Return when all is ready or `go_on` says no. Raises NotReady naming what is missing."""
        missing = list(self.checks)
        end = time.monotonic() + LIMIT_SECONDS
        while missing and go_on():
            missing = [name for name in missing if not self.checks[name]()]
            if time.monotonic() > end:
                raise NotReady(
                    f"Not ready after {LIMIT_SECONDS:.0f} s: {', '.join(missing)}. "
                    "The logs in the data folder say why."
                )
            time.sleep(LOOK_SECONDS if missing else 0)

    def _door(self, port: str) -> bool:
        """Whether the listener on that port is ready, and ours."""
        url = f"http://127.0.0.1:{self.ports[port]}/readyz"
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                found = json.load(response)
        except (OSError, ValueError, urllib.error.URLError):
            return False
        return bool(found.get("instance") == self.settings["ONQUE_INSTANCE_ID"])

    def _heart_beats(self) -> bool:
        """Whether beat, a worker, the primary and the replica have passed on one heartbeat."""
        url = self.settings.get("ONQUE_REPLICA_URL") or self._primary()
        try:
            with psycopg.connect(url, connect_timeout=2) as connection:
                row = connection.execute("SELECT max(beaten_at) FROM kernel_heartbeat").fetchone()
        except psycopg.Error:
            return False
        return row is not None and row[0] is not None and row[0] > self.began

    def _primary(self) -> str:
        return self.settings.get("ONQUE_DATABASE_URL") or os.environ["ONQUE_DATABASE_URL"]
