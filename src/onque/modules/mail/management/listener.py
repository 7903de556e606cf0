"""The `mailin` service: the listener and the IMAP pollers in one process, until SIGTERM.

On SIGTERM no new session is accepted, what is being stored is finished, pollers end after the mail
they are at.
"""

import asyncio
import logging
import signal

from django.conf import settings

from onque.modules.mail.services import listening, watching

log = logging.getLogger(__name__)


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
        limits=listening.Limits(settings.MAIL_LIMIT_BYTES),
        tls=listening.certificate(settings.LMTP_CERTIFICATE, settings.LMTP_CERTIFICATE_KEY),
    )
    log.info("mailin_ready", extra={"protocol": settings.LISTENER, "port": settings.LMTP_PORT})
    try:
        await watching.Watcher().run(stop)
    finally:
        server.close()
        await asyncio.to_thread(handler.close)
