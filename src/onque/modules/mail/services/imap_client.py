"""An IMAP connection that can be waited on: imaplib's client over a buffer of our own.

imaplib reads through a buffered file, whose contents an event loop cannot see. Here every byte
that was received and not read lies in `buffer`, so that one loop can watch hundreds of connections
in IDLE. Source: RFC 2177 (IDLE), RFC 3501.
"""

import imaplib
import socket
import ssl
import time
from contextlib import suppress
from typing import Literal

from imap_tools.mailbox import BaseMailBox
from typing_extensions import override

READ_SECONDS = 30
COMMAND_SECONDS = 300
"""A server that drips its answer for longer counts as dead."""
_CHUNK = 65_536
_LONGEST_LINE = 20 * 1024 * 1024
_NEWS = (b" EXISTS", b" EXPUNGE", b" RECENT", b"VANISHED", b" FETCH ")


class Client(imaplib.IMAP4):
    """imaplib's client on a connected socket."""

    def __init__(self, connected: socket.socket, host: str) -> None:
        self._connected = connected
        self._buffer = bytearray()
        self._scanned = 0
        self._deadline = time.monotonic() + COMMAND_SECONDS
        super().__init__(host)

    @override
    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        self.sock = self._connected
        self.sock.settimeout(READ_SECONDS)

    @override
    def read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            if not self._receive():
                break
        return self._take(size)

    @override
    def readline(self) -> bytes:
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > _LONGEST_LINE:
                raise self.abort("a line without end")
            if not self._receive():
                return self._take(start)
        return self._take(end + 1)

    @override
    def shutdown(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    @override
    def starttls(
        self, ssl_context: ssl.SSLContext | None = None
    ) -> tuple[Literal["OK"], list[None]]:
        """Go on under TLS; what was said before it in the same breath is refused.

        Source: RFC 3207, 6 (the same trap in SMTP).
        """
        answer = self._simple_command("STARTTLS")
        if answer[0] != "OK" or ssl_context is None:
            raise self.error("STARTTLS was refused")
        if self._buffer:
            raise self.abort("data before TLS")
        self.sock = ssl_context.wrap_socket(self.sock, server_hostname=self.host)
        self._tls_established = True
        self._get_capabilities()
        return "OK", [None]

    def begin(self) -> None:
        """Start the clock of the next commands."""
        self._deadline = time.monotonic() + COMMAND_SECONDS

    def drain(self) -> tuple[bool, bool]:
        """Take in what has come without waiting; tell whether there is news, and still a server.

        For the event loop while the connection idles; the lines stay for whoever ends the IDLE.
        """
        self.sock.settimeout(0)
        alive = True
        try:
            while True:
                data = self.sock.recv(_CHUNK)
                if not data:
                    alive = False
                    break
                self._buffer += data
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            alive = False
        finally:
            with suppress(OSError):
                self.sock.settimeout(READ_SECONDS)
        return self._has_news(), alive and b"* BYE" not in self._buffer

    def _has_news(self) -> bool:
        end = self._buffer.rfind(b"\n") + 1
        fresh = bytes(self._buffer[self._scanned : end]).upper()
        self._scanned = end
        return any(word in fresh for word in _NEWS)

    def _receive(self) -> bool:
        if time.monotonic() > self._deadline:
            raise TimeoutError("the server's answer does not end")
        data = self.sock.recv(_CHUNK)
        self._buffer += data
        return bool(data)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._scanned = max(0, self._scanned - size)
        return taken


class Box(BaseMailBox):
    """imap-tools' mailbox over a connected client, for its log-ins and folder lists."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        self._given = client
        super().__init__()

    @override
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._given
