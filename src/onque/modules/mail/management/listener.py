"""The `mailin` service: the listener and the IMAP pollers in one process, until SIGTERM.

On SIGTERM no new session is accepted, what is being stored is finished, pollers end after the mail
they are at.
"""

import asyncio
import logging
import signal
from contextlib import suppress
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseFault

from onque.modules.mail.services import listening, polling
from onque.modules.mail.services.workers import DatabaseThreads

log = logging.getLogger(__name__)

POLL_EVERY_SECONDS = 2.0
POLLERS = 8


def main() -> None:
    """Run until the process is told to stop."""
    asyncio.run(serve())


async def serve() -> None:
    """Listen and poll until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server, handler = await listening.start(
        protocol=settings.LISTENER,
        host=settings.LMTP_HOST,
        port=settings.LMTP_PORT,
        limit_bytes=settings.MAIL_LIMIT_BYTES,
    )
    log.info("mailin_ready", extra={"protocol": settings.LISTENER, "port": settings.LMTP_PORT})
    try:
        await _poll_until(stop)
    finally:
        server.close()
        await asyncio.to_thread(handler.close)


async def _poll_until(stop: asyncio.Event) -> None:
    """Poll whatever mailboxes are due; each in its own thread, so that none waits for another."""
    busy: dict[UUID, asyncio.Future[int]] = {}
    threads = DatabaseThreads(POLLERS + 1, "imap")
    try:
        while not stop.is_set():
            busy = {key: future for key, future in busy.items() if not future.done()}
            for tenant_id, mailbox_id in await threads.run(_due):
                if mailbox_id not in busy and len(busy) < POLLERS:
                    busy[mailbox_id] = threads.run(partial(_poll, tenant_id, mailbox_id))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), POLL_EVERY_SECONDS)
    finally:
        await asyncio.to_thread(threads.close)


def _due() -> list[tuple[UUID, UUID]]:
    try:
        return polling.due_mailboxes()
    except DatabaseFault:
        log.warning("mailin_database_down", exc_info=True)
        return []


def _poll(tenant_id: UUID, mailbox_id: UUID) -> int:
    try:
        return polling.poll(tenant_id, mailbox_id)
    except Exception:
        log.exception("mailbox_poll_broke", extra={"mailbox": mailbox_id.hex})
        return 0
