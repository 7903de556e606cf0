"""What the schedule calls in identity."""

from onque.kernel.jobs import job
from onque.modules.identity.services import sessions


@job(every_seconds=3600)
def remove_expired_sessions() -> None:
    """Delete the rows of sessions that ended long ago."""
    sessions.remove_expired()
