"""The SMTP and LMTP listener: aiosmtpd's handler, and the server around it.

"250" is said only after the raw bytes are stored and the ledger row is committed. When the object
store or the database does not answer, the peer hears 4xx and keeps the mail. Source: RFC 5321 and
2033 (one answer for each recipient), RFC 3463 (enhanced codes).
"""

import asyncio
import logging
import ssl
import sys
from dataclasses import dataclass
from uuid import uuid4

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.db import Error as DatabaseFault
from typing_extensions import override

from onque.kernel.errors import Unavailable
from onque.modules.mail.services import receiving
from onque.modules.mail.services.receiving import Arrival, Route
from onque.modules.mail.services.smtp_text import read_text
from onque.modules.mail.services.workers import DatabaseThreads

log = logging.getLogger(__name__)

UNKNOWN = "550 5.1.1 Nobody here has this address"
TRY_LATER = "451 4.3.0 Not stored, please try again"
TOO_MANY = "452 4.5.3 Too many recipients"
TOO_LARGE = "552 5.3.4 Too much mail data"
STORED = "250 2.0.0 Stored"
BUSY = b"421 4.3.2 Too many connections, please try again\r\n"
MAX_RECIPIENTS = 100
COMMAND_SECONDS = 300
"""How long one command may take, the whole text of a mail too. Source: RFC 5321, 4.5.3.2.7."""
MAX_SESSIONS = 500
READ_AHEAD_BYTES = 1_000_000
"""How much of a session is held before it is taken; no limit on the lines of a text."""
_THREADS = 8


class Handler:
    """What to answer to a peer. One for all sessions; blocking work runs in a few threads."""

    def __init__(self, *, protocol: str) -> None:
        self.protocol = protocol
        self.sessions = 0
        self._threads = DatabaseThreads(_THREADS, "mailin")

    def close(self) -> None:
        """Finish what is being stored and end the threads."""
        self._threads.close()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's hook
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Say what we can; commands may come in one go (RFC 2920), nobody signs in here."""
        session.host_name = hostname
        said = [line for line in responses if not line.startswith("250-AUTH")]
        return [*said[:-1], "250-PIPELINING", said[-1]]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Accept a recipient that leads to a brand."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return TOO_MANY
        try:
            route = await self._threads.run(lambda: receiving.find_route(address))
        except (DatabaseFault, Unavailable):
            log.exception("mail_recipient_check_failed")
            return "451 4.3.0 Cannot check the recipient now, please try again"
        if route is None:
            return UNKNOWN
        _routes(envelope).append(route)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's hook
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store the mail; over LMTP one answer for each recipient, over SMTP one for all."""
        arrival = Arrival(
            raw=envelope.original_content or b"",
            source=self.protocol,
            position=uuid4().hex,
            envelope_from=(envelope.mail_from or "").strip("<>"),
            peer=_peer(session),
        )
        routes = _routes(envelope)
        if self.protocol == "lmtp":
            answers = [await self._store([route], arrival) for route in routes]
            return "\r\n".join(answers)
        return await self._store(routes, arrival)

    async def _store(self, routes: list[Route], arrival: Arrival) -> str:
        try:
            await self._threads.run(lambda: receiving.store_mail(routes, arrival))
        except (DatabaseFault, Unavailable, OSError):
            log.exception("mail_not_stored")
            return TRY_LATER
        return STORED

    async def handle_exception(self, error: Exception) -> str:
        """Whatever else happens: the peer keeps the mail."""
        log.error("mail_listener_broke", exc_info=error)
        return TRY_LATER


def _peer(session: Session) -> str:
    found: object = session.peer
    return str(found[0]) if isinstance(found, tuple) and found else str(found or "")


def _routes(envelope: Envelope) -> list[Route]:
    """The accepted recipients' routes, kept with the envelope they belong to."""
    found: list[Route] | None = getattr(envelope, "onque_routes", None)
    if found is None:
        found = []
        envelope.onque_routes = found  # type: ignore[attr-defined]  # read here alone
    return found


class _Smtp(SMTP):
    """Takes texts whole, with the overlong lines of many programs (RFC 5321, 4.5.3.1.6).

    Turns away who comes when too many are there; they come again.
    """

    line_length_limit = READ_AHEAD_BYTES
    _counted = False
    _is_turned_away = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        handler: Handler = self.event_handler
        if not self._counted:
            if handler.sessions >= MAX_SESSIONS and isinstance(transport, asyncio.Transport):
                self._is_turned_away = True
                transport.write(BUSY)
                transport.close()
                return
            handler.sessions += 1
            self._counted = True
        super().connection_made(transport)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        if self._is_turned_away:
            return
        if self._counted:
            self._counted = False
            self.event_handler.sessions -= 1
        super().connection_lost(error)

    @override
    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Take the text of a mail for the accepted recipients, and answer."""
        envelope = self.envelope
        if await self.check_helo_needed() or envelope is None:
            return
        if not envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes nothing behind it")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        text = await read_text(self._reader, limit=self.data_size_limit or sys.maxsize)
        envelope.content = envelope.original_content = text
        answer = TOO_LARGE if text is None else await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # the library has no types here
        await self.push(answer)


class _Lmtp(LMTP, _Smtp):
    """The same over LMTP."""


@dataclass(frozen=True)
class Limits:
    """What a peer may ask of the listener: bytes of a mail, and seconds for one command."""

    mail_bytes: int
    command_seconds: float = COMMAND_SECONDS


def certificate(chain: str, key: str) -> ssl.SSLContext | None:
    """Return the context for STARTTLS from two PEM files; None when there are none."""
    if not chain:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key or None)
    return context


async def start(
    *, protocol: str, host: str, port: int, limits: Limits, tls: ssl.SSLContext | None = None
) -> tuple[asyncio.Server, Handler]:
    """Listen; `protocol` is "lmtp" or "smtp". The caller closes the server, then the handler."""
    handler = Handler(protocol=protocol)
    kind = _Lmtp if protocol == "lmtp" else _Smtp

    def session() -> SMTP:
        return kind(
            handler,
            hostname="onque",
            ident="Onque",
            data_size_limit=limits.mail_bytes,
            enable_SMTPUTF8=True,
            decode_data=False,
            tls_context=tls,
            timeout=limits.command_seconds,
        )

    server = await asyncio.get_running_loop().create_server(session, host, port, backlog=512)
    return server, handler
