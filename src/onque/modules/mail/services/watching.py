"""The mailboxes of one process: a few threads fetch, one event loop waits for the news of all.

A mailbox whose server knows IDLE is kept between fetches: its connection lies in the event loop and
takes no thread. Others are polled. Processes share the mailboxes evenly: each counts who else is
alive, takes no more than its share and hands back what is above it. Source: RFC 2177 (an IDLE is
renewed before 29 minutes are over).
"""

import asyncio
import logging
import time
from collections import defaultdict
from contextlib import suppress
from functools import partial
from uuid import UUID, uuid4

from django.db import Error as DatabaseFault

from onque.kernel import clock
from onque.kernel.tenancy import tenant_scope
from onque.modules.mail.repositories import mailboxes, pollers
from onque.modules.mail.services import polling
from onque.modules.mail.services.polling import Held, Visited
from onque.modules.mail.services.turns import LEASE
from onque.modules.mail.services.workers import DatabaseThreads

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
COUNT_SECONDS = 10.0
RENEW_SECONDS = 45.0
VISIT_SECONDS = 300.0
"""A watched mailbox is visited this often without news: IDLE is renewed, folders are counted."""
FOLDERS_SECONDS = 30.0
"""The same with more folders than the watched one."""
THREADS = 16
HEADROOM = 1


class Watcher:
    """Fetches and watches until it is told to stop."""

    def __init__(self) -> None:
        self.id = uuid4()
        self.held: dict[UUID, Held] = {}
        self._since: dict[UUID, float] = {}
        self._busy: dict[UUID, asyncio.Task[None]] = {}
        self._threads = DatabaseThreads(THREADS + 1, "imap")
        self._share: int | None = None
        self._counted = self._renewed = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; then finish what is being fetched and hand everything back."""
        try:
            while not stop.is_set():
                await self._tick()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), TICK_SECONDS)
        finally:
            await self._end()

    async def _tick(self) -> None:
        now = time.monotonic()
        if now - self._counted >= COUNT_SECONDS:
            self._counted = now
            self._share = await self._threads.run(partial(_share, self.id))
            await self._hand_back()
        if now - self._renewed >= RENEW_SECONDS:
            self._renewed = now
            await self._renew()
        for mailbox_id in list(self.held):
            if now - self._since[mailbox_id] >= _patience(self.held[mailbox_id]):
                self._wake(mailbox_id)
        if self._room() > 0:
            for tenant_id, mailbox_id in await self._threads.run(_due):
                if mailbox_id in self.held:  # it was changed, so the lease is ours no more
                    await self._threads.run(self._release(mailbox_id).session.leave)
                if self._room() > 0 and mailbox_id not in self._busy:
                    self._start(tenant_id, mailbox_id, None)

    def _room(self) -> int:
        free = THREADS - len(self._busy)
        if self._share is None:
            return free
        return min(free, self._share - len(self.held) - len(self._busy))

    def _start(self, tenant_id: UUID, mailbox_id: UUID, held: Held | None) -> None:
        self._busy[mailbox_id] = asyncio.create_task(self._visit(tenant_id, mailbox_id, held))

    async def _visit(self, tenant_id: UUID, mailbox_id: UUID, held: Held | None) -> None:
        visited = await self._threads.run(partial(_visit, tenant_id, mailbox_id, held))
        self._busy.pop(mailbox_id, None)
        if visited.held is not None:
            self._keep(visited.held)

    def _keep(self, held: Held) -> None:
        self.held[held.mailbox_id] = held
        self._since[held.mailbox_id] = time.monotonic()
        loop = asyncio.get_running_loop()
        loop.add_reader(held.session.client.sock, self._hear, held.mailbox_id)
        if held.has_news:
            self._wake(held.mailbox_id)
        else:  # what came together with the server's consent is in the buffer already
            self._hear(held.mailbox_id)

    def _hear(self, mailbox_id: UUID) -> None:
        held = self.held.get(mailbox_id)
        if held is not None:
            has_news, is_alive = held.session.client.drain()
            if has_news or not is_alive:
                self._wake(mailbox_id)

    def _wake(self, mailbox_id: UUID) -> None:
        held = self._release(mailbox_id)
        self._start(held.tenant_id, mailbox_id, held)

    def _release(self, mailbox_id: UUID) -> Held:
        held = self.held.pop(mailbox_id)
        self._since.pop(mailbox_id, None)
        asyncio.get_running_loop().remove_reader(held.session.client.sock)
        return held

    async def _hand_back(self) -> None:
        """Give up what is above this process's share, the longest held first."""
        surplus = 0 if self._share is None else len(self.held) - self._share
        for mailbox_id in list(self.held)[: max(surplus, 0)]:
            await self._threads.run(partial(_let_go, self._release(mailbox_id)))

    async def _renew(self) -> None:
        lost = await self._threads.run(partial(_renew, list(self.held.values())))
        for mailbox_id in lost & self.held.keys():
            held = self._release(mailbox_id)
            await self._threads.run(held.session.leave)

    async def _end(self) -> None:
        if self._busy:
            await asyncio.wait(self._busy.values())
        for mailbox_id in list(self.held):
            await self._threads.run(partial(_let_go, self._release(mailbox_id)))
        await self._threads.run(partial(_leave, self.id))
        await asyncio.to_thread(self._threads.close)


def _patience(held: Held) -> float:
    return FOLDERS_SECONDS if held.folders > 1 else VISIT_SECONDS


def _due() -> list[tuple[UUID, UUID]]:
    try:
        return polling.due_mailboxes()
    except DatabaseFault:
        log.warning("mailin_database_down", exc_info=True)
        return []


def _visit(tenant_id: UUID, mailbox_id: UUID, held: Held | None) -> Visited:
    try:
        return polling.visit(tenant_id, mailbox_id, stay=True, held=held)
    except Exception:
        log.exception("mailbox_poll_broke", extra={"mailbox": mailbox_id.hex})
        if held is not None:
            held.session.leave()
        return Visited()


def _share(poller_id: UUID) -> int | None:
    """How many mailboxes this process may keep; None: as many as there are, it is alone."""
    try:
        alive = pollers.beat(poller_id, now=clock.now())
        return None if alive <= 1 else -(-mailboxes.count_enabled() // alive) + HEADROOM
    except DatabaseFault:
        log.warning("mailin_database_down", exc_info=True)
        return None


def _renew(held: list[Held]) -> set[UUID]:
    """Keep mailboxes for longer; return those that another process has now."""
    by_tenant: dict[UUID, list[Held]] = defaultdict(list)
    for item in held:
        by_tenant[item.tenant_id].append(item)
    lost: set[UUID] = set()
    try:
        for tenant_id, items in by_tenant.items():
            now = clock.now()
            with tenant_scope(tenant_id):
                keys = [item.key for item in items]
                kept = mailboxes.renew(keys, now=now, until=now + LEASE)
            lost |= {item.mailbox_id for item in items} - kept
    except DatabaseFault:
        log.warning("mailin_database_down", exc_info=True)
    return lost


def _let_go(held: Held) -> None:
    try:
        polling.let_go(held)
    except DatabaseFault:  # the lease runs out by itself
        log.warning("mailin_database_down", exc_info=True)


def _leave(poller_id: UUID) -> None:
    with suppress(DatabaseFault):
        pollers.leave(poller_id)
