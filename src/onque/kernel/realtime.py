"""Hints: telling open pages that something changed, never what it says.

A hint names a topic and a kind; the page then fetches the fragment through an authorised view. It
leaves after the commit, in one round trip for all hints of a scope: a Lua script appends it to the
tenant's capped log and publishes it to the hub processes. A cursor "epoch:id" is a place in that
log; `replay` returns what came after it, or None when only a full refresh is safe.

A store that is slow or gone never fails a request: the process remembers the tenants that missed
something and sends them "resync" as soon as the store answers again.
"""

import json
import re
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from onque.kernel import replica, tenancy

EVERY_TOPIC = "*"
RESYNC = "resync"
CLOSE = "close"
LOG_LENGTH = 10_000
LOG_IDLE_SECONDS = 7 * 24 * 3600
REPLAY_LIMIT = 500
CONNECT_SECONDS = 0.1
ANSWER_SECONDS = 0.15  # with the connect limit: 250 ms in all
REST_SECONDS = 1.0
CATCH_UP_TENANTS = 20

_TOPIC = re.compile(r"[a-z]+(\.[a-z0-9_-]+)+")
_log = structlog.get_logger(__name__)

_OPEN = """
local epoch = redis.call('GET', KEYS[2])
if not epoch or redis.call('EXISTS', KEYS[1]) == 0 then
  epoch = ARGV[1]
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[2], epoch)
  redis.call('XADD', KEYS[1], '*', 'hint', '')
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
"""
_SEND = (
    _OPEN
    + """
local lines, id = {}, ''
for i = 5, #ARGV do
  id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'hint', ARGV[i])
  lines[#lines + 1] = '{"cursor":"' .. epoch .. ':' .. id .. '",' .. string.sub(ARGV[i], 2)
end
redis.call('PUBLISH', ARGV[4], '[' .. table.concat(lines, ',') .. ']')
return epoch .. ':' .. id
"""
)
_CURSOR = (
    _OPEN
    + """
return epoch .. ':' .. redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1][1]
"""
)


@dataclass(frozen=True)
class Hint:
    """What changed, for whoever follows `topic`; `data` holds ids and counts, never content."""

    topic: str
    kind: str
    data: Mapping[str, str | int] = field(default_factory=dict)
    lsn: str | None = None
    cursor: str = ""

    def line(self) -> str:
        """Return the JSON object that is logged and published; `cursor` is put in by the store."""
        body = {"op": "hint", "topic": self.topic, "kind": self.kind, "lsn": self.lsn}
        return json.dumps(body | {"data": dict(self.data)}, separators=(",", ":"))


@dataclass(frozen=True)
class Replay:
    """The hints after a cursor, oldest first, and the cursor to ask with next time."""

    hints: tuple[Hint, ...]
    cursor: str


@dataclass
class _Batch:
    """The hints of one scope: filled by the commit, sent in one round trip when the scope ends."""

    tenant_id: UUID
    hints: list[Hint] = field(default_factory=list)
    ended: bool = False

    def add(self, hint: Hint) -> None:
        """Take a hint whose savepoint was committed; send it at once if the scope is over."""
        self.hints.append(hint)
        if self.ended:
            self.send()

    def __call__(self) -> None:
        """End with the scope."""
        self.ended = True
        self.send()

    def send(self) -> None:
        hints, self.hints = self.hints, []
        if hints:
            send_now(self.tenant_id, hints, _position())


def hint(topic: str, *, kind: str, data: Mapping[str, str | int] | None = None) -> None:
    """Tell the pages that follow `topic` once the running transaction has committed.

    A rollback (also of the savepoint it was called in) sends nothing. Never raises for a store
    that does not answer. Raises `NoTenantError` outside `tenant_scope` and ValueError for a topic
    that is not dotted lower case.
    """
    if _TOPIC.fullmatch(topic) is None:
        raise ValueError(topic)
    _after_commit(Hint(topic, kind, data or {}))


def close_sockets(visitor_id: str, *, tenant_id: UUID | None = None) -> None:
    """Close the sockets of one visitor after the commit; they come back with fresh permissions.

    For a revoked session, a changed role, a member who left. Without `tenant_id` it is the tenant
    of the open scope, and `NoTenantError` is raised outside one.
    """
    close = Hint(f"{CLOSE}.{visitor_id}", CLOSE)
    if tenant_id is None:
        _after_commit(close)
    else:
        using = tenancy.current_alias()
        transaction.on_commit(lambda: send_now(tenant_id, [close]), using=using, robust=True)


def _after_commit(hint: Hint) -> None:
    scope = tenancy.current_scope()
    if scope is None:
        raise tenancy.NoTenantError("Open a tenant_scope first.")
    batch = next((call for call in scope.afterwards if isinstance(call, _Batch)), None)
    if batch is None:
        batch = _Batch(scope.tenant_id)
        scope.afterwards.append(batch)
    transaction.on_commit(lambda: batch.add(hint), using=scope.alias, robust=True)


def cursor(tenant_id: UUID) -> str | None:
    """Return the end of the tenant's log, or None when the store does not answer.

    A page takes it before it reads, so that whatever commits in between is replayed to it.
    """
    keys = (log_key(tenant_id), epoch_key(tenant_id))
    try:
        found = _store().eval(_CURSOR, 2, *keys, uuid4().hex[:12], str(LOG_IDLE_SECONDS))
    except RedisError:
        return None
    return cast("str", found)


