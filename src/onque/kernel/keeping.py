"""Values a process keeps for a short while."""

import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """A bounded map whose entries end by themselves; the oldest entry gives way to a new one."""

    def __init__(self, *, seconds: float, entries: int) -> None:
        """Keep at most `entries` values, each at most `seconds`."""
        self._seconds, self._entries = seconds, entries
        self._held: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """Return what is kept, or None when there is nothing or it is too old."""
        ends, value = self._held.get(key, (0.0, None))
        return value if time.monotonic() < ends else None

    def put(self, key: Hashable, value: V) -> None:
        """Keep a value from now on."""
        self._held[key] = (time.monotonic() + self._seconds, value)
        self._held.move_to_end(key)
        while len(self._held) > self._entries:
            self._held.popitem(last=False)
