"""A tiny SMTP server that keeps what it gets."""

import asyncio
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from onque.config.catcher.box import Box


class Keeper:
    """Accepts every recipient and stores every mail."""

    def __init__(self, box: Box) -> None:
        self._box = box

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store the mail, then answer."""
        content = envelope.original_content or b""
        sender, recipients = envelope.mail_from or "", list(envelope.rcpt_tos)
        await asyncio.to_thread(self._box.keep, content, sender, recipients)
        return "250 Kept"


async def catch(folder: Path, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    keeper, loop, stop = Keeper(Box(folder)), asyncio.get_running_loop(), asyncio.Event()
    for sent in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sent, stop.set)
    server = await loop.create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, data_size_limit=50 * 1024 * 1024), host, port
    )
    async with server:
        await stop.wait()
