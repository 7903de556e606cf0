"""A small kill run: the same program as `make bench ARGS=faults`, one kill of each kind."""

from pathlib import Path

import pytest
from bench.faults import Plan, run


@pytest.mark.faults
@pytest.mark.timeout(280)
def test_nothing_is_lost_or_doubled_while_everything_is_killed(tmp_path: Path):
    plan = Plan(
        mails=60,
        replies=20,
        kills=1,
        seconds=8,
        seed=7,
        limit_seconds=150,
        youngest_seconds=2,
        hurry=True,
    )
    lines = run(plan, tmp_path)
    table = "\n".join(line.text() for line in lines)
    assert all(line.holds is not False for line in lines), f"\n{table}"
    assert sum(line.what.startswith("kill -9") for line in lines) == 4
