"""What a run costs: processor time and memory of every process, and task messages."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field

import psutil

from bench.faults_installation import Installation

NAMES = ("postgres", "replica", "valkey", "web", "sockets", "worker", "beat", "mailin", "catcher")
EVERY_SECONDS = 0.5
KIND = "kernel.deliver"


@dataclass
class Gauges:
    """Samples the processes of an installation until stopped; memory is PSS, in bytes."""

    installation: Installation
    peak_bytes: dict[str, int] = field(default_factory=dict)
    peak_all_bytes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def start(self) -> None:
        """Take the first sample and go on in a thread."""
        self._start_seconds = {name: self._seconds(name) for name in NAMES}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the last sample."""
        self._stopped.set()
        self._thread.join()
        self.seconds = {
            name: self._seconds(name) - before for name, before in self._start_seconds.items()
        }

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            now = {name: self._pss(name) for name in NAMES}
            for name, found in now.items():
                self.peak_bytes[name] = max(found, self.peak_bytes.get(name, 0))
            self.peak_all_bytes = max(self.peak_all_bytes, sum(now.values()))

    def _family(self, name: str) -> list[psutil.Process]:
        process = self.installation.process(name)
        return [process, *process.children(recursive=True)] if process else []

    def _seconds(self, name: str) -> float:
        """Processor time of a service and what it started, ended children included."""
        total = 0.0
        for process in self._family(name):
            try:
                spent = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += spent.user + spent.system + spent.children_user + spent.children_system
        return total

    def _pss(self, name: str) -> int:
        total = 0
        for process in self._family(name):
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return total


def task_messages(installation: Installation) -> int:
    """Return how many task messages of the outbox its worker has received since it started."""
    code = (
        "import json, django; django.setup(set_prefix=False);"
        "from onque.config.celery import app;"
        "print(json.dumps(app.control.inspect(timeout=5).stats()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=installation.environment(),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found = json.loads(run.stdout.splitlines()[-1]) or {}
    return sum(worker["total"].get(KIND, 0) for worker in found.values())
