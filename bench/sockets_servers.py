"""The two servers that bench/sockets.py compares, each run as a process of its own.

`python -m bench.sockets_servers hub|bare PORT REDIS_URL` prints "ready" and serves until SIGTERM.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Mapping, Sequence
from uuid import UUID

import uvicorn
from django.conf import settings
from websockets.asyncio.server import ServerConnection, broadcast, serve

TENANT = UUID(int=7)
ORIGIN = "http://bench.test"


class OpenDoor:
    """Lets everybody in: the bench measures the hub, not the session store."""

    route = "/ws/desk/{workspace}"
    place_field = "ticket"
    place_prefix = "desk.ticket."

    def __init__(self) -> None:
        self.count = 0

    def admit(self, workspace: str, _cookies: Mapping[str, str]) -> "Visitor":
        self.count += 1
        return Visitor(TENANT, f"{self.count:032x}", f"{workspace} {self.count}")

    def allowed(self, _visitor: "Visitor", topics: Sequence[str]) -> frozenset[str]:
        return frozenset(topics)

    def narrows(self, _data: Mapping[str, object]) -> bool:
        return False


async def serve_hub(port: int, redis_url: str) -> None:
    from onque.kernel.hub import app

    config = app.config(
        app.make_app(redis_url, [OpenDoor()], pages=app.Pages(frozenset({ORIGIN}))),
        host="127.0.0.1",
        port=port,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await serving


async def serve_bare(port: int) -> None:
    """Broadcast what starts with "all ", send anything else back."""
    logging.disable(logging.CRITICAL)  # dropped clients are not news here
    everyone: set[ServerConnection] = set()

    async def handle(connection: ServerConnection) -> None:
        everyone.add(connection)
        try:
            async for message in connection:
                text = str(message)
                if text.startswith("all "):
                    broadcast(everyone, text[4:])
                else:
                    await connection.send(text)
        finally:
            everyone.discard(connection)

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with serve(handle, "127.0.0.1", port, compression=None, ping_interval=None, backlog=4096):
        print("ready", flush=True)
        await stop.wait()


def main() -> None:
    kind, port, redis_url = sys.argv[1:]
    if kind == "bare":
        asyncio.run(serve_bare(int(port)))
    else:
        asyncio.run(serve_hub(int(port), redis_url))


if __name__ == "__main__":
    settings.configure(CHANNELS_REDIS_URL=sys.argv[3], DATABASES={})
    from onque.kernel.hub.door import Visitor

    main()
