"""Kills everything at random moments while mail runs through, and counts what came out.

`make bench ARGS=faults` starts a complete installation of its own, delivers mails over LMTP as a
mail server does, lets signed-in agents answer over HTTP, and kills -9 the worker, the web process,
mailin and the Redis-compatible store (whose data is removed too) while that goes on. Afterwards
every mail must be one ticket, every reply one mail or flagged, and everybody still signed in.
"""

import argparse
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.faults_agents import Browser, Office
from bench.faults_checks import Findings, Line, kill_lines, wait_until_quiet
from bench.faults_installation import MEMBERS, Installation, Killer, plan_kills
from bench.faults_peers import Mailer, Sink

KINDS = ("worker", "web", "mailin", "valkey")
SIGN_INS = 2
AGENTS = 4


@dataclass(frozen=True)
class Plan:
    """How big a run is: counts, the seconds it is spread over, and the seed of all chance.

    `hurry` does not wait for the leases of killed processes, see `wait_until_quiet`.
    """

    mails: int = 1000
    replies: int = 300
    kills: int = 3
    seconds: float = 150.0
    seed: int = 1
    limit_seconds: float = 420.0
    youngest_seconds: float = 8.0
    hurry: bool = False


def main(argv: list[str]) -> None:
    """Run once and print the table; exit with 1 when something does not hold."""
    words = argparse.ArgumentParser(prog="python -m bench faults", description=__doc__)
    words.add_argument("--mails", type=int, default=Plan.mails)
    words.add_argument("--replies", type=int, default=0, help="default: 3 for 10 mails")
    words.add_argument("--kills", type=int, default=Plan.kills, help="of each kind")
    words.add_argument("--seconds", type=float, default=Plan.seconds, help="mails are spread over")
    words.add_argument("--seed", type=int, default=0, help="default: a random one")
    words.add_argument("--keep", type=Path, default=None, help="folder to leave data and logs in")
    told = words.parse_args(argv)
    plan = Plan(
        mails=told.mails,
        replies=told.replies or told.mails * 3 // 10,
        kills=told.kills,
        seconds=told.seconds,
        seed=told.seed or secrets.randbelow(10_000) + 1,
    )
    print(
        f"Kill run, seed {plan.seed}: {plan.mails:,} mails over {plan.seconds:.0f} s.", flush=True
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # stop the installation on the way out
    with _folder(told.keep) as folder:
        lines = run(plan, folder)
    for line in lines:
        print(line.text())
    held = all(line.holds is not False for line in lines)
    print("Everything holds." if held else "SOMETHING DOES NOT HOLD.")
    raise SystemExit(0 if held else 1)


def run(plan: Plan, folder: Path) -> list[Line]:
    """Carry out a plan with its data in `folder` and return the table."""
    sink = Sink(plan.seed)
    sink.start()
    installation = Installation(folder / "data", smtp_port=sink.port, seed=plan.seed)
    try:
        ready = installation.start()
        subprocess.run(
            [sys.executable, "-m", "bench.faults_workspace"],
            env=installation.environment(),
            cwd=Path(__file__).resolve().parents[1],
            check=True,
        )
        return [
            Line("ready after", f"{ready:.1f} s"),
            *_traffic(plan, installation, sink),
        ]
    finally:
        installation.stop()
        sink.stop()


def _traffic(plan: Plan, installation: Installation, sink: Sink) -> Iterator[Line]:
    """Let everything run at once; yield what was found."""
    browsers = _signed_in(installation.ports["http"])
    killed = threading.Event()
    wanted = dict.fromkeys(KINDS, plan.kills)
    killer = Killer(
        installation,
        plan_kills(wanted, seconds=plan.seconds, seed=plan.seed),
        youngest_seconds=plan.youngest_seconds,
    )
    mailer = Mailer(installation.ports["lmtp"], plan.mails, plan.seconds, plan.seed, may_end=killed)
    office = Office(browsers[:AGENTS], plan.replies, plan.seconds, plan.seed, may_end=killed)
    began = time.monotonic()
    threads = [
        threading.Thread(target=part.run, args=(began,), name=name, daemon=True)
        for name, part in (("mailer", mailer), ("office", office))
    ]
    for thread in threads:
        thread.start()
    try:
        killer.run(began)
    finally:
        killed.set()
    for thread in threads:
        thread.join(plan.limit_seconds)
    sent = time.monotonic() - began
    quiet = wait_until_quiet(installation, limit_seconds=plan.limit_seconds, hurry=plan.hurry)
    whole = time.monotonic() - began
    found = Findings(installation, mailer, office, sink)
    yield from found.mail_lines()
    yield from found.other_lines()
    yield from found.reply_lines(killer)
    there = sum(browser.is_signed_in() for browser in browsers)
    yield Line(
        "sessions still signed in",
        f"{there} of {len(browsers)} (sent away {office.sent_away} times)",
        there == len(browsers) and not office.sent_away,
    )
    yield from kill_lines(killer, wanted)
    yield Line("seconds: traffic, until quiet", f"{sent:.0f}, {whole:.0f}", quiet)


def _signed_in(port: int) -> list[Browser]:
    """Sign every member in, each from some browsers."""
    browsers = []
    for _turn in range(SIGN_INS):
        for email in MEMBERS:
            browser = Browser(port)
            browser.sign_in(email)
            browsers.append(browser)
    return browsers


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """A folder for the run, removed afterwards unless it was asked for."""
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        yield kept.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="onque-faults-") as folder:
        yield Path(folder)
