"""Refusals that stay inside the desk."""

from onque.kernel.errors import AppError


class ReplyLeft(AppError):
    """The reply is no longer held: it was sent, or somebody else took it up."""

    code = "desk.reply_left"
    status = 409


class AddressBounced(AppError):
    """Mail to the address came back before; nothing was sent. `address` and `why` say which."""

    code = "desk.address_bounced"
    status = 409


class OperationOutdated(AppError):
    """What the act did was changed since; nothing was undone. `field` may say what."""

    code = "desk.operation_outdated"
    status = 409


class CannotMerge(AppError):
    """These tickets cannot be merged: `reason` is same, trash, closed, merged or too_many."""

    code = "desk.cannot_merge"
    status = 409


class CannotSplit(AppError):
    """The message cannot become a ticket of its own: `reason` is only_message or not_theirs."""

    code = "desk.cannot_split"
    status = 409


class CannotLink(AppError):
    """The other ticket is none that can be linked: `reason` is same, unknown or no_number."""

    code = "desk.cannot_link"
    status = 422


class CannotFollowUp(AppError):
    """Only a closed ticket is followed up; any other is simply answered."""

    code = "desk.cannot_follow_up"
    status = 409
