"""What an earlier run left running: written down while running, ended at the next start."""

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

ENDING_SECONDS = 8.0


def started_at(pid: int) -> str | None:
    """When a process started, in clock ticks since boot; None for one that is gone or dead.

    Together with the process id it names one process for good. Source: proc(5).
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def remember(file: Path, pids: Mapping[str, int]) -> None:
    """Write down which processes run now."""
    rows = {name: [pid, started_at(pid)] for name, pid in pids.items()}
    new = file.with_name(f"{file.name}.new")
    new.write_text(json.dumps(rows))
    new.replace(file)


def end_all(file: Path) -> list[str]:
    """End every process of the last run that still runs; their names are returned."""
    try:
        rows: dict[str, tuple[int, str]] = json.loads(file.read_text())
    except (OSError, ValueError):
        return []
    left = {name: pid for name, (pid, started) in rows.items() if _runs(pid, started)}
    for pid in left.values():
        _signal_session(pid, signal.SIGTERM)
    end = time.monotonic() + ENDING_SECONDS
    while time.monotonic() < end and any(started_at(pid) for pid in left.values()):
        time.sleep(0.05)
    for pid in left.values():
        _signal_session(pid, signal.SIGKILL)
    file.unlink(missing_ok=True)
    return sorted(left)


def _runs(pid: int, started: str | None) -> bool:
    return started is not None and started_at(pid) == started


def _signal_session(pid: int, sent: signal.Signals) -> None:
    try:
        os.killpg(pid, sent)
    except (ProcessLookupError, PermissionError):
        return
