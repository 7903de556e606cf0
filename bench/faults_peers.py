"""The mail servers around the installation: one that delivers to it, one that takes its mail."""

import asyncio
import random
import re
import smtplib
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate
from queue import Empty, Queue
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.faults_installation import ADDRESS

CONNECTIONS = 4
BURST = 25
MAILS_PER_CONNECTION = 10
ANSWER_SECONDS = 30
SINK_SECONDS = (0.01, 0.15)
OK = 250
TOKEN = re.compile(r"answer-([0-9a-f]{32})")


@dataclass
class Posted:
    """One mail in the queue of the delivering server."""

    number: int
    raw: bytes
    message_id: str
    subject: str
    due: float
    tries: int = 0


@dataclass
class Mailer:
    """A mail server that delivers over LMTP: it keeps each mail and tries until it hears 250.

    Mails come in bursts spread over `seconds`; the last twentieth waits for `may_end`, so that
    mail runs while there are kills.
    """

    port: int
    count: int
    seconds: float
    seed: int
    may_end: threading.Event
    accepted: dict[str, float] = field(default_factory=dict)
    answers: "Counter[str]" = field(default_factory=Counter)
    unanswered: "Counter[str]" = field(default_factory=Counter)
    mails: list[Posted] = field(default_factory=list)
    first_at: float = 0.0

    def __post_init__(self) -> None:
        self._queue: Queue[Posted] = Queue()
        self._lock = threading.Lock()
        bursts = max(1, self.count // BURST)
        for number in range(self.count):
            due = (number // BURST) * self.seconds / bursts
            self.mails.append(write_mail(number, self.seed, due))
        for mail in self.mails:
            self._queue.put(mail)

    def run(self, began: float) -> None:
        """Deliver everything."""
        self.first_at = time.monotonic()
        threads = [
            threading.Thread(target=self._work, args=(began, lane), daemon=True)
            for lane in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, began: float, lane: int) -> None:
        chance = random.Random(f"mailer {self.seed} {lane}")
        while len(self.accepted) < self.count:
            try:
                mail = self._queue.get(timeout=0.2)
            except Empty:
                continue
            self._wait_until_due(mail, began)
            batch = [mail]
            self._deliver(batch, chance)
            for kept in batch:
                time.sleep(chance.uniform(0.1, 0.6))
                self._queue.put(kept)

    def _wait_until_due(self, mail: Posted, began: float) -> None:
        time.sleep(max(0.0, began + mail.due - time.monotonic()))
        if mail.number >= self.count * 0.95:
            self.may_end.wait()

    def _deliver(self, batch: list[Posted], chance: random.Random) -> None:
        """Hand over what is due in one connection; what was not accepted stays in `batch`."""
        try:
            with smtplib.LMTP("127.0.0.1", self.port, timeout=ANSWER_SECONDS) as peer:
                for _turn in range(chance.randint(1, MAILS_PER_CONNECTION)):
                    if not self._hand_over(peer, batch[0]):
                        return
                    batch.pop()
                    if not self._take_due(batch):
                        return
        except (OSError, smtplib.SMTPException) as error:
            self._count(type(error).__name__)

    def _take_due(self, batch: list[Posted]) -> bool:
        """Take the next mail if its time has come already."""
        with self._lock:
            try:
                mail = self._queue.queue[0]
            except IndexError:
                return False
            if mail.due > time.monotonic() - self.first_at or mail.number >= self.count * 0.95:
                return False
            try:
                batch.append(self._queue.get_nowait())
            except Empty:
                return False
        return True

    def _hand_over(self, peer: smtplib.LMTP, mail: Posted) -> bool:
        mail.tries += 1
        peer.ehlo_or_helo_if_needed()
        for code, _said in (peer.mail("customer@kunden.example"), peer.rcpt(ADDRESS)):
            if code != OK:
                self._count(str(code))
                peer.rset()
                return False
        try:
            code, _said = peer.data(mail.raw)
        except (OSError, smtplib.SMTPException):
            self.unanswered[mail.message_id] += 1
            raise
        self._count(str(code))
        if code == OK:
            with self._lock:
                self.accepted[mail.message_id] = time.monotonic()
        return code == OK

    def _count(self, answer: str) -> None:
        with self._lock:
            self.answers[answer] += 1


def write_mail(number: int, seed: int, due: float) -> Posted:
    """Write a mail of a customer of its own, Korean and English in turn."""
    mail = EmailMessage()
    korean = number % 2 == 0
    subject = f"{'환불 문의' if korean else 'Refund please'} [{seed}-{number:04}]"
    message_id = f"{seed}.{number:04}@kunden.example"
    mail["From"] = f"Customer {number} <customer{number}@kunden.example>"
    mail["To"] = ADDRESS
    mail["Subject"] = subject
    mail["Date"] = formatdate(time.time())
    mail["Message-ID"] = f"<{message_id}>"
    mail.set_content("환불해 주세요.\n" if korean else f"Please refund order {number}.\n")
    return Posted(number, mail.as_bytes(policy=policy.SMTP), message_id, subject, due)


@dataclass
class Sink:
    """The outgoing server: notes each mail when it has it whole, answers a moment later."""

    seed: int
    port: int = 0
    by_token: "dict[str, list[str]]" = field(default_factory=lambda: defaultdict(list))
    by_message_id: "Counter[str]" = field(default_factory=Counter)

    def start(self) -> None:
        """Listen in a thread of its own until `stop`."""
        self._chance = random.Random(f"sink {self.seed}")
        self._listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._listening.wait(10)

    def stop(self) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(self._session, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        self._listening.set()
        await self._stopped.wait()
        server.close()

    def _session(self) -> SMTP:
        return SMTP(self, hostname="sink", decode_data=False)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's hook
        self, _server: Any, _session: Session, envelope: Envelope
    ) -> str:
        """Take a mail."""
        mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        self.by_message_id[str(mail["Message-ID"]).strip("<> ")] += 1
        body = mail.get_body(("plain",))
        found = TOKEN.search(body.get_content()) if body is not None else None
        if found is not None:
            self.by_token[found[1]].append(str(mail["Message-ID"]))
        await asyncio.sleep(self._chance.uniform(*SINK_SECONDS))
        return "250 2.0.0 Taken"
