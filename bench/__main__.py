"""`make bench`: fill 10k, 100k and 1M tickets and print what pages cost at each size.

Arguments: sizes (default 10000 100000 1000000, then the hub); `sockets` for the hub alone;
`faults` for the kill run; `parsing` for what reading a mail costs; `fuzz` for hostile mails;
`throughput` for mails a second; `imap` for fetching and waiting; `bulk` for an act on
many tickets. Exit code 1 when a limit does not hold.
"""

import importlib
import json
import os
import subprocess
import sys
from typing import Any

from bench import rounds
from bench.stack import Stack, stack

SIZES = (10_000, 100_000, 1_000_000)


LIST_STATEMENTS = 8
LIST_TO_BLANK = 3.0
GROWTH = 1.3
SEARCH_GROWTH = 4.0


def main() -> int:
    """Run what the arguments name; return 1 when a limit does not hold."""
    wanted = sys.argv[1:]
    if wanted[:1] == ["sockets"]:
        from bench import sockets

        return sockets.main(wanted[1:])
    if wanted[:1] == ["faults"]:
        from bench import faults

        faults.main(wanted[1:])  # exits with 1 by itself
        return 0
    if wanted[:1] in (["parsing"], ["fuzz"], ["imap"], ["throughput"], ["bulk"]):
        return importlib.import_module(f"bench.{wanted[0]}").main(wanted[1:])  # type: ignore[no-any-return]  # each returns an int
    sizes = [int(word) for word in wanted] or list(SIZES)
    with stack() as servers:
        results = rounds.measured(servers, sizes)
        for size in sizes:
            results[size] |= _alone(servers, size)
    _print(results)
    broken = _judge(results)
    if not wanted:
        from bench import sockets

        broken += sockets.main([])
    return 1 if broken else 0


def _judge(results: dict[int, dict[str, Any]]) -> int:
    """Print which limits hold; return how many do not."""
    first, last = next(iter(results.values())), list(results.values())[-1]
    checks = [
        (
            f"list: statements <= {LIST_STATEMENTS}",
            last["ticket list"]["statements"],
            LIST_STATEMENTS,
        ),
        *(
            (
                f"list / blank page <= {LIST_TO_BLANK}, {size:,} tickets",
                _to_blank(found),
                LIST_TO_BLANK,
            )
            for size, found in results.items()
        ),
        *(
            (
                f"{page}: largest / smallest <= {GROWTH}",
                last[page]["p50"] / first[page]["p50"],
                GROWTH,
            )
            for page in ("ticket list", "ticket page")
        ),
        *(
            (
                f"{page}: largest / smallest <= {SEARCH_GROWTH}",
                last[page]["p50"] / first[page]["p50"],
                SEARCH_GROWTH,
            )
            for page in first
            if page.startswith("search")
        ),
    ]
    print()
    for words, value, limit in checks:
        print(f"  {'holds ' if value <= limit else 'BROKEN'}  {words}: {value:.2f}")
    return sum(value > limit for _words, value, limit in checks)


def _to_blank(found: dict[str, Any]) -> float:
    return float(found["ticket list"]["p50"] / found["blank page"]["p50"])


def _alone(servers: Stack, size: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in ("bench.intake", "bench.serving"):
        run = subprocess.run(
            [sys.executable, "-m", module, str(size)],
            env={**os.environ, **servers.environment(servers.database(size).name)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found |= json.loads(run.stdout.splitlines()[-1])
    return found


def _print(results: dict[int, dict[str, Any]]) -> None:
    first = next(iter(results.values()))
    for size, found in results.items():
        blank = found["blank page"]["p50"]
        print(f"\n{size:,} tickets")
        print("  page                  p50 ms   p95 ms  SQL   x bare SQL  x blank  x smallest")
        for name, row in found.items():
            if "p50" not in row:
                print(f"  {name:20} " + ", ".join(f"{k} {v}" for k, v in row.items()))
                continue
            ratio = row["p50"] / row["sql_p50"] if row.get("sql_p50") else float("nan")
            print(
                f"  {name:20} {row['p50']:8.2f} {row['p95']:8.2f} {row.get('statements', 0):4}"
                f" {ratio:12.2f} {row['p50'] / blank:8.2f} {row['p50'] / first[name]['p50']:11.2f}"
            )


if __name__ == "__main__":
    sys.exit(main())
