"""The one pub/sub connection of a hub process, and what happens when it breaks."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

IDLE_CHANNEL = "rt:idle"  # nobody publishes here; it keeps the connection in pub/sub state
PING_SECONDS = 5.0
SILENCE_SECONDS = 12.0
RECONNECT_SECONDS = (0.2, 1.0)
SUBSCRIBE_SECONDS = 1.0

_log = structlog.get_logger(__name__)

Listener = Callable[[str, str], Awaitable[None]]
Lost = Callable[[], Awaitable[None]]


def connect(url: str) -> "Redis":
    """Return a client that reports a broken connection instead of hiding it."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=1.0,
        socket_timeout=None,
        retry=Retry(NoBackoff(), 0),
    )


class Relay:
    """Passes what is published on the followed channels to `listener`, one message at a time.

    After a broken connection it comes back by itself, follows the same channels again and calls
    `lost`, since whatever was published in between is gone.
    """

    def __init__(self, url: str, listener: Listener, lost: Lost) -> None:
        self.connected = False
        self._redis = connect(url)
        self._listener = listener
        self._lost = lost
        self._pubsub: PubSub | None = None
        self._broken = False
        self._channels: dict[str, asyncio.Event] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End and hang up."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._redis.aclose()

    async def follow(self, channel: str) -> None:
        """Return once the store confirmed; while it is away, return after a second all the same.

        In the second case `lost` is called when it is back.
        """
        followed = self._channels.get(channel)
        if followed is None:
            followed = self._channels[channel] = asyncio.Event()
            await self._tell("subscribe", channel)
        with suppress(TimeoutError):
            await asyncio.wait_for(followed.wait(), SUBSCRIBE_SECONDS)

    async def unfollow(self, channel: str) -> None:
        """Stop following a channel."""
        if self._channels.pop(channel, None) is not None:
            await self._tell("unsubscribe", channel)

    async def _tell(self, command: str, channel: str) -> None:
        if self._pubsub is None or not self.connected:
            return  # the next connection follows what is in _channels
        try:
            await getattr(self._pubsub, command)(channel)
        except (RedisError, OSError):
            self._broken = True

    async def _run(self) -> None:
        first = True
        while True:
            try:
                await self._serve(announce=not first)
            except (RedisError, OSError, TimeoutError) as error:
                _log.warning("relay_lost", error=type(error).__name__)
            finally:
                self.connected = False
                for followed in self._channels.values():
                    followed.clear()
            first = False
            await asyncio.sleep(random.uniform(*RECONNECT_SECONDS))  # noqa: S311 - spreads load

    async def _serve(self, *, announce: bool) -> None:
        async with self._redis.pubsub() as pubsub:
            await pubsub.subscribe(IDLE_CHANNEL, *self._channels)
            self._pubsub, self.connected, self._broken = pubsub, True, False
            pinging = asyncio.create_task(self._ping(pubsub))
            try:
                if announce:
                    await self._lost()
                while True:
                    await self._take(await self._next(pubsub))
            finally:
                self._pubsub = None
                pinging.cancel()

    async def _next(self, pubsub: PubSub) -> dict[str, Any]:
        """Return the next message; silence longer than two pings is a dead connection.

        The client reconnects by itself when a write fails, which would hide that messages were
        lost: `_broken` tells.
        """
        async with asyncio.timeout(SILENCE_SECONDS):
            while True:
                if self._broken:
                    raise RedisConnectionError("A write failed.")
                message = await pubsub.parse_response(block=True)
                handled = await pubsub.handle_message(message)  # type: ignore[no-untyped-call]
                if handled is not None:
                    return dict(handled)

    async def _ping(self, pubsub: PubSub) -> None:
        try:
            while True:
                await asyncio.sleep(PING_SECONDS)
                await pubsub.ping()
        except (RedisError, OSError):
            self._broken = True

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            if (followed := self._channels.get(message["channel"])) is not None:
                followed.set()
        elif message["type"] == "message":
            try:
                await self._listener(message["channel"], message["data"])
            except Exception:  # noqa: BLE001 - one bad message must not end the line
                _log.exception("relay_listener_failed", channel=message["channel"])
