"""One hub process: its sockets, its line to the store, and what they say to each other."""

import asyncio
import itertools
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID, uuid4

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

T = TypeVar("T")


class Hub:
    """Joins sockets, topics, presence and the relay.

    All methods run on the event loop; what may block is done in `DJANGO_THREADS` threads.
    """

    def __init__(self, redis_url: str) -> None:
        self.process = uuid4().hex[:12]
        self.topics = Topics()
        self.relay = Relay(redis_url, self._hear, self._resync_all)
        self._redis = connect(redis_url)
        self.presence = Presence(self._redis, self.process, self._show, self._watched)
        self._threads = ThreadPoolExecutor(DJANGO_THREADS, thread_name_prefix="door")
        self._numbers = itertools.count(1)
        self._closing: set[asyncio.Task[None]] = set()

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
        for topic in topics:
            if topic not in allowed:
                connection.offer(encode({"op": "denied", "topic": topic}))
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

    async def _unfollow(self, connection: Connection, message: dict[str, object]) -> None:
        for topic in _names(message["topics"]):
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
            topic = line["topic"]
            if topic == realtime.EVERY_TOPIC:
                await fan_out(self.topics.tenants.get(tenant_id, ()), RESYNC)
            elif line["kind"] == realtime.CLOSE:
                self._close_all(tenant_id, topic.partition(".")[2])
            elif followers := self.topics.followers(tenant_id, topic):
                await fan_out(followers, encode(line))

    def _close_all(self, tenant_id: UUID, visitor_id: str) -> None:
        for connection in self.topics.of_visitor(tenant_id, visitor_id):
            task = asyncio.create_task(connection.close(CLOSE_SIGN_IN_AGAIN))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _resync_all(self) -> None:
        await fan_out(self.topics.everyone(), RESYNC)

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
