"""One socket: what it follows, and a bounded queue in front of a slow reader."""

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from onque.kernel.hub.door import Door, Visitor

QUEUE_LIMIT = 100
TOPIC_LIMIT = 200
BURST = 100
MESSAGES_PER_SECOND = 20

RESYNC = '{"op":"resync"}'


def encode(message: dict[str, object]) -> str:
    """Return the text of one server message."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


class Socket(Protocol):
    """The part of Starlette's WebSocket that a connection sends with."""

    async def send_text(self, data: str) -> None:
        """Send one message."""
        ...

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Begin the closing handshake."""
        ...


class Connection:
    """A socket of one visitor.

    `offer` never waits: while the peer reads slowly, messages queue up to `QUEUE_LIMIT`; beyond it
    the queue gives way to a single resync, so memory stays bounded and nothing is lost silently.
    """

    __slots__ = (
        "__weakref__", "_closing", "_drain", "_held", "_queue", "_socket",
        "allowance", "door", "id", "topics", "visitor",
    )  # fmt: skip

    def __init__(self, connection_id: str, socket: Socket, door: Door, visitor: Visitor) -> None:
        self.id = connection_id
        self.door = door
        self.visitor = visitor
        self.topics: set[str] = set()
        self.allowance = Allowance()
        self._socket = socket
        self._queue: deque[str] | None = None
        self._drain: asyncio.Task[None] | None = None
        self._held = 0
        self._closing = False

    @property
    def queued(self) -> int:
        """How many messages wait for the peer."""
        return len(self._queue) if self._queue is not None else 0

    def offer(self, text: str) -> None:
        """Send now if the peer keeps up, else queue; never waits, never raises."""
        if self._closing:
            return
        if self._queue is None and not self._held:
            if self._send_now(text):
                return
            self._drain = asyncio.get_running_loop().create_task(self._empty_queue())
        self._enqueue(text)

    def hold(self) -> None:
        """Queue everything offered until `release`, so that a replay goes out before it."""
        self._held += 1

    def release(self, first: list[str]) -> None:
        """Offer `first`, then what was held back."""
        self._held -= 1
        waiting = list(self._queue or ())
        if self._held or self._drain is not None:  # still held, or the peer is slow
            self._queue = deque()
            for text in (*first, *waiting):
                self._enqueue(text)
            return
        self._queue = None
        for text in (*first, *waiting):
            self.offer(text)

    async def close(self, code: int) -> None:
        """Say goodbye; the peer's end of the handshake is the server's business."""
        if self._closing:
            return
        self.stop()
        try:
            await self._socket.close(code)
        except (RuntimeError, OSError):
            return  # it went first

    def stop(self) -> None:
        """Send nothing any more."""
        self._closing = True
        self._queue = None
        if self._drain is not None:
            self._drain.cancel()
            self._drain = None

    def _send_now(self, text: str) -> bool:
        """Try to send without waiting: run the send to its first pause and tell whether it ended.

        The server pauses only before it writes, while the peer's buffer is full (uvicorn's flow
        control); a paused send has written nothing and is given up.
        """
        sending = self._socket.send_text(text)
        try:
            sending.send(None)
        except StopIteration:
            return True
        except Exception:  # noqa: BLE001 - gone; its own task sees that and tidies up
            self.stop()
            return True
        sending.close()
        return False

    def _enqueue(self, text: str) -> None:
        if self._queue is None:
            self._queue = deque()
        if len(self._queue) >= QUEUE_LIMIT:
            self._queue.clear()
            text = RESYNC
        self._queue.append(text)

    async def _empty_queue(self) -> None:
        try:
            while self._queue and not self._held:
                await self._socket.send_text(self._queue.popleft())
        except Exception:  # noqa: BLE001 - gone, see _send_now
            self._closing = True
        self._drain = None
        if not self._held:
            self._queue = None


@dataclass(slots=True)
class Allowance:
    """How much a peer may say: a bucket of `BURST` messages that refills over time."""

    left: float = BURST
    since: float = field(default_factory=time.monotonic)

    def spend(self) -> bool:
        """Take one message out; tell whether there was one."""
        now = time.monotonic()
        self.left = min(BURST, self.left + (now - self.since) * MESSAGES_PER_SECOND) - 1
        self.since = now
        return self.left >= 0
