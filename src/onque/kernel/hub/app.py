"""The hub as a Starlette application, and the server it runs on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from onque.kernel.hub.door import Door
from onque.kernel.hub.hub import Hub

MESSAGE_BYTES = 16 * 1024
PING_SECONDS = 10.0
STOP_SECONDS = 10
CLOSE_NOT_TEXT = 1003
CLOSE_TRY_LATER = 1013

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pages:
    """The pages that may connect. A browser sends its cookies along with any page's socket.

    `origins` are let in; so is a page of the host that the socket itself was opened on, by
    `scheme` (behind an ingress both have one host and the scheme is not ours to see).
    """

    origins: frozenset[str] = frozenset()
    scheme: str = ""

    def admit(self, origin: str | None, host: str | None) -> bool:
        """Tell whether the page may connect. Source: RFC 6455, section 10.2."""
        if origin is None:
            return False
        return origin in self.origins or (bool(self.scheme) and origin == f"{self.scheme}://{host}")


def make_app(
    redis_url: str,
    doors: Sequence[Door],
    *,
    pages: Pages,
    ready: Callable[[], tuple[int, bytes]] = lambda: (200, b"{}"),
) -> Starlette:
    """Return the application: one WebSocket route per door, /healthz and /readyz.

    `ready` may block and returns the status and JSON body of /readyz.
    """
    hub = Hub(redis_url)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await hub.start()
        yield
        await hub.stop()

    async def alive(_request: Request) -> Response:
        return Response(b'{"service": "sockets"}', media_type="application/json")

    async def readiness(_request: Request) -> Response:
        status, body = await hub.blocking(ready)
        if not hub.relay.connected:
            status = 503
        return Response(body, status, media_type="application/json")

    routes = [WebSocketRoute(door.route, _endpoint(hub, door, pages)) for door in doors]
    probes = [Route("/healthz", alive), Route("/readyz", readiness)]
    app = Starlette(routes=[*probes, *routes], lifespan=lifespan)
    app.state.hub = hub
    return app


def _endpoint(hub: Hub, door: Door, pages: Pages) -> Callable[[WebSocket], Awaitable[None]]:
    async def serve(websocket: WebSocket) -> None:
        if not pages.admit(websocket.headers.get("origin"), websocket.headers.get("host")):
            await websocket.close()  # before accepting: HTTP 403
            return
        workspace, cookies = websocket.path_params["workspace"], dict(websocket.cookies)
        visitor = await hub.blocking(lambda: door.admit(workspace, cookies))
        if visitor is None:
            await websocket.close()
            return
        await websocket.accept()
        connection = hub.connection(websocket, door, visitor)
        try:
            await hub.enter(connection)
            while True:
                await hub.say(connection, await websocket.receive_text())
        except WebSocketDisconnect:
            pass
        except KeyError:
            await connection.close(CLOSE_NOT_TEXT)
        except Exception:  # noqa: BLE001 - this socket ends, the others live on
            _log.exception("socket_failed", conn=connection.id)
            await connection.close(CLOSE_TRY_LATER)
        finally:
            await hub.leave(connection)

    return serve


class Protocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol that hangs up on a dead peer even with unsent data.

    A plain close first waits until the peer has read everything, which a dead one never does.
    """

    @override
    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()


def config(app: Starlette, *, host: str, port: int) -> uvicorn.Config:
    """Return the server's settings: a dead client is found in 20 s, no compression (memory).

    On SIGTERM the server closes every socket with 1012 (service restart).
    Source: RFC 6455, sections 5.5.2 and 7.4; the IANA registry of close codes for 1012.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="asyncio",
        http="h11",
        ws=Protocol,
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        backlog=4096,
        log_level="warning",
        access_log=False,
        log_config=None,
    )
