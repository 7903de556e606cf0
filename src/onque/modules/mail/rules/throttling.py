"""How a limit on sending is shared."""

from __future__ import annotations


def share_of(limit: int) -> int:
    """How much of a minute's limit one workspace may take: three quarters, at least one."""
    return max(1, limit * 3 // 4)
