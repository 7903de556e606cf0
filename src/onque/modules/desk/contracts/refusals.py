"""Refusals of the desk that cross its door."""

from onque.kernel.errors import AppError


class TicketClosed(AppError):
    """A closed or trashed ticket takes no replies; start a follow-up."""

    code = "desk.ticket_closed"
    status = 409


class TicketStale(AppError):
    """Somebody wrote since the page was loaded; nothing was sent. `newer` holds the messages."""

    code = "desk.ticket_stale"
    status = 409


class TicketVersionConflict(AppError):
    """The property changed since it was read; `current` holds the ticket's present value."""

    code = "desk.ticket_version_conflict"
    status = 409


class TicketMergedAway(AppError):
    """The ticket was merged; `into` is the number of the one that has its messages now."""

    code = "desk.ticket_merged_away"
    status = 409
