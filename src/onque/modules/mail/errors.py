"""Refusals that stay inside mail."""

from onque.kernel.errors import AppError


class FileLinkGone(AppError):
    """The link to a file is too old or not ours, or the file was removed."""

    code = "mail.file_link_gone"
    status = 410