def replay(tenant_id: UUID, cursor: str, topics: Collection[str]) -> Replay | None:
    """Return what `topics` were told after `cursor`; None means: refresh everything.

    None for a cursor of another epoch (the store was emptied), one already trimmed, more than
    `REPLAY_LIMIT` hints, a recorded failure in between, or a store that does not answer.
    """
    epoch, _, start = cursor.partition(":")
    if not re.fullmatch(r"\d+-\d+", start):
        return None
    try:
        with _store().pipeline(transaction=True) as pipe:
            pipe.get(epoch_key(tenant_id))
            pipe.xrange(log_key(tenant_id), min=start, count=REPLAY_LIMIT + 2)
            known, entries = pipe.execute()
    except RedisError:
        return None
    if known != epoch or not entries or entries[0][0] != start or len(entries) > REPLAY_LIMIT + 1:
        return None
    hints = [_read(f"{epoch}:{entry}", fields["hint"]) for entry, fields in entries[1:]]
    if any(h.topic == EVERY_TOPIC for h in hints):
        return None
    wanted = tuple(h for h in hints if h.topic in topics)
    return Replay(wanted, f"{epoch}:{entries[-1][0]}")


def log_key(tenant_id: UUID) -> str:
    """Return the key of the tenant's log; the braces keep its keys on one cluster node."""
    return f"rt:{{{tenant_id.hex}}}:log"


def epoch_key(tenant_id: UUID) -> str:
    """Return the key that names the life of the log; a new life makes old cursors unknown."""
    return f"rt:{{{tenant_id.hex}}}:epoch"


def channel(tenant_id: UUID) -> str:
    """Return the pub/sub channel of the tenant's hints."""
    return f"rt:{{{tenant_id.hex}}}"


def _read(cursor: str, line: str) -> Hint:
    body = json.loads(line)
    return Hint(body["topic"], body["kind"], body["data"], body["lsn"], cursor)


def _position() -> str | None:
    try:
        return replica.committed_lsn()
    except DatabaseError:  # the commit stands; a hint without a position only risks an older read
        return None


class _Missed:
    """What failed deliveries left behind, shared by the threads of this process.

    Kept by tenant: that it must refresh, and the topics of sockets still to be closed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tenants: dict[UUID, set[str]] = {}
        self._resting_until = 0.0
        self._retry: threading.Timer | None = None

    def resting(self) -> bool:
        return time.monotonic() < self._resting_until

    def note(self, tenant_id: UUID, hints: Iterable[Hint]) -> None:
        """Remember a tenant; what it missed is made up for by the next success or a retry."""
        closing = {hint.topic for hint in hints if hint.kind == CLOSE}
        with self._lock:
            self._tenants[tenant_id] = self._tenants.get(tenant_id, set()) | closing
            if self._retry is None:
                self._retry = threading.Timer(REST_SECONDS, self._catch_up)
                self._retry.daemon = True
                self._retry.start()

    def rest(self) -> None:
        """Leave the store alone for a while, so that its failure costs few requests time."""
        self._resting_until = time.monotonic() + REST_SECONDS

    def take(self, tenant_id: UUID) -> list[Hint]:
        """Return what makes up for what a tenant missed, and forget it."""
        with self._lock:
            closing = self._tenants.pop(tenant_id, None)
        if closing is None:
            return []
        return [Hint(EVERY_TOPIC, RESYNC), *(Hint(topic, CLOSE) for topic in sorted(closing))]

    def some(self) -> list[UUID]:
        with self._lock:
            return list(self._tenants)[:CATCH_UP_TENANTS]

    def _catch_up(self) -> None:
        with self._lock:
            self._retry = None
        _send_missed()


_missed = _Missed()


def send_now(tenant_id: UUID, hints: list[Hint], lsn: str | None = None) -> None:
    """Send hints about what is committed already, `lsn` being the WAL position that has it.

    Domain code uses `hint`. Never raises for a store that does not answer.
    """
    if _missed.resting():
        _missed.note(tenant_id, hints)
    elif _send(tenant_id, hints, lsn):
        _send_missed()


def _send_missed() -> None:
    for tenant_id in _missed.some():
        if not _send(tenant_id, [], lsn=None):
            return


def _send(tenant_id: UUID, hints: list[Hint], lsn: str | None) -> bool:
    """Send hints, led by a resync if this tenant had missed some; tell whether it worked."""
    hints = [*_missed.take(tenant_id), *hints]
    lines = [Hint(h.topic, h.kind, h.data, lsn).line() for h in hints]
    if not lines:
        return True
    keys = (log_key(tenant_id), epoch_key(tenant_id))
    limits = (uuid4().hex[:12], str(LOG_IDLE_SECONDS), str(LOG_LENGTH), channel(tenant_id))
    try:
        _store().eval(_SEND, 2, *keys, *limits, *lines)
    except RedisError as error:
        _missed.rest()
        _missed.note(tenant_id, hints)
        _log.warning("hint_missed", tenant_id=str(tenant_id), error=type(error).__name__)
        return False
    return True


def _store() -> "Redis":
    return _connect(settings.CHANNELS_REDIS_URL)


@lru_cache(maxsize=4)
def _connect(url: str) -> "Redis":
    """Return the client of this process; one more try only for a connection found closed."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
    )
