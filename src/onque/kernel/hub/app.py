"""The hub as a Starlette application, and the server it runs on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
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


def make_app(
    redis_url: str,
    doors: Sequence[Door],
    *,
    origins: Collection[str],
    ready: Callable[[], None] = lambda: None,
) -> Starlette:
    """Return the application: one WebSocket route per door, /healthz and /readyz.

    `origins` are the pages that may connect ("https://desk.example"); a browser sends its cookies
    along with any page's socket, so all others are refused. `ready` may block and raises when a
    store the doors need does not answer.
    """
    hub = Hub(redis_url)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await hub.start()
        yield
        await hub.stop()

    async def alive(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def readiness(_request: Request) -> PlainTextResponse:
        try:
            await hub.blocking(ready)
        except Exception as error:  # noqa: BLE001 - any failure is the answer
            return PlainTextResponse(f"not ready: {type(error).__name__}\n", status_code=503)
        if not hub.relay.connected:
            return PlainTextResponse("not ready: no line to the store\n", status_code=503)
        return PlainTextResponse("ready\n")

    routes = [
        WebSocketRoute(door.route, _endpoint(hub, door, frozenset(origins))) for door in doors
    ]
    probes = [Route("/healthz", alive), Route("/readyz", readiness)]
    app = Starlette(routes=[*probes, *routes], lifespan=lifespan)
    app.state.hub = hub
    return app


def _endpoint(
    hub: Hub, door: Door, origins: frozenset[str]
) -> Callable[[WebSocket], Awaitable[None]]:
    async def serve(websocket: WebSocket) -> None:
        if websocket.headers.get("origin") not in origins:
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
