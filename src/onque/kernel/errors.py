"""Refusals: what a use case says when it will not do what was asked.

An `AppError` carries a stable code ("desk.ticket_closed"), an HTTP status and facts for the
message. `kernel.http` turns it into a page, fragment or JSON answer and rolls the transaction back.
"""

from typing import ClassVar


class AppError(Exception):
    """A refusal with a code, a status and facts; subclass it once for each state refused."""

    code: ClassVar[str] = "app.refused"
    status: ClassVar[int] = 400

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class Forbidden(AppError):
    """The actor lacks a permission; `permission` is among the facts."""

    code = "access.forbidden"
    status = 403


class NotFound(AppError):
    """There is no such thing here, or the actor may not know of it."""

    code = "app.not_found"
    status = 404


class Conflict(AppError):
    """The thing changed since it was read; nothing was written."""

    code = "app.conflict"
    status = 409


class Gone(AppError):
    """It existed once; a link has expired."""

    code = "app.gone"
    status = 410


class Invalid(AppError):
    """A value cannot be accepted; `field` and `reason` are among the facts."""

    code = "app.invalid"
    status = 422


class TooMany(AppError):
    """Too many tries; `retry_after_seconds` is among the facts."""

    code = "app.too_many"
    status = 429


class Unavailable(AppError):
    """A store that this act needs does not answer; nothing was written."""

    code = "app.unavailable"
    status = 503
