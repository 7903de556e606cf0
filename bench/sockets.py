"""The hub against a bare `websockets` server: broadcast, presence, memory, dead clients.

Both servers and the clients are processes of their own on this machine; the rounds alternate
between the two, so that whatever else runs here hits both. Figures: docs/performance.md.
"""

import argparse
import asyncio
import contextlib
import resource
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.conf import settings

from bench.sockets_clients import Client, Crowd
from bench.sockets_servers import TENANT

ROUNDS = 5
BROADCASTS = 20
JOINS = 300
VIEWERS = 5
TICKETS = 20  # taking turns, since the hub limits how much one socket may say
PATH = "/ws/desk/bench"
LIMIT_BROADCAST = 2.0
LIMIT_JOIN = 3.0
LIMIT_DEAD_SECONDS = 30.0
PAUSE_SECONDS = 0.003


@dataclass(frozen=True)
class Round:
    """Seconds of one round: time to the last of all sockets, and p99 of one message."""

    bare_broadcast: float
    hub_broadcast: float
    bare_echo: float
    hub_join: float


def main(argv: list[str]) -> int:
    """Run it; the exit status is 1 when a limit does not hold."""
    parser = argparse.ArgumentParser(prog="bench sockets")
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--skip-dead", action="store_true", help="leave out the 60 s of waiting")
    options = parser.parse_args(argv)
    raise_file_limit()
    with store() as url:
        if not settings.configured:
            settings.configure(DATABASES={})
        settings.CHANNELS_REDIS_URL = url
        return asyncio.run(measure(options.sockets, options.rounds, url, options.skip_dead))


