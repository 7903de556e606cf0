"""What the schedule calls."""

from onque.kernel.jobs import job
from onque.modules.customers.services import transferring


@job(every_seconds=15)
def sweep_runs() -> None:
    """Go on with files of customers whose worker was lost."""
    transferring.sweep()
