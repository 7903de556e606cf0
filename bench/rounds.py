"""Pages of several databases, measured in turns.

A machine that is slower for a while must not make one size, or one page, look slower than another:
so every round takes a block of every page at every size, and the figures are over all rounds.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from bench.pages import figures
from bench.stack import Stack

ROUNDS = 15

Found = dict[str, dict[str, Any]]


def measured(servers: Stack, sizes: list[int]) -> dict[int, Found]:
    """Return by size and page: p50 and p95 in ms, p50 of its bare SQL in ms, statements, bytes."""
    with ExitStack() as running:
        sides = {size: running.enter_context(_started(servers, size)) for size in sizes}
        results: dict[int, Found] = {size: _line(side) for size, side in sides.items()}
        taken: dict[tuple[int, str, str], list[float]] = {}
        for turn in range(ROUNDS):
            for name in results[sizes[0]]:
                for size in _rotated(sizes, turn):
                    for kind, times in _asked(sides[size], name).items():
                        taken.setdefault((size, name, kind), []).extend(times)
        for size, pages in results.items():
            for name, row in pages.items():
                row.update(figures(taken[size, name, "page"]))
                row["sql_p50"] = figures(taken[size, name, "sql"])["p50"]
        for side in sides.values():
            side.communicate()
    return results


def _rotated(sizes: list[int], turn: int) -> list[int]:
    first = turn % len(sizes)
    return sizes[first:] + sizes[:first]


def _started(servers: Stack, size: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.pages", str(size)],
        env={**os.environ, **servers.environment(servers.database(size).name)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _asked(side: subprocess.Popen[str], name: str) -> dict[str, list[float]]:
    print(name, file=side.stdin, flush=True)
    return _line(side)


def _line(side: subprocess.Popen[str]) -> dict[str, Any]:
    if side.stdout is None:
        raise RuntimeError("The page process has no output.")
    while line := side.stdout.readline():
        if line.startswith("{"):
            return dict(json.loads(line))
    raise RuntimeError("The page process ended.")
