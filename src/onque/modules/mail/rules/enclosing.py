"""Which files travel with a mail, and which are offered as links."""

from __future__ import annotations

from collections.abc import Sequence


def travelling(sizes: Sequence[int], limit: int) -> list[bool]:
    """Tell for each file, sizes in bytes, whether it travels: in order, while they fit together.

    What is passed over leaves its room to the next, so that one large file does not send all small
    ones behind links.
    """
    left = limit
    found = []
    for size in sizes:
        fits = size <= left
        left -= size if fits else 0
        found.append(fits)
    return found
