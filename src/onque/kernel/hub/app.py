"""The hub as a Starlette application, and the server it runs on."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import override

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from onque.kernel.hub.door import Door
from onque.kernel.hub.hub import Hub

MESSAGE_BYTES = 16 * 1024
PING_SECONDS = 10.0
STOP_SECONDS = 10
