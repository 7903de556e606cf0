"""What an act on many tickets costs everybody else: the list's p95 beside it and without it.

`make bench ARGS="bulk 50000"`: tickets to change, of 100,000. The act runs in a process of its own,
as a worker does it.
"""

import os
import subprocess
import sys
import time

import django

TICKETS, WANTED = 100_000, 50_000
SLOWER = 2.0
QUIET_ROUNDS = 20


def main(words: list[str]) -> int:
    """Start the servers, measure in a process of its own; return 1 when the limit does not hold."""
    from bench.stack import stack

    with stack() as running:
        database = running.database(TICKETS)
        environment = {**os.environ, **running.environment(database.name)}
        command = [sys.executable, "-m", "bench.bulk", "measure", *words]
        return subprocess.run(command, check=False, env=environment).returncode


def measure(wanted: int) -> int:
    """Print the figures; return 1 when the list became `SLOWER` times slower."""
    django.setup()
    from bench.pages import figures, signed_in, timed
    from bench.stack import SLUG

    client = signed_in()
    url = f"/desk/{SLUG}/tickets/?view=all"
    quiet = [ms for _ in range(QUIET_ROUNDS) for ms in timed(lambda: client.get(url))]
    started = time.perf_counter()
    worker = subprocess.Popen([sys.executable, "-m", "bench.bulk", "work", str(wanted)])
    beside: list[float] = []
    while worker.poll() is None:
        beside += timed(lambda: client.get(url))
    taken = time.perf_counter() - started
    first, second = figures(quiet), figures(beside)
    ratio = second["p95"] / first["p95"]
    print(f"{wanted} tickets in {taken:.0f} s, {wanted / taken:.0f}/s")
    print(f"list, quiet:  p50 {first['p50']:.1f} ms, p95 {first['p95']:.1f} ms")
    print(
        f"list, beside: p50 {second['p50']:.1f} ms, p95 {second['p95']:.1f} ms, {len(beside)} reads"
    )
    print(f"{'holds' if ratio < SLOWER else 'BROKEN'}: p95 beside / quiet {ratio:.2f} < {SLOWER}")
    return 0 if worker.returncode == 0 and ratio < SLOWER else 1


def work(wanted: int) -> int:
    """Change the priority of the first tickets by number, chunk after chunk."""
    django.setup()
    from bench.stack import SLUG
    from onque.kernel.ids import new_id
    from onque.kernel.tenancy import tenant_scope
    from onque.modules.desk.contracts import Priority
    from onque.modules.desk.contracts.bulk import Selection
    from onque.modules.desk.models import Ticket
    from onque.modules.desk.services import bulk, bulk_working
    from onque.modules.desk.services.changes import Changes
    from onque.modules.identity import public as identity

    card = identity.tenant_by_slug(SLUG)
    if card is None:
        raise RuntimeError("The workspace is missing.")
    with tenant_scope(card.id):
        owner = next(one for one in identity.list_members() if one.role_key == "owner")
        actor = identity.acting_member(owner.id)
        if actor is None:
            raise RuntimeError("The owner is missing.")
        urgent = Ticket.objects.filter(number__lte=wanted, priority=Priority.URGENT).count()
        changes = Changes(priority=Priority.LOW if urgent > wanted // 2 else Priority.URGENT)
        started = bulk.start_change(
            actor,
            selection=Selection(numbers=tuple(range(1, wanted + 1))),
            changes=changes,
            request_key=new_id(),
        )
    while bulk_working.step(card.id, started.id):
        pass
    with tenant_scope(card.id):
        found = bulk.get_bulk(actor, bulk_id=started.id)
    print(f"changed {found.changed}, so already {found.same}, skipped {found.skipped}", flush=True)
    return 0 if found.handled == found.total == wanted else 1


if __name__ == "__main__":
    act, *given = sys.argv[1:]
    sys.exit((work if act == "work" else measure)(int(given[0]) if given else WANTED))
