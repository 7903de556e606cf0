"""Who follows what in this process, and sending to all of them without starving the loop."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

from onque.kernel.hub.connection import Connection

SENDS_PER_TURN = 100


async def fan_out(connections: Iterable[Connection], text: str) -> None:
    """Offer one encoded message to many; every 100 the loop may do other work."""
    for count, connection in enumerate(tuple(connections), start=1):
        connection.offer(text)
        if count % SENDS_PER_TURN == 0:
            await asyncio.sleep(0)


class Topics:
    """Sockets by tenant, by topic and by visitor."""

    def __init__(self) -> None:
        self.tenants: dict[UUID, dict[Connection, None]] = {}
        self._followers: dict[tuple[UUID, str], dict[Connection, None]] = {}

    def enter(self, connection: Connection) -> None:
        """Take a new socket in."""
        self.tenants.setdefault(connection.visitor.tenant_id, {})[connection] = None

    def leave(self, connection: Connection) -> None:
        """Forget a socket and all it follows."""
        for topic in tuple(connection.topics):
            self.unfollow(connection, topic)
        tenant_id = connection.visitor.tenant_id
        sockets = self.tenants.get(tenant_id, {})
        sockets.pop(connection, None)
        if not sockets:
            self.tenants.pop(tenant_id, None)

    def follow(self, connection: Connection, topic: str) -> None:
        """Send the topic's hints to this socket from now on."""
        key = (connection.visitor.tenant_id, topic)
        self._followers.setdefault(key, {})[connection] = None
        connection.topics.add(topic)

    def unfollow(self, connection: Connection, topic: str) -> None:
        """Stop sending them."""
        key = (connection.visitor.tenant_id, topic)
        connection.topics.discard(topic)
        followers = self._followers.get(key, {})
        followers.pop(connection, None)
        if not followers:
            self._followers.pop(key, None)

    def followers(self, tenant_id: UUID, topic: str) -> tuple[Connection, ...]:
        """Return the sockets that follow a topic."""
        return tuple(self._followers.get((tenant_id, topic), ()))

    def of_visitor(self, tenant_id: UUID, visitor_id: str) -> list[Connection]:
        """Return the sockets of one visitor."""
        return [c for c in self.tenants.get(tenant_id, ()) if c.visitor.id == visitor_id]

    def everyone(self) -> list[Connection]:
        """Return every socket of this process."""
        return [c for sockets in self.tenants.values() for c in sockets]
