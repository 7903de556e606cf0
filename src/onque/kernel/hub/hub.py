"""One hub process: its sockets, its line to the store, and what they say to each other."""

import asyncio
import itertools
import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid4

import structlog
from django.db import close_old_connections

from onque.kernel import realtime
from onque.kernel.hub import presence
from onque.kernel.hub.connection import RESYNC, TOPIC_LIMIT, Connection, Socket, encode
from onque.kernel.hub.door import Door, Visitor
from onque.kernel.hub.presence import GONE, STATES, Person, Presence, Room
from onque.kernel.hub.relay import Relay, connect
from onque.kernel.hub.topics import Topics, fan_out

DJANGO_THREADS = 4
CLOSE_SIGN_IN_AGAIN = 4401
CLOSE_TOO_MUCH = 1008
CLOSE_COME_AGAIN = 1012

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class Hub:
    """Joins sockets, topics, presence and the relay.

    All methods run on the event loop; what may block is done in `DJANGO_THREADS` threads.
    """

    def __init__(self, redis_url: str) -> None:
        self.process = uuid4().hex[:12]
        self.topics = Topics()
        self.relay = Relay(redis_url, self._hear, self._readmit_all)
        self._redis = connect(redis_url)
        self.presence = Presence(self._redis, self.process, self._show, self._watched)
        self._threads = ThreadPoolExecutor(DJANGO_THREADS, thread_name_prefix="door")
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect to the store in the background."""
        self.relay.start()
        self.presence.start()

    async def stop(self) -> None:
        """Take our people out of presence and hang up; the server has closed the sockets (1012)."""
        await self.presence.stop()
        await self.relay.stop()
        await self._redis.aclose()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def blocking(self, call: Callable[[], T]) -> T:
        """Return the result of a call that may query, from a thread."""

        def run() -> T:
            close_old_connections()
            try:
                return call()
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    def connection(self, socket: Socket, door: Door, visitor: Visitor) -> Connection:
        """Return a connection with a number of its own for an accepted socket."""
        return Connection(f"{self.process}.{next(self._numbers)}", socket, door, visitor)

    async def enter(self, connection: Connection) -> None:
        """Take a connection in and greet it with its number and the end of the log."""
        connection.hold()
        self.topics.enter(connection)
        tenant_id = connection.visitor.tenant_id
        await self.relay.follow(realtime.channel(tenant_id))
        await self.relay.follow(presence.channel(tenant_id))
        cursor = await self.blocking(lambda: realtime.cursor(tenant_id))
        hello: dict[str, object] = {"op": "hello", "conn": connection.id, "cursor": cursor}
        connection.release([encode(hello)])

    async def leave(self, connection: Connection) -> None:
        """Forget a socket that is gone."""
        connection.stop()
        followed = tuple(connection.topics)
        self.topics.leave(connection)
        tenant_id = connection.visitor.tenant_id
        for topic in followed:
            await self.presence.remove(tenant_id, topic, connection.id)
        for channel in (realtime.channel(tenant_id), presence.channel(tenant_id)):
            if tenant_id not in self.topics.tenants:  # asked each time: one may have come since
                await self.relay.unfollow(channel)

    async def say(self, connection: Connection, text: str) -> None:
        """Act on one message of a client; what it cannot mean is answered by closing (1008)."""
        if not connection.allowance.spend():
            await connection.close(CLOSE_TOO_MUCH)
            return
        try:
            message = json.loads(text)
            act = {
                "sub": self._follow,
                "unsub": self._unfollow,
                "presence": self._place,
                "ping": self._pong,
            }[message["op"]]
            await act(connection, message)
        except (ValueError, KeyError, TypeError, AttributeError):
            await connection.close(CLOSE_TOO_MUCH)

    async def _follow(self, connection: Connection, message: dict[str, object]) -> None:
        """Check, follow, replay: in this order, so that nothing falls between."""
        topics, cursor = _names(message["topics"]), message.get("cursor")
        visitor = connection.visitor
        if len(connection.topics | set(topics)) > TOPIC_LIMIT:
            raise ValueError(TOPIC_LIMIT)
        allowed = await self.blocking(lambda: connection.door.allowed(visitor, topics))
        await self._deny(connection, [topic for topic in topics if topic not in allowed])
        connection.hold()
        first: list[str] = []
        try:
            for topic in allowed:
                self.topics.follow(connection, topic)
            if isinstance(cursor, str) and allowed:
                first = await self._missed(visitor.tenant_id, cursor, allowed)
        finally:
            connection.release(first)
        for topic in allowed:
            if topic.startswith(connection.door.place_prefix):
                people = await self.presence.watch(visitor.tenant_id, topic)
                connection.offer(_presence(connection.door, topic, people))

    async def _missed(self, tenant_id: UUID, cursor: str, topics: frozenset[str]) -> list[str]:
        found = await self.blocking(lambda: realtime.replay(tenant_id, cursor, topics))
        return [RESYNC] if found is None else [_hint(hint) for hint in found.hints]

    async def _deny(self, connection: Connection, topics: Sequence[str]) -> None:
        """End what the visitor may not follow, or no longer, and say so."""
        await self._drop(connection, topics)
        for topic in topics:
            connection.offer(encode({"op": "denied", "topic": topic}))

    async def _unfollow(self, connection: Connection, message: dict[str, object]) -> None:
        await self._drop(connection, _names(message["topics"]))

    async def _drop(self, connection: Connection, topics: Sequence[str]) -> None:
        for topic in topics:
            if topic in connection.topics:
                self.topics.unfollow(connection, topic)
                await self.presence.remove(connection.visitor.tenant_id, topic, connection.id)

    async def _place(self, connection: Connection, message: dict[str, object]) -> None:
        """Note where a visitor is; only at places the socket follows, so the check was made."""
        door, visitor, state = connection.door, connection.visitor, message["state"]
        topic = f"{door.place_prefix}{message[door.place_field]}"
        if state not in (*STATES, GONE):
            raise ValueError(state)
        if topic not in connection.topics:
            connection.offer(encode({"op": "denied", "topic": topic}))
            return
        person = Person(visitor.id, visitor.name, str(state))
        await self.presence.put(visitor.tenant_id, topic, connection.id, person)

    async def _pong(self, connection: Connection, _message: dict[str, object]) -> None:
        connection.offer('{"op":"pong"}')

    async def _hear(self, channel: str, data: str) -> None:
        """Pass on what the store published on a tenant's channel."""
        tenant_id = UUID(channel[channel.index("{") + 1 : channel.index("}")])
        if channel == presence.channel(tenant_id):
            await self.presence.hear(tenant_id, data)
            return
        for line in json.loads(data):
            await self._pass_on(tenant_id, line)

    async def _pass_on(self, tenant_id: UUID, line: dict[str, Any]) -> None:
        topic = line["topic"]
        if topic == realtime.EVERY_TOPIC:  # what was lost may have been the end of a right
            everybody = tuple(self.topics.tenants.get(tenant_id, ()))
            await fan_out(everybody, RESYNC)
            self._begin(self._ask_again({c: tuple(c.topics) for c in everybody}))
        elif line["kind"] == realtime.CLOSE:
            visitor = topic.partition(".")[2]
            self._close(self.topics.of_visitor(tenant_id, visitor), CLOSE_SIGN_IN_AGAIN)
        elif followers := self.topics.followers(tenant_id, topic):
            await fan_out(followers, encode(line))
            asked = {c: (topic,) for c in followers if c.door.narrows(line["data"])}
            if asked:
                self._begin(self._ask_again(asked))

    async def _ask_again(self, followed: Mapping[Connection, Sequence[str]]) -> None:
        """Ask the door once more for what is followed; without an answer the socket closes."""
        for connection, topics in followed.items():
            door, visitor = connection.door, connection.visitor
            try:
                allowed = await self.blocking(partial(door.allowed, visitor, topics))
            except Exception:  # noqa: BLE001 - it comes back through the door
                _log.exception("rights_not_asked", conn=connection.id)
                await connection.close(CLOSE_COME_AGAIN)
                continue
            await self._deny(connection, [topic for topic in topics if topic not in allowed])

    def _close(self, connections: Iterable[Connection], code: int) -> None:
        for connection in connections:
            self._begin(connection.close(code))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _readmit_all(self) -> None:
        """Send everybody through the door again, since the news of a revoked right may be lost.

        The pages come back spread over seconds and are replayed what they missed.
        """
        self._close(self.topics.everyone(), CLOSE_COME_AGAIN)

    async def _show(self, room: Room, people: list[dict[str, object]]) -> None:
        followers = self.topics.followers(room.tenant_id, room.topic)
        if followers:
            await fan_out(followers, _presence(followers[0].door, room.topic, people))

    def _watched(self, room: Room) -> bool:
        return bool(self.topics.followers(room.tenant_id, room.topic))


def _names(value: object) -> Sequence[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError(value)
    return list(dict.fromkeys(value))


def _hint(hint: realtime.Hint) -> str:
    return encode(
        {
            "cursor": hint.cursor,
            "op": "hint",
            "topic": hint.topic,
            "kind": hint.kind,
            "lsn": hint.lsn,
            "data": dict(hint.data),
        }
    )


def _presence(door: Door, topic: str, people: list[dict[str, object]]) -> str:
    place = topic.removeprefix(door.place_prefix)
    return encode({"op": "presence", door.place_field: place, "people": people})
