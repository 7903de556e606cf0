"""What fetching costs: a folder of many mails, and many mailboxes that wait for news.

`make bench ARGS="imap 20000 200"`: mails in the folder, then mailboxes. Needs Dovecot and root.
"""

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

MAILS, MAILBOXES, NEWS = 20_000, 200, 20
_PADDING = ("환불해 주세요. 주문번호는 20260103-77 입니다.\r\n" * 30).encode()


def main(words: list[str]) -> int:
    """Start the servers, measure in a process of its own."""
    from bench.stack import stack

    with stack() as running:
        database = running.database(10_000)
        environment = {**os.environ, **running.environment(database.name)}
        command = [sys.executable, "-m", "bench.imap", *words]
        return subprocess.run(command, check=False, env=environment).returncode


def measure(mails: int, mailboxes: int) -> None:
    """Print the figures."""
    import django

    django.setup()
    from onque.modules.mail.tests.dovecot import dovecot

    more = (
        "default_process_limit = 4000\ndefault_client_limit = 8000\n"
        "mail_max_userip_connections = 4000\nservice imap {\n  process_limit = 2000\n}\n"
    )
    with dovecot(more=more) as server:
        _folder(server, mails)
        _waiting(server, mailboxes)


def _folder(server: Any, mails: int) -> None:
    from onque.modules.mail.services import polling

    user = f"folder-{uuid4().hex[:6]}"
    server.fill(user, (mail(number) for number in range(mails)))
    tenant, box = add(server.port, user)
    before = memory()
    start = time.perf_counter()
    count = polling.poll(tenant, box)
    taken = time.perf_counter() - start
    print(f"folder: {count} mails in {taken:.1f} s, {count / taken:.0f}/s")
    print(f"memory: {before:.0f} MB before, {memory():.0f} MB at its highest")
    start = time.perf_counter()
    polling.poll(tenant, box)
    print(f"a look without news: {(time.perf_counter() - start) * 1000:.0f} ms")


def _waiting(server: Any, mailboxes: int) -> None:
    for port, options in (
        (server.port, {}),
        (server.tls_port, {"use_tls": True, "security": "tls", "verify_certificate": False}),
    ):
        boxes = [add(port, f"w-{uuid4().hex[:8]}", **options)[1] for _ in range(mailboxes)]
        asyncio.run(_watch(server, boxes, "TLS" if options else "plain"))


async def _watch(server: Any, boxes: list[UUID], kind: str) -> None:
    from onque.modules.mail.services.watching import Watcher

    watcher, stop = Watcher(), asyncio.Event()
    before, start = resident(), time.perf_counter()
    task = asyncio.create_task(watcher.run(stop))
    while not set(boxes) <= set(watcher.held):  # noqa: ASYNC110 - measured from outside
        await asyncio.sleep(0.1)
    taken = time.perf_counter() - start
    each = (resident() - before) * 1024 / len(boxes)
    print(f"{len(boxes)} mailboxes ({kind}) wait after {taken:.1f} s, {each:.0f} kB each")
    noticed = []
    for box in boxes[:NEWS]:
        tenant, user = await asyncio.to_thread(owner, box)
        await asyncio.to_thread(server.put, user, mail(1))
        begun = time.perf_counter()
        while not await asyncio.to_thread(stored, tenant, box):  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)
        noticed.append(time.perf_counter() - begun)
    middle, worst = statistics.median(noticed), max(noticed)
    print(f"news on record after {middle * 1000:.0f} ms, at most {worst * 1000:.0f} ms")
    stop.set()
    await task
    await asyncio.to_thread(switch_off, boxes)


def mail(number: int) -> bytes:
    """Return a plain mail of two to eight kilobytes."""
    head = (
        f"From: customer{number}@example.com\r\nTo: help@bench.example\r\n"
        f"Subject: no. {number}\r\nMessage-ID: <{uuid4().hex}@example.com>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + _PADDING * (1 + number % 4)


def add(port: int, user: str, **options: object) -> tuple[UUID, UUID]:
    """Connect a mailbox."""
    from bench.stack import SLUG
    from onque.kernel.access import system_actor
    from onque.kernel.tenancy import tenant_scope
    from onque.modules.identity import public as identity
    from onque.modules.mail.models import Mailbox
    from onque.modules.mail.public import ImapServer, add_address, add_mailbox
    from onque.modules.mail.tests.dovecot import PASSWORD

    card = identity.tenant_by_slug(SLUG)
    if card is None:
        raise RuntimeError("The workspace is missing.")
    actor = system_actor(card.id)
    with tenant_scope(card.id):
        address = add_address(
            actor, brand_id=identity.default_brand().id, address="help@bench.example"
        )
        server = ImapServer("127.0.0.1", user, PASSWORD, port, use_tls=False)
        box = add_mailbox(actor, address_id=address, server=server, with_history=True)
        if options:
            Mailbox.objects.filter(pk=box).update(**options)
    return card.id, box


def owner(box: UUID) -> tuple[UUID, str]:
    """Return the tenant and user of a mailbox."""
    from bench.stack import SLUG
    from onque.kernel.tenancy import tenant_scope
    from onque.modules.identity import public as identity
    from onque.modules.mail.models import Mailbox

    card = identity.tenant_by_slug(SLUG)
    if card is None:
        raise RuntimeError("The workspace is missing.")
    with tenant_scope(card.id):
        return card.id, Mailbox.objects.get(pk=box).user_name


def stored(tenant: UUID, box: UUID) -> bool:
    """Tell whether a mail of the mailbox is on record."""
    from onque.kernel.tenancy import tenant_scope
    from onque.modules.mail.models import MailboxFolder

    with tenant_scope(tenant):
        return MailboxFolder.objects.filter(mailbox_id=box, last_uid__gt=0).exists()


def switch_off(boxes: list[UUID]) -> None:
    """Fetch these no more."""
    from onque.kernel.tenancy import tenant_scope
    from onque.modules.mail.models import Mailbox

    with tenant_scope(owner(boxes[0])[0]):
        Mailbox.objects.update(is_enabled=False)


def memory() -> float:
    """Return the most that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident() -> float:
    """Return what this process has now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def numbers(words: list[str]) -> Iterator[int]:
    """Read the arguments."""
    yield from (int(word) for word in words)


if __name__ == "__main__":
    given = list(numbers(sys.argv[1:]))
    measure(*(given + [MAILS, MAILBOXES][len(given) :]))
