"""What the schedule calls."""

from onque.kernel.jobs import job
from onque.modules.desk.services import bulk_working, holding, purging, snoozing


@job(every_seconds=1)
def release_replies() -> None:
    """Send the replies whose few seconds for undo are over."""
    holding.release_due()


@job(every_seconds=30)
def wake_tickets() -> None:
    """Bring back the tickets whose time has come."""
    snoozing.wake_due()


@job(every_seconds=3600)
def purge_trash() -> None:
    """Delete for good what has lain in the trash for 30 days."""
    purging.purge_trash()


@job(every_seconds=15)
def sweep_bulk() -> None:
    """Go on with acts on many tickets whose worker was lost."""
    bulk_working.sweep()
