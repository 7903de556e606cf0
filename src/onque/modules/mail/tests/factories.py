"""The cast with mail: Acme answers at support@acme.example, Globex at help@globex.example."""

import asyncio
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from aiosmtpd.controller import Controller
from django.conf import settings

from onque.config.testing import free_port
from onque.kernel import clock, events
from onque.kernel.access import Actor, system_actor
from onque.kernel.outbox import outbox
from onque.kernel.tenancy import tenant_scope
from onque.modules.desk import public as desk
from onque.modules.identity import public as identity
from onque.modules.identity.tests.factories import Cast, actor_of, make_cast
from onque.modules.mail import public as mail
from onque.modules.mail.models import InboundMail, OutboundMail
from onque.modules.mail.rules import addresses
from onque.modules.mail.services import listening, smtp
from onque.modules.mail.services.keys import reply_keys

ACME = "support@acme.example"
GLOBEX = "help@globex.example"
CY = "cy@customer.example"


@dataclass(frozen=True)
class MailCast:
    """The cast, each workspace's brand, and actors."""

    people: Cast
    acme: UUID
    globex: UUID
    acme_brand: UUID
    globex_brand: UUID
    ada: Actor
    bo: Actor
    dee: Actor


def make_mail_cast() -> MailCast:
    people = make_cast()
    brands = []
    for tenant, address in ((people.acme, ACME), (people.globex, GLOBEX)):
        with tenant_scope(tenant.id):
            brand = identity.default_brand()
            mail.add_address(
                system_actor(tenant.id), brand_id=brand.id, address=address, is_main=True
            )
            brands.append(brand.id)
    return MailCast(
        people=people,
        acme=people.acme.id,
        globex=people.globex.id,
        acme_brand=brands[0],
        globex_brand=brands[1],
        ada=actor_of(people.acme, people.ada),
        bo=actor_of(people.acme, people.bo),
        dee=actor_of(people.globex, people.dee),
    )


def raw_mail(
    text: str = "결제가 두 번 됐어요.",
    *,
    subject: str = "환불 문의",
    sender: str = f"Cy <{CY}>",
    to: str = ACME,
    message_id: str | None = None,
    more: str = "",
) -> bytes:
    """A plain mail; `more` is further header lines, each ending in a line feed."""
    message_id = message_id or f"{uuid4().hex}@customer.example"
    head = (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <{message_id}>\n"
        f"Date: Mon, 04 May 2026 10:00:00 +0900\n{more}"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n\n"
    )
    return (head + text + "\n").replace("\n", "\r\n").encode()


def drain(tenant_id: UUID | None = None) -> None:
    """Deliver every pending event, as workers would, until nothing is left that can be."""
    for _round in range(20):
        due = outbox.due(now=clock.now() + timedelta(days=30), limit=500)
        chosen = [item for item in due if tenant_id is None or item[0] == tenant_id]
        if not sum(events.deliver_stream(*item) for item in chosen):
            return


def ledger(tenant_id: UUID) -> list[InboundMail]:
    with tenant_scope(tenant_id):
        return list(InboundMail.objects.order_by("received_at", "id"))


def outgoing(tenant_id: UUID) -> list[OutboundMail]:
    with tenant_scope(tenant_id):
        return list(OutboundMail.objects.order_by("queued_at", "id"))


def reply_to_address(tenant_id: UUID, number: int, customer_id: UUID) -> str:
    return addresses.reply_address(
        reply_keys()[0],
        tenant_id=tenant_id,
        ticket_number=number,
        customer_id=customer_id,
        domain=settings.MAIL_DOMAIN,
    )


def answer(actor: Actor, ticket_id: UUID, text: str = "환불해 드렸습니다.") -> UUID:
    """An agent's reply on a ticket."""
    with tenant_scope(actor.tenant_id):
        return desk.post_reply(actor, ticket_id=ticket_id, body=text, request_key=uuid4()).id


@dataclass
class Sink:
    """A real SMTP server that keeps what it is given, and fails on demand."""

    port: int
    received: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    on_recipient: str = ""
    on_data: str = ""
    drop_after_data: bool = False
    refuse: dict[str, str] = field(default_factory=dict)
    connections: int = 0

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.on_recipient or address in self.refuse:
            return self.on_recipient or self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if self.on_data:
            return self.on_data
        self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.drop_after_data:
            server.transport.abort()
            await asyncio.sleep(0.1)
        return "250 Taken"


@contextmanager
def sink() -> Iterator[Sink]:
    """Run the server and point the settings to it."""
    keeper = Sink(free_port())
    controller = Controller(keeper, hostname="127.0.0.1", port=keeper.port, enable_SMTPUTF8=True)
    controller.start()
    before = settings.SMTP_URL
    settings.SMTP_URL = f"smtp://127.0.0.1:{keeper.port}"
    try:
        yield keeper
    finally:
        settings.SMTP_URL = before
        smtp.forget()
        controller.stop()


@contextmanager
def listener(
    protocol: str = "lmtp",
    limit_bytes: int = 100_000,
    seconds: float = 60,
    tls: ssl.SSLContext | None = None,
    port: int | None = None,
) -> Iterator[int]:
    """Run our listener in a thread; yield its port."""
    port = port or free_port()
    loop = asyncio.new_event_loop()
    started = threading.Event()
    parts: list[object] = []

    def run() -> None:
        asyncio.set_event_loop(loop)
        parts.extend(
            loop.run_until_complete(
                listening.start(
                    protocol=protocol,
                    host="127.0.0.1",
                    port=port,
                    limits=listening.Limits(limit_bytes, seconds),
                    tls=tls,
                )
            )
        )
        started.set()
        loop.run_forever()
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    try:
        yield port
    finally:
        server, handler = parts

        async def stop() -> None:
            server.close()
            await asyncio.to_thread(handler.close)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def is_root() -> bool:
    return os.geteuid() == 0
