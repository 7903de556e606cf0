"""A WebSocket client as thin as it can be, so that the servers and not the clients are measured."""

import asyncio
import base64
import json
import os
import struct
import time

from bench.sockets_servers import ORIGIN


class Client(asyncio.Protocol):
    """Speaks just enough of RFC 6455: unfragmented text both ways, pongs."""

    def __init__(self, crowd: "Crowd", path: str) -> None:
        self.crowd = crowd
        self.path = path
        self.transport: asyncio.Transport | None = None
        self.buffer = b""
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.inbox: asyncio.Queue[str] | None = None
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a stream transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(  # type: ignore[attr-defined]  # the same
            f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: {ORIGIN}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.open.done():
            head, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.open.set_exception(ConnectionError(head))
                return
            self.buffer = rest
            self.open.set_result(None)
        while len(self.buffer) >= 2:
            size, start = self.buffer[1], 2
            if size == 126:
                if len(self.buffer) < 4:
                    return
                size, start = struct.unpack("!H", self.buffer[2:4])[0], 4
            if len(self.buffer) < start + size:
                return
            payload = self.buffer[start : start + size]
            opcode = self.buffer[0] & 15
            self.buffer = self.buffer[start + size :]
            self.frame(opcode, payload)

    def frame(self, opcode: int, payload: bytes) -> None:
        if opcode == 1:
            if self.inbox is not None:
                self.inbox.put_nowait(payload.decode())
            else:
                self.crowd.arrived()
        elif opcode == 9:
            self.write(10, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("closed"))

    def write(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else None
        head = head or bytes([0x80 | opcode, 0xFE]) + struct.pack("!H", size)
        if self.transport is not None:
            self.transport.write(head + bytes(4) + payload)  # a mask of zeros

    def say(self, **message: object) -> None:
        self.write(1, json.dumps(message).encode())


class Crowd:
    """Many clients of one server, counting what arrives."""

    def __init__(self, port: int, path: str) -> None:
        self.port = port
        self.path = path
        self.clients: list[Client] = []
        self.times: list[float] = []
        self.expected = 0
        self.complete = asyncio.Event()

    def arrived(self) -> None:
        self.times.append(time.perf_counter())
        if len(self.times) == self.expected:
            self.complete.set()

    def expect(self, count: int) -> None:
        self.times = []
        self.expected = count
        self.complete.clear()

    async def all_arrived(self, seconds: float = 30) -> float:
        """Return the moment of the last arrival."""
        await asyncio.wait_for(self.complete.wait(), seconds)
        return self.times[-1]

    async def add(self) -> Client:
        client = Client(self, self.path)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: client, "127.0.0.1", self.port)
        await client.open
        self.clients.append(client)
        return client

    def close(self) -> None:
        for client in self.clients:
            if client.transport is not None:
                client.transport.abort()

    async def fill(self, count: int, at_once: int = 50) -> None:
        while len(self.clients) < count:
            missing = min(at_once, count - len(self.clients))
            await asyncio.gather(*(self.add() for _ in range(missing)))
