"""Who is where, across all hub processes.

Every socket may be at places (topics) in a state. A process shows its own people to its own
sockets at once and tells the others through the store: a sorted set of connections by expiry plus
a hash of who they are, for each place. What a process wrote it rewrites every `BEAT_SECONDS`; a
process that dies is forgotten by the others after `LIFE_SECONDS` plus one beat at most.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

BEAT_SECONDS = 5.0
LIFE_SECONDS = 20
PEOPLE_LIMIT = 50
ROOMS_PER_TRIP = 200
STATES = ("writing", "viewing", "away")  # strongest first: one person with two windows shows once
GONE = "gone"

_log = structlog.get_logger(__name__)

SYNC = """
local now = tonumber(redis.call('TIME')[1])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('HDEL', KEYS[2], id)
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for i = 4, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('ZREM', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
  else
    redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i])
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[1] * 2)
redis.call('EXPIRE', KEYS[2], ARGV[1] * 2)
if ARGV[3] ~= '' then redis.call('PUBLISH', ARGV[2], ARGV[3]) end
return redis.call('HGETALL', KEYS[2])
"""


@dataclass(frozen=True)
class Person:
    """Somebody at a place, through one connection."""

    id: str
    name: str
    state: str

    def text(self) -> str:
        """Return the form kept in the store."""
        return json.dumps([self.id, self.name, self.state], ensure_ascii=False)


@dataclass
class Room:
    """One place as this process sees it."""

    tenant_id: UUID
    topic: str
    own: dict[str, Person] = field(default_factory=dict)
    others: dict[str, Person] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    heard: dict[str, str] = field(default_factory=dict)
    syncing: int = 0
    shown: str = "[]"
    loaded: bool = False
    showing: bool = False

    def people(self) -> list[dict[str, object]]:
        """Return each person once, the strongest state first."""
        best: dict[str, Person] = {}
        for person in (*self.own.values(), *self.others.values()):
            known = best.get(person.id)
            if known is None or STATES.index(person.state) < STATES.index(known.state):
                best[person.id] = person
        order = sorted(best.values(), key=lambda p: (STATES.index(p.state), p.name, p.id))
        return [{"id": p.id, "name": p.name, "state": p.state} for p in order[:PEOPLE_LIMIT]]

    def keys(self) -> tuple[str, str]:
        """Return the sorted set and the hash of this place."""
        base = f"rt:{{{self.tenant_id.hex}}}:here:{self.topic}"
        return base, f"{base}:who"


Show = Callable[[Room, list[dict[str, object]]], Awaitable[None]]


def channel(tenant_id: UUID) -> str:
    """Return the pub/sub channel of the tenant's presence."""
    return f"rt:{{{tenant_id.hex}}}:here"


