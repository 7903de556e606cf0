"""Profiles the worker's pool processes and the mail listener: put on PYTHONPATH by the bench."""

import atexit
import cProfile
import os
import signal
import sys
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("BENCH_PROFILE_DIR", "")


def _start(name: str) -> None:
    profiler = cProfile.Profile()
    path = Path(FOLDER) / f"{name}.{os.getpid()}.prof"

    def dump(*_facts: Any) -> None:
        profiler.disable()
        profiler.dump_stats(path)
        profiler.enable()

    signal.signal(signal.SIGUSR2, dump)
    atexit.register(dump)
    profiler.enable()


def _hook() -> None:
    from celery.signals import worker_process_init

    worker_process_init.connect(lambda **_facts: _start("worker"), weak=False)


if FOLDER and sys.orig_argv[-2:] == ["serve", "worker"]:
    _hook()
