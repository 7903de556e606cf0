"""`onque up`: everything on one machine, started in order, kept running, stopped in reverse.

It imports no Django and stays small. Its children die with it, however it ends: each asks the
kernel for a signal on its parent's death, which works because they are started from the main
thread.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from onque.config.embedded import leftovers, surroundings
from onque.config.embedded.folder import DataFolder
from onque.config.embedded.process import Child, NotReady, Program, last_lines
from onque.config.embedded.stores import Stores
from onque.config.ports import Ports
from onque.config.prepared import Mark, fingerprint
from onque.config.readiness import Readiness

LOOK_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 30.0
GRACE_SECONDS = 25.0
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass
class Kept:
    """Something kept running: restarted when it ends, waiting longer each time it fails early."""

    name: str
    start: Callable[[], None]
    running: Callable[[], bool]
    pause_seconds: float = FIRST_PAUSE_SECONDS
    started_at: float = field(default_factory=time.monotonic)
    due_at: float | None = None

    def look(self, now: float) -> bool:
        """Restart it when it is down and its pause is over; whether it was restarted."""
        if self.running():
            if now - self.started_at > STEADY_SECONDS:
                self.pause_seconds = FIRST_PAUSE_SECONDS
            return False
        if self.due_at is None:
            self.due_at = now + self.pause_seconds
            self.pause_seconds = min(self.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
            say(f"{self.name} ended and is started again.")
        if now < self.due_at:
            return False
        self.due_at = None
        self.started_at = now
        self.start()
        return True


class Supervisor:
    """One installation on one data folder."""

    def __init__(self, folder: DataFolder, *, demo: bool = True) -> None:
        self.folder = folder
        self.demo = demo
        self.ports = Ports(folder.ports, host=os.environ.get("ONQUE_BIND", "127.0.0.1"))
        self.children: dict[str, Child] = {}
        self.kept: list[Kept] = []
        self.stores: Stores | None = None
        self.settings: dict[str, str] = {}
        self._stop = False

    def up(self) -> None:
        """Start everything, say where it is, and keep it running until a signal comes.

        Raises InUseError, PortTakenError and NotReady.
        """
        began = time.monotonic()
        self.folder.take()
        signal.signal(signal.SIGTERM, self._told_to_stop)
        signal.signal(signal.SIGINT, self._told_to_stop)
        try:
            self._start(began)
            self._keep()
        finally:
            self._end()

    def _start(self, began: float) -> None:
        for name in leftovers.end_all(self.folder.root / "running.json"):
            say(f"Ended {name}, left behind by an earlier run.")
        self.ports.choose()
        self._start_stores()
        self._prepare()
        if self._stop:
            return
        self._start_services()
        Readiness(self.settings, self.ports.numbers).wait(self._still_starting)
        if not self._stop:
            self._welcome(time.monotonic() - began)

    def _start_stores(self) -> None:
        secrets = self.folder.secrets()
        self.stores = Stores(self.folder, self.ports, secrets)
        self.stores.start()
        for name, server, start in (
            ("PostgreSQL", self.stores.primary, None),
            ("the replica", self.stores.replica, self.stores.follow),
            ("Valkey", self.stores.valkey, None),
        ):
            if server is not None:
                self.kept.append(Kept(name, start or server.start, server.running))
        self.settings = surroundings.compose(
            self.folder, self.ports, secrets, self.stores.environment()
        )
        surroundings.write(self.folder, self.settings)
        self._remember()

    def _prepare(self) -> None:
        """Migrate, compile, collect and (the first time) fill the demo, in one process.

        Skipped when the product's files and our own database are as they were the last time.
        """
        mark = Mark(self.folder.root / "prepared")
        now = fingerprint(self.demo, self.settings["ONQUE_INSTANCE_ID"])
        if self.stores is not None and self.stores.kept_data and mark.matches(now):
            return
        mark.forget()
        words = ["prepare"] if self.demo else ["prepare", "--no-demo"]
        self._run_to_end(self._program("prepare", *words))
        if self._stop:
            return
        mark.set(fingerprint(self.demo, self.settings["ONQUE_INSTANCE_ID"]))

    def _run_to_end(self, program: Program) -> None:
        """Run a program unless told to stop meanwhile. Raises NotReady when it fails."""
        child = Child(program)
        child.start()
        while child.running():
            if self._stop:
                child.stop(seconds=5)
                return
            time.sleep(LOOK_SECONDS / 4)
        if child.process is not None and child.process.returncode != 0:
            raise NotReady(f"{program.log.stem} failed:\n{last_lines(program.log)}")

    def _start_services(self) -> None:
        host, numbers = self.ports.host, self.ports.numbers
        if "ONQUE_CAUGHT_MAIL_DIR" in self.settings:
            self._add("catcher", "catch", f"--host={host}", f"--port={numbers['catcher']}")
        for name, service, port in (("web", "all", "http"), ("sockets", "sockets", "sockets")):
            self._add(name, "serve", service, f"--host={host}", f"--port={numbers[port]}")
        for name in ("worker", "beat", "mailin"):
            self._add(name, "serve", name)
        self._remember()

    def _add(self, name: str, *words: str) -> None:
        ports = {"web": "http", "sockets": "sockets", "mailin": "lmtp", "catcher": "catcher"}
        if name in ports:
            self.ports.release(ports[name])
        child = Child(self._program(name, *words))
        child.start()
        self.children[name] = child
        self.kept.append(Kept(name, lambda: self._start_again(child), child.running))

    def _start_again(self, child: Child) -> None:
        child.kill()  # what is left of its session, such as pool processes
        child.start()

    def _program(self, name: str, *words: str) -> Program:
        # a worker without its broker would go on looking for it; the sweeper resends its tasks
        ends = signal.SIGKILL if name == "worker" else signal.SIGTERM
        return Program(
            argv=[sys.executable, "-m", "onque.config", *words],
            log=self.folder.log(name),
            environment=self.settings,
            death_signal=ends,
        )

    def _keep(self) -> None:
        while not self._stop:
            self._look()
            time.sleep(LOOK_SECONDS)

    def _still_starting(self) -> bool:
        self._look()
        return not self._stop

    def _look(self) -> None:
        now = time.monotonic()
        restarted = [kept for kept in self.kept if kept.look(now)]
        if restarted:
            self._remember()

    def _remember(self) -> None:
        pids = self.stores.pids() if self.stores else {}
        pids |= {name: child.pid for name, child in self.children.items() if child.pid is not None}
        leftovers.remember(self.folder.root / "running.json", pids)

    def _told_to_stop(self, _number: int, _frame: object) -> None:
        if self._stop:
            say("Stopping at once.")
            for child in self.children.values():
                child.send(signal.SIGKILL)
        self._stop = True

    def _end(self) -> None:
        """Services first, all at once, each with its time to finish; then the stores."""
        self.ports.release_all()
        if self.children:
            say("Stopping ...")
        for child in reversed(self.children.values()):
            child.send(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for name, child in reversed(self.children.items()):
            if not child.stop(seconds=max(0.1, until - time.monotonic())):
                say(f"{name} did not end in time and was killed.")
        if self.stores is not None:
            self.stores.stop()
        (self.folder.root / "running.json").unlink(missing_ok=True)
        self.folder.give_back()
        if self.children:
            say("Stopped.")

    def _welcome(self, seconds: float) -> None:
        from onque.config.demo.people import log_ins

        url = self.settings["ONQUE_PUBLIC_URL"]
        say(f"Onque is ready after {seconds:.1f} s.\n")
        say(f"  Desk          {url}/desk/")
        if "ONQUE_CAUGHT_MAIL_DIR" in self.settings:
            say(f"  Sent mail     {url}/caught/   (nothing leaves this machine)")
            if self.ports.host not in LOOPBACK:
                say(f"  WARNING       {self.ports.host} is open to others: sent mail is shown on")
                say("                this machine only; its SMTP port takes mail from anybody.")
        say(f"  Mail in       smtp://{self.ports.host}:{self.ports.numbers['lmtp']}")
        say(f"  Data and logs {self.folder.root}")
        if self.demo:
            say("\n  Log-ins of the demo workspaces:")
            for line in log_ins():
                say(f"    {line}")
        say("\n  Send a sample mail in:  .venv/bin/onque demo mail")
        say("  Ctrl-C stops everything.")


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)
