"""What the schedule calls."""

from onque.kernel.jobs import job
from onque.modules.mail.services import balance, breaker, checking, delivery, running


@job(every_seconds=10)
def sweep_mail() -> None:
    """Send again what is due, and resolve what a dead worker left.

    Not in the queue of mail, where it would wait behind the very backlog of a dead worker.
    """
    delivery.sweep()
    running.sweep_runs()


@job(every_seconds=86_400)
def forget_automatic_counts() -> None:
    """Drop old counts of automatic mail."""
    breaker.forget_old_counts()


@job(every_seconds=3)
def look_for_test_mail() -> None:
    """Look for the mails that tests await."""
    checking.sweep()


@job(every_seconds=30)
def check_mail_balance() -> None:
    """Raise and clear alarms about mail that is not accounted for, or that nobody reads."""
    balance.check_balance()


@job(every_seconds=300)
def announce_stuck_mail() -> None:
    """Announce mail again that nobody has read for five minutes."""
    balance.announce_stuck()
