"""A mail server that delivers over LMTP as fast as it is answered, on several connections."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.throughput_mails import Mail

CONNECTIONS = 8
ANSWER_SECONDS = 120


@dataclass
class Sender:
    """Delivers each mail once; notes when the 250 was heard (seconds since the epoch)."""

    port: int
    recipient: str
    accepted: dict[str, float] = field(default_factory=dict)
    refused: list[bytes] = field(default_factory=list)
    began_at: float = 0.0

    def deliver(self, mails: Iterable[Mail]) -> None:
        """Deliver all and return when each was answered."""
        waiting = deque((mail.message_id, mail.sender, _stuffed(mail.raw)) for mail in mails)
        asyncio.run(self._deliver(waiting))

    async def _deliver(self, waiting: "deque[tuple[str, str, bytes]]") -> None:
        self.began_at = time.time()
        async with asyncio.TaskGroup() as lanes:
            for _lane in range(CONNECTIONS):
                lanes.create_task(self._lane(waiting))

    async def _lane(self, waiting: "deque[tuple[str, str, bytes]]") -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)

        async def said(line: bytes = b"") -> bytes:
            if line:
                writer.write(line)
                await writer.drain()
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await reader.readline()
                while answer[3:4] == b"-":
                    answer = await reader.readline()
            return answer

        await said()
        await said(b"LHLO bench\r\n")
        while waiting:
            message_id, sender, raw = waiting.popleft()
            await said(f"MAIL FROM:<{sender}>\r\n".encode())
            await said(f"RCPT TO:<{self.recipient}>\r\n".encode())
            await said(b"DATA\r\n")
            answer = await said(raw)
            if answer.startswith(b"250"):
                self.accepted[message_id] = time.time()
            else:
                self.refused.append(answer)
        await said(b"QUIT\r\n")
        writer.close()


def _stuffed(raw: bytes) -> bytes:
    """Return a mail as it goes over the wire. Source: RFC 5321, 4.5.2."""
    return raw.replace(b"\r\n.", b"\r\n..") + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n"
