"""Starting hub processes and talking to them as a browser does."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from websockets.sync.client import connect

from onque.config.embedded.process import free_port
from onque.config.embedded.valkey import ValkeyServer
from onque.kernel.tests.hub_server import ORIGIN

PATIENCE_SECONDS = 20.0
START_SECONDS = 60.0


class HubProcess:
    """A hub in a process of its own."""

    def __init__(self, redis_url: str, *options: str, port: int = 0) -> None:
        self.port = port or free_port()
        words = ["-m", "onque.kernel.tests.hub_server", str(self.port), redis_url, *options]
        self.process = subprocess.Popen([sys.executable, *words])

    def __enter__(self) -> Self:
        try:
            self.wait_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.stop()

    def wait_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while self.probe("readyz") != 200:
            assert time.monotonic() < until, "The hub did not start."
            time.sleep(0.05)

    def probe(self, name: str) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/{name}", timeout=2) as answer:
                return int(answer.status)
        except URLError as error:
            return int(getattr(error, "code", 0))

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        finally:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(15)


class Peer:
    """A browser's socket."""

    def __init__(self, hub: HubProcess, name: str = "Ada", **options: object) -> None:
        workspace = options.pop("workspace", "acme")
        given: dict[str, object] = {
            "origin": ORIGIN,
            "compression": None,
            "close_timeout": 1,
            **options,
        }
        cookie = {"Cookie": f"name={name}"} if name else {}
        url = f"ws://127.0.0.1:{hub.port}/ws/desk/{workspace}"
        self.stack = ExitStack()
        self.socket = self.stack.enter_context(connect(url, additional_headers=cookie, **given))
        self.hello = self.next("hello")
        self.cursor = self.hello["cursor"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.stack.close()

    def say(self, op: str, **fields: object) -> None:
        self.socket.send(json.dumps({"op": op, **fields}))

    def follow(self, *topics: str, cursor: str | None = None) -> list[dict]:
        """Follow topics; return all that came until the hub was done with it."""
        self.say("sub", topics=list(topics), cursor=cursor)
        return self.settle()

    def settle(self) -> list[dict]:
        """Return what came until the hub has acted on everything said before."""
        self.say("ping")
        found = []
        while (message := self.read())["op"] != "pong":
            found.append(message)
        return found

    def read(self, seconds: float = PATIENCE_SECONDS) -> dict:
        return json.loads(self.socket.recv(timeout=seconds))

    def next(self, op: str, seconds: float = PATIENCE_SECONDS) -> dict:
        """Return the next message of a kind and skip others."""
        until = time.monotonic() + seconds
        while (message := self.read(max(0.0, until - time.monotonic())))["op"] != op:
            pass
        return message

    def shows(self, *people: tuple[str, str], seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until presence shows exactly these names and states."""
        until = time.monotonic() + seconds
        while True:
            message = self.next("presence", max(0.0, until - time.monotonic()))
            if {(one["name"], one["state"]) for one in message["people"]} == set(people):
                return


@contextmanager
def own_store(folder: Path) -> Iterator[ValkeyServer]:
    """Start a Redis-compatible server that a test may empty, stop and kill."""
    server = ValkeyServer(
        folder / "valkey", port=free_port(), password="only-for-tests", log=folder / "valkey.log"
    )
    server.start()
    server.wait_ready()
    try:
        yield server
    finally:
        server.stop()
