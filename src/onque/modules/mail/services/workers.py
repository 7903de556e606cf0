"""A few threads for blocking work beside an event loop, each with its own database connection."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import close_old_connections, connections

T = TypeVar("T")


class DatabaseThreads:
    """Runs work in threads; connections are checked around each piece and closed at the end."""

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    def run(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Start the work in a thread; await the result from the event loop."""
        return asyncio.get_running_loop().run_in_executor(self._pool, _checked, work)

    def close(self) -> None:
        """Finish what is running, then close every thread's connections and end the threads."""
        together = Barrier(self._count)  # so that each thread takes exactly one
        for _thread in range(self._count):
            self._pool.submit(_leave, together)
        self._pool.shutdown(wait=True)


def _checked(work: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def _leave(together: Barrier) -> None:
    together.wait(timeout=60)
    connections.close_all()
