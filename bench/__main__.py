"""`make bench`: fill 10k, 100k and 1M tickets and print what pages cost at each size.

Arguments: sizes (default 10000 100000 1000000); `sockets` for the hub; `faults` for the kill run.
"""

import json
import os
import subprocess
import sys
from typing import Any

from bench.stack import Stack, stack

SIZES = (10_000, 100_000, 1_000_000)


def main() -> None:
    """Run what the arguments name."""
    wanted = sys.argv[1:]
    if wanted[:1] == ["sockets"]:
        from bench import sockets

        sockets.main(wanted[1:])
        return
    if wanted[:1] == ["faults"]:
        from bench import faults

        faults.main(wanted[1:])
        return
    sizes = [int(word) for word in wanted] or list(SIZES)
    with stack() as servers:
        results = {size: _measure(servers, size) for size in sizes}
    _print(results)


def _measure(servers: Stack, size: int) -> dict[str, Any]:
    database = servers.database(size)
    found: dict[str, Any] = {}
    for module in ("bench.pages", "bench.intake", "bench.serving"):
        run = subprocess.run(
            [sys.executable, "-m", module, str(size)],
            env={**os.environ, **servers.environment(database.name)},
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
    main()