class Presence:
    """The places that this process has people or followers at."""

    def __init__(
        self, redis: "Redis", process: str, show: Show, watched: Callable[[Room], bool]
    ) -> None:
        self._redis = redis
        self._process = process
        self._show = show
        self._watched = watched
        self._rooms: dict[tuple[UUID, str], Room] = {}
        self._dirty: dict[tuple[UUID, str], Room] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin writing and beating in the background."""
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._beat())]

    async def stop(self) -> None:
        """Take our people out of the store and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for room in self._rooms.values():
            room.changed |= dict.fromkeys(room.own, "")
            room.own.clear()
        await self._sync([room for room in self._rooms.values() if room.changed])

    async def watch(self, tenant_id: UUID, topic: str) -> list[dict[str, object]]:
        """Return who is at a place that a socket of this process begins to follow."""
        room = self._room(tenant_id, topic)
        if not room.loaded:
            await self._sync([room])
        return room.people()

    async def put(self, tenant_id: UUID, topic: str, connection: str, person: Person) -> None:
        """Say that a connection is at a place, or with state "gone" that it left."""
        if person.state == GONE:
            await self.remove(tenant_id, topic, connection)
            return
        room = self._room(tenant_id, topic)
        if room.own.get(connection) == person:
            return
        room.own[connection] = person
        await self._change(room, connection, person.text())

    async def remove(self, tenant_id: UUID, topic: str, connection: str) -> None:
        """Say that a connection left a place; harmless if it was not there."""
        room = self._rooms.get((tenant_id, topic))
        if room is not None and room.own.pop(connection, None) is not None:
            await self._change(room, connection, "")

    async def hear(self, tenant_id: UUID, data: str) -> None:
        """Take in what another process published."""
        body = json.loads(data)
        room = self._rooms.get((tenant_id, body["topic"]))
        if room is None or body["process"] == self._process:
            return
        if room.syncing:
            room.heard |= body["changed"]
        room.others = _applied(room.others, body["changed"])
        await self._announce(room)

    def _room(self, tenant_id: UUID, topic: str) -> Room:
        key = (tenant_id, topic)
        if key not in self._rooms:
            self._rooms[key] = Room(tenant_id, topic)
        return self._rooms[key]

    async def _change(self, room: Room, connection: str, text: str) -> None:
        room.changed[connection] = text
        self._dirty[room.tenant_id, room.topic] = room
        await self._announce(room)
        self._wake.set()

    async def _announce(self, room: Room) -> None:
        """Show the newest list; while one is going out, later changes wait for its end."""
        if room.showing:
            return
        room.showing = True
        try:
            while (text := json.dumps(people := room.people())) != room.shown:
                room.shown = text
                await self._show(room, people)
        finally:
            room.showing = False

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            rooms, self._dirty = list(self._dirty.values()), {}
            await self._sync(rooms)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            for key, room in tuple(self._rooms.items()):
                if not room.own and not room.changed and not self._watched(room):
                    del self._rooms[key]
            await self._sync(list(self._rooms.values()), beat=True)

    async def _sync(self, rooms: list[Room], *, beat: bool = False) -> None:
        """Write what changed (a beat: all we have) and take over what the store knows."""
        for start in range(0, len(rooms), ROOMS_PER_TRIP):
            trip = rooms[start : start + ROOMS_PER_TRIP]
            sent = [self._begin(room) for room in trip]
            answers: list[list[str]] | list[None] = [None] * len(trip)
            try:
                async with self._redis.pipeline(transaction=False) as pipe:
                    for room, changed in zip(trip, sent, strict=True):
                        self._queue(pipe, room, changed, beat=beat)
                    answers = await asyncio.wait_for(pipe.execute(), 2.0)
            except (RedisError, OSError, TimeoutError) as error:
                _log.warning("presence_not_written", error=type(error).__name__)
                # the next beat writes everything again; who left runs out by expiry
            for room, answer in zip(trip, answers, strict=True):
                await self._merge(room, answer)

    def _begin(self, room: Room) -> dict[str, str]:
        room.syncing += 1
        changed, room.changed = room.changed, {}
        return changed

    def _queue(self, pipe: "Redis", room: Room, changed: dict[str, str], *, beat: bool) -> None:
        own = {key: person.text() for key, person in room.own.items()} if beat else {}
        pairs = [part for pair in (own | changed).items() for part in pair]
        news = {"process": self._process, "topic": room.topic, "changed": changed}
        message = json.dumps(news, ensure_ascii=False) if changed else ""
        pipe.eval(SYNC, 2, *room.keys(), LIFE_SECONDS, channel(room.tenant_id), message, *pairs)

    async def _merge(self, room: Room, answer: list[str] | None) -> None:
        """Take over the store's answer, and on top what was heard while it was on its way."""
        if answer is not None:
            mine = f"{self._process}."
            found = dict(zip(answer[::2], answer[1::2], strict=True))
            foreign = {key: text for key, text in found.items() if not key.startswith(mine)}
            room.others = _applied({}, foreign | room.heard)
            room.loaded = True
        room.syncing -= 1
        if not room.syncing:
            room.heard = {}
        await self._announce(room)


def _applied(people: dict[str, Person], changed: dict[str, str]) -> dict[str, Person]:
    """Return the people after changes; an empty text means that a connection left."""
    rest = {key: person for key, person in people.items() if key not in changed}
    return rest | {key: Person(*json.loads(text)) for key, text in changed.items() if text}
