"""How many mails a second become tickets, from LMTP's 250 to the committed row.

`make bench ARGS=throughput` starts a complete installation of its own, delivers the mix of
`throughput_mails` over LMTP on eight connections as fast as it is answered, and waits until
every mail is a message and every subscriber and the search have caught up.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import profiles, throughput_mails
from bench.faults_installation import ADDRESS, Installation, wait_for
from bench.throughput_gauges import Gauges, task_messages
from bench.throughput_mails import Mail
from bench.throughput_sender import CONNECTIONS, Sender

FIRST = 200
PER_SECOND = 60.0
MESSAGES_A_MAIL = 2.0
CAUGHT_UP_SECONDS = 60.0
LONGEST_SECONDS = 1800.0
WAITING = {
    "mails": "SELECT count(*) FROM mail_inboundmail WHERE state IN ('stored', 'parsed', 'routed')",
    "notifications": "SELECT count(*) FROM kernel_delivery WHERE state = 'pending'",
    "search": "SELECT count(*) FROM kernel_searchmark",
}


@dataclass(frozen=True)
class Found:
    """One line of the result; `holds` is None where there is no limit."""

    words: str
    value: str
    holds: bool | None = None

    def text(self) -> str:
        """Return the line."""
        mark = {None: "      ", True: "holds ", False: "BROKEN"}[self.holds]
        return f"  {mark}  {self.words:44} {self.value}"


def main(argv: list[str]) -> int:
    """Run once, print the table, return 1 when a limit does not hold."""
    words = argparse.ArgumentParser(prog="python -m bench throughput", description=__doc__)
    words.add_argument("--mails", type=int, default=5000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--profile", action="store_true", help="profile worker and database; slows")
    words.add_argument("--keep", type=Path, default=None, help="folder to leave data and logs in")
    told = words.parse_args(argv)
    folder = told.keep or Path(tempfile.mkdtemp(prefix="onque-throughput-"))
    try:
        lines = list(_run(folder, told.mails, told.seed, profile=told.profile))
    finally:
        if told.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    for line in lines:
        print(line.text())
    return 1 if any(line.holds is False for line in lines) else 0


def _run(folder: Path, count: int, seed: int, *, profile: bool) -> Iterator[Found]:
    folder.mkdir(parents=True, exist_ok=True)
    more = profiles.environment(folder) if profile else {}
    installation = Installation(folder / "data", smtp_port=9, seed=seed, more=more)
    try:
        installation.start()
        if profile:
            profiles.restart_with_statements(installation)
        subprocess.run(
            [sys.executable, "-m", "bench.faults_workspace"],
            env=installation.environment(),
            cwd=Path(__file__).resolve().parents[1],
            check=True,
        )
        first = throughput_mails.first_mails(FIRST, seed)
        _deliver(installation, first)
        if profile:
            profiles.begin(installation)
        yield from _measure(installation, list(throughput_mails.mails(count, seed, first)))
        if profile:
            profiles.show(installation, folder)
    finally:
        installation.stop()


def _deliver(installation: Installation, mails: list[Mail]) -> Sender:
    sender = Sender(installation.ports["lmtp"], ADDRESS)
    sender.deliver(mails)
    wait_for("all mails", lambda: _waiting(installation, "mails") == 0, LONGEST_SECONDS, every=0.5)
    return sender


def _measure(installation: Installation, mails: list[Mail]) -> Iterator[Found]:
    sizes = [len(mail.raw) for mail in mails]
    messages, gauges = task_messages(installation), Gauges(installation)
    gauges.start()
    sender = _deliver(installation, mails)
    ended_at = time.time()
    wait_for("the rest", lambda: _rest(installation) == 0, LONGEST_SECONDS, every=0.5)
    caught_up = time.time() - ended_at
    gauges.stop()
    sent = task_messages(installation) - messages
    count = len(mails)
    yield Found("mails", f"{count:,}, {sum(mail.known for mail in mails):,} answers")
    yield Found("median size", f"{statistics.median(sizes):,.0f} bytes")
    yield Found("connections", str(CONNECTIONS))
    yield Found("taken in by LMTP", f"{count / _span(sender):.1f}/s")
    rate = count / (ended_at - sender.began_at)
    yield Found("filed, first byte to last commit", f"{rate:.1f}/s", rate >= PER_SECOND)
    yield from _outcome(installation, sender, count)
    share = sent / count
    yield Found("task messages a mail", f"{share:.2f}", share <= MESSAGES_A_MAIL)
    yield Found(
        "subscribers and search caught up after",
        f"{caught_up:.1f} s",
        caught_up <= CAUGHT_UP_SECONDS,
    )
    yield from _costs(gauges, count)


def _span(sender: Sender) -> float:
    return max(sender.accepted.values(), default=sender.began_at) - sender.began_at


def _outcome(installation: Installation, sender: Sender, count: int) -> Iterator[Found]:
    with installation.database() as connection:
        rows = connection.execute(
            "SELECT rfc_id, extract(epoch FROM done_at)::float8, state, ticket_id IS NOT NULL"
            " FROM mail_inboundmail"
        ).fetchall()
    filed = {name: at for name, at, state, on_ticket in rows if state == "done" and on_ticket}
    waits = sorted(
        filed[name] - at for name, at in sender.accepted.items() if filed.get(name) is not None
    )
    yield Found(
        "accepted / filed on a ticket / refused",
        f"{len(sender.accepted):,} / {len(waits):,} / {len(sender.refused):,}",
        len(sender.accepted) == len(waits) == count,
    )
    if waits:
        yield Found("250 to filed, p50", f"{waits[len(waits) // 2]:.2f} s")
        yield Found("250 to filed, p95", f"{waits[len(waits) * 95 // 100]:.2f} s")


def _costs(gauges: Gauges, count: int) -> Iterator[Found]:
    total = sum(gauges.seconds.values())
    yield Found("processor time a mail, all processes", f"{1000 * total / count:.1f} ms")
    for name, seconds in sorted(gauges.seconds.items(), key=lambda item: -item[1]):
        memory = gauges.peak_bytes.get(name, 0) / 2**20
        yield Found(f"  {name}", f"{1000 * seconds / count:5.1f} ms a mail, peak {memory:.0f} MB")
    yield Found("peak memory, all processes (PSS)", f"{gauges.peak_all_bytes / 2**20:.0f} MB")


def _waiting(installation: Installation, what: str) -> int:
    with installation.database() as connection:
        row = connection.execute(WAITING[what].encode()).fetchone()
    return int(row[0]) if row else 0


def _rest(installation: Installation) -> int:
    return sum(_waiting(installation, what) for what in WAITING)
