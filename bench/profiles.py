"""Where the time goes: cProfile in the worker's pool processes, statements in PostgreSQL."""

import pstats
import signal
import time
from pathlib import Path

import psutil

from bench.faults_installation import Installation

TOP = 45
_TOP_STATEMENTS = """
SELECT round((total_plan_time + total_exec_time)::numeric, 0), calls,
       round(((total_plan_time + total_exec_time) / calls)::numeric, 3),
       round((total_plan_time / calls)::numeric, 3), regexp_replace(query, '\\s+', ' ', 'g')
FROM pg_stat_statements WHERE calls > 0 ORDER BY 1 DESC LIMIT 60
"""


def environment(folder: Path) -> dict[str, str]:
    """Return what makes an installation's worker profile itself."""
    hook = Path(__file__).with_name("profiling")
    return {"BENCH_PROFILE_DIR": str(folder.resolve()), "PYTHONPATH": str(hook)}


def restart_with_statements(installation: Installation) -> None:
    """Start the installation again with PostgreSQL counting its statements."""
    with installation.database() as connection:
        connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        connection.execute("ALTER SYSTEM SET pg_stat_statements.track_planning = on")
        connection.execute("ALTER SYSTEM SET pg_stat_statements.track_utility = on")
    installation.stop()
    installation.start()
    with installation.database() as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")


def begin(installation: Installation) -> None:
    """Forget what was counted so far."""
    with installation.database() as connection:
        connection.execute("SELECT pg_stat_statements_reset()")


def show(installation: Installation, folder: Path) -> None:
    """Print both profiles; times of statements in ms: total, calls, each, of that planning."""
    worker = installation.process("worker")
    for process in worker.children(recursive=True) if worker else []:
        _tell(process)
    time.sleep(3)
    files = sorted(str(path) for path in folder.glob("worker.*.prof"))
    if files:
        stats = pstats.Stats(*files)
        stats.sort_stats("cumulative").print_stats(TOP * 3)
        stats.sort_stats("tottime").print_stats(TOP)
    with installation.database() as connection:
        for total, calls, each, planning, query in connection.execute(
            _TOP_STATEMENTS.encode()
        ).fetchall():
            print(f"{total:>8} {calls:>7} {each:>8} {planning:>7}  {query[:150]}")


def _tell(process: psutil.Process) -> None:
    process.send_signal(signal.SIGUSR2)
