"""What the schedule calls."""

from onque.kernel.jobs import job
from onque.modules.desk.services import holding


@job(every_seconds=1)
def release_replies() -> None:
    """Send the replies whose few seconds for undo are over."""
    holding.release_due()