async def measure(sockets: int, rounds: int, url: str, skip_dead: bool) -> int:  # noqa: FBT001
    with server("bare", url) as bare_server, server("hub", url) as hub_server:
        empty = [pss(s.pid) for s in (bare_server, hub_server)]
        bare, hub = Crowd(bare_server.port, "/"), Crowd(hub_server.port, PATH)
        started = time.perf_counter()
        await bare.fill(sockets)
        print(f"{sockets} sockets at the bare server in {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        await join_all(hub, sockets)
        print(f"{sockets} sockets at the hub, following, in {time.perf_counter() - started:.1f} s")
        full = [pss(s.pid) for s in (bare_server, hub_server)]
        names = ("bare", "hub")
        for name, before, after in zip(names, empty, full, strict=True):
            per_socket = (after - before) / sockets / 1024
            print(f"{name}: {after / 2**20:.0f} MB PSS, {per_socket:.1f} KB a socket")
        found = [await one_round(number, bare, hub) for number in range(1, rounds + 1)]
        bare.close()
        hub.close()
        held = verdict(found)
    if not skip_dead:
        held &= await dead_clients(url)
        held &= await dead_process(url)
    return 0 if held else 1


async def join_all(hub: Crowd, sockets: int) -> None:
    """Connect, follow the list, and put the first few on tickets."""
    hub.expect(sockets)
    await hub.fill(sockets)
    await hub.all_arrived()  # hello
    for client in hub.clients:
        client.say(op="sub", topics=["desk.list"], cursor=None)
    hub.expect(sockets)
    for client in hub.clients:
        client.say(op="ping")
    await hub.all_arrived()
    for number, client in enumerate(hub.clients[: VIEWERS * TICKETS]):
        client.inbox = asyncio.Queue()
        client.say(op="sub", topics=[f"desk.ticket.{number // VIEWERS}"], cursor=None)
        await client.inbox.get()
        client.inbox = None


async def one_round(number: int, bare: Crowd, hub: Crowd) -> Round:
    broadcasts = [(await bare_broadcast(bare), await hub_broadcast(hub)) for _ in range(BROADCASTS)]
    singles = [(await bare_echo(bare), await hub_join(hub, turn)) for turn in range(JOINS)]
    outcome = Round(
        statistics.median(pair[0] for pair in broadcasts),
        statistics.median(pair[1] for pair in broadcasts),
        p99([pair[0] for pair in singles]),
        p99([pair[1] for pair in singles]),
    )
    print(
        f"round {number}: broadcast bare {outcome.bare_broadcast * 1e3:.1f} ms, "
        f"hub {outcome.hub_broadcast * 1e3:.1f} ms; p99 echo {outcome.bare_echo * 1e3:.2f} ms, "
        f"join {outcome.hub_join * 1e3:.2f} ms"
    )
    return outcome


async def bare_broadcast(crowd: Crowd) -> float:
    from onque.kernel.realtime import Hint

    crowd.expect(len(crowd.clients))
    started = time.perf_counter()
    crowd.clients[0].write(1, ("all " + Hint("desk.list", "created").line() + " " * 40).encode())
    return await crowd.all_arrived() - started


async def hub_broadcast(crowd: Crowd) -> float:
    """Send a hint the way a request does: the script in the store, its pub/sub, the hub."""
    from onque.kernel import realtime

    crowd.expect(len(crowd.clients))
    started = time.perf_counter()
    realtime.send_now(TENANT, [realtime.Hint("desk.list", "created")])
    return await crowd.all_arrived() - started


async def bare_echo(crowd: Crowd) -> float:
    await asyncio.sleep(PAUSE_SECONDS)
    crowd.expect(1)
    started = time.perf_counter()
    crowd.clients[0].write(1, b'{"op":"presence","ticket":"aa","state":"viewing"}')
    return await crowd.all_arrived() - started


async def hub_join(crowd: Crowd, turn: int) -> float:
    """Let one join the ticket; return the time until the last follower was shown it."""
    ticket = turn % TICKETS
    joiner = crowd.clients[ticket * VIEWERS]
    await asyncio.sleep(PAUSE_SECONDS)
    crowd.expect(VIEWERS)
    started = time.perf_counter()
    joiner.say(op="presence", ticket=str(ticket), state="viewing")
    ended = await crowd.all_arrived()
    crowd.expect(VIEWERS)
    joiner.say(op="presence", ticket=str(ticket), state="gone")
    await crowd.all_arrived()
    return ended - started


def inbox(client: Client) -> "asyncio.Queue[str]":
    assert client.inbox is not None
    return client.inbox


def verdict(rounds: list[Round]) -> bool:
    broadcast = [r.hub_broadcast / r.bare_broadcast for r in rounds]
    join = [r.hub_join / r.bare_echo for r in rounds]
    return all(
        [
            said("broadcast to all, hub / bare", broadcast, LIMIT_BROADCAST),
            said(f"join seen by {VIEWERS} viewers, p99 / p99 of a bare echo", join, LIMIT_JOIN),
        ]
    )


def said(what: str, ratios: list[float], limit: float) -> bool:
    middle = statistics.median(ratios)
    held = middle <= limit
    mark = "holds" if held else "DOES NOT HOLD"
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
    print(f"{what}: {middle:.2f} (spread {spread}), limit {limit}: {mark}")
    return held


async def dead_clients(url: str) -> bool:
    """Freeze a client process (its kernel keeps acknowledging) and wait until it is not shown."""
    with server("hub", url) as hub_server:
        viewer = await watcher(hub_server.port)
        frozen = await sleeper(hub_server.port)
        await shown(viewer, 1)
        frozen.send_signal(signal.SIGSTOP)
        started = time.perf_counter()
        try:
            await shown(viewer, 0)
        finally:
            frozen.kill()
            frozen.wait()
        return gone("a frozen client", time.perf_counter() - started)


async def dead_process(url: str) -> bool:
    """Kill a hub process and wait until the other one does not show its people."""
    with server("hub", url) as first, server("hub", url) as second:
        viewer = await watcher(second.port)
        other = await watcher(first.port)
        other.say(op="presence", ticket="bb", state="viewing")
        await shown(viewer, 1)
        psutil.Process(first.pid).kill()
        started = time.perf_counter()
        await shown(viewer, 0)
        return gone("the people of a killed hub process", time.perf_counter() - started)


def gone(what: str, seconds: float) -> bool:
    held = seconds <= LIMIT_DEAD_SECONDS
    mark = "holds" if held else "DOES NOT HOLD"
    print(f"{what} vanished after {seconds:.1f} s, limit {LIMIT_DEAD_SECONDS:.0f}: {mark}")
    return held


async def watcher(port: int) -> Client:
    client = await Crowd(port, PATH).add()
    client.inbox = asyncio.Queue()
    client.say(op="sub", topics=["desk.ticket.bb"], cursor=None)
    return client


async def shown(viewer: Client, count: int) -> None:
    """Wait until the ticket shows so many people."""
    import json

    while True:
        message = json.loads(await asyncio.wait_for(inbox(viewer).get(), 60))
        if message["op"] == "presence" and len(message["people"]) == count:
            return


async def sleeper(port: int) -> "subprocess.Popen[bytes]":
    """Return a process with one socket that views the ticket."""
    code = (
        "import asyncio,sys; from bench.sockets import watcher\n"
        "async def run():\n"
        "    client = await watcher(int(sys.argv[1]))\n"
        "    client.say(op='presence', ticket='bb', state='viewing')\n"
        "    await asyncio.sleep(300)\n"
        "asyncio.run(run())"
    )
    return subprocess.Popen([sys.executable, "-c", code, str(port)])  # noqa: ASYNC220


@dataclass(frozen=True)
class Server:
    pid: int
    port: int


@contextlib.contextmanager
def server(kind: str, url: str) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sockets_servers", kind, str(port), url],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield Server(process.pid, port)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


@contextlib.contextmanager
def store() -> Iterator[str]:
    """Start an own Redis-compatible server, as the embedded default does."""
    from onque.config.embedded.valkey import ValkeyServer

    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        valkey = ValkeyServer(
            here / "data", port=free_port(), password=secrets.token_hex(8), log=here / "log"
        )
        valkey.start()
        try:
            valkey.wait_ready()
            yield valkey.url(0)
        finally:
            valkey.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pss(pid: int) -> int:
    """Return the proportional memory of a process in bytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 10_000 if hard == resource.RLIM_INFINITY else min(10_000, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
