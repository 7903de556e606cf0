"""Starts one program in a session of its own, with its own log, that dies with its parent."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")


class NotReady(RuntimeError):
    """A program did not start, or did not answer in time; the text says what its log ends with."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run and how: arguments, environment, and which rights it gives up."""

    argv: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    unprivileged: bool = False
    owned: Sequence[Path] = ()
    death_signal: signal.Signals = signal.SIGTERM
    folder: Path | None = None

    def command(self) -> list[str]:
        """The command line that becomes the program by way of the launcher."""
        told = {
            "argv": [str(part) for part in self.argv],
            "parent": os.getpid(),
            "signal": int(self.death_signal),
            "unprivileged": self.unprivileged,
            "owned": [str(folder) for folder in self.owned],
            "namespaces": os.environ.get("ONQUE_USER_NAMESPACES", "yes") != "no",
        }
        return [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(told)]


class Child:
    """One running program. Start it from a thread that lives as long as the program should."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while there is a process, running or not yet reaped."""
        return self.process.pid if self.process else None

    def start(self) -> None:
        """Start the program; its output is appended to its log."""
        self.program.log.parent.mkdir(parents=True, exist_ok=True)
        with self.program.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.program.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.program.environment},
                cwd=self.program.folder,
                start_new_session=True,
            )

    def running(self) -> bool:
        """Whether the program runs; a program that ended is reaped by asking."""
        return self.process is not None and self.process.poll() is None

    def send(self, sent: signal.Signals) -> None:
        """Signal the program if it still runs."""
        if self.process is not None and self.running():
            self.process.send_signal(sent)

    def stop(self, sent: signal.Signals = signal.SIGTERM, *, seconds: float = 20) -> bool:
        """End the program and everything in its session; False when it had to be killed."""
        if self.process is None:
            return True
        self.send(sent)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        kill_group(self.process.pid)
        return True

    def kill(self) -> None:
        """End the program and its session at once."""
        if self.process is not None:
            kill_group(self.process.pid)
            self.send(signal.SIGKILL)
            self.process.wait()


def kill_group(pid: int) -> None:
    """Kill what is left of a session that we started."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def run(program: Program, *, seconds: float = 120) -> None:
    """Run a program to its end. Raises NotReady with the end of its log when it fails."""
    child = Child(program)
    child.start()
    assert child.process is not None  # noqa: S101  (start made it)
    try:
        code = child.process.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        code = None
    if code != 0:
        raise NotReady(f"{Path(program.argv[0]).name} failed:\n{last_lines(program.log)}")


def wait_until(ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
    """Return once ``ready()``. Raises NotReady when the child ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        if not child.running():
            break
        time.sleep(0.03)
    log = child.program.log
    raise NotReady(f"{log.stem} is not ready. Its log ends:\n{last_lines(log)}")


def last_lines(log: Path, *, count: int = 12) -> str:
    """The end of a log file, for people."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def alive(pid: int, *, mark: str) -> bool:
    """Whether ``pid`` is a running (not a dead, unreaped) process that belongs to ``mark``.

    It belongs when the mark is in its arguments or is its working folder; that guards against a
    process id that the system has given to somebody else since.
    """
    process = Path(f"/proc/{pid}")
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        arguments = (process / "cmdline").read_bytes().decode(errors="replace")
    except (OSError, IndexError):
        return False
    if state == "Z":
        return False
    return mark in arguments or working_folder(process) == mark


def working_folder(process: Path) -> str:
    """The working folder of a process of ours, empty when it cannot be seen."""
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return ""


def end_orphan(pid: int, *, mark: str, signals: Sequence[signal.Signals]) -> bool:
    """End a process an earlier run left behind, politely first; whether there was one."""
    if not alive(pid, mark=mark):
        return False
    for sent in (*signals, signal.SIGKILL):
        os.kill(pid, sent)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            if not alive(pid, mark=mark):
                return True
            time.sleep(0.05)
    return True


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
