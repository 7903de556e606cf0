"""Handing one mail to the outgoing server, with the moment of no return made visible.

Everything up to the recipients may fail without harm. From the first byte of the text until the
server's answer nobody can tell whether the mail went out. Source: RFC 5321, 4.2.5 and 4.5.3.2.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote, urlsplit

from django.conf import settings

from onque.modules.mail.rules.refusals import is_permanent

_TIMEOUT_SECONDS = 20
_DONE, _FORWARDED = 250, 251
_DATA_TIMEOUT_SECONDS = 50


class Outcome(Enum):
    """What became of one try."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"
    UNSURE = "unsure"
    NOT_OURS = "not_ours"
    """The claim was lost before anything was handed over."""


@dataclass(frozen=True)
class Result:
    """The outcome and the server's words."""

    outcome: Outcome
    words: str = ""


def deliver(raw: bytes, *, sender: str, recipient: str, before_text: Callable[[], bool]) -> Result:
    """Send the bytes to one recipient.

    `before_text` is called, and must be durable, right before the text is handed over; when it
    returns False nothing is sent. Never raises for what a server, the network or the setting of
    the server's address does. Whatever goes wrong before the sender is named (greeting, TLS,
    signing in) is the server's fault and not the mail's: it is to be tried later.
    """
    try:
        server = _connect()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Result(Outcome.LATER, _words(error))
    try:
        with _parting(server):
            refused = _envelope(server, sender, recipient)
            if refused is not None:
                return refused
            if not before_text():
                return Result(Outcome.NOT_OURS)
            return _hand_over(server, raw)
    except smtplib.SMTPResponseException as error:
        return _judged(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Result(Outcome.LATER, _words(error))


def _connect() -> smtplib.SMTP:
    """A greeted server, TLS where it is offered, signed in where an account is configured.

    Raises `OSError`, `smtplib.SMTPException`, and `ValueError` for a setting that is no address.
    """
    url = urlsplit(settings.SMTP_URL)
    host, context = url.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=_TIMEOUT_SECONDS, context=context)
    elif url.scheme == "smtp":
        server = smtplib.SMTP(host, url.port or 25, timeout=_TIMEOUT_SECONDS)
    else:
        raise ValueError(f"ONQUE_SMTP_URL is neither smtp:// nor smtps:// but {url.scheme!r}")
    try:
        server.ehlo_or_helo_if_needed()
        if url.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        _part(server)
        raise
    return server


@contextmanager
def _parting(server: smtplib.SMTP) -> Iterator[None]:
    """Leave the server at the end, whatever happens."""
    try:
        yield
    finally:
        _part(server)


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye; what the server answers no longer matters."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> Result | None:
    """Name sender and recipient; a result when the server will not have it."""
    options: list[str] = []
    if not (sender + recipient).isascii():
        if not server.has_extn("smtputf8"):
            return Result(Outcome.NEVER, "the outgoing server cannot write to such an address")
        options.append("SMTPUTF8")
        server.command_encoding = "utf-8"
    code, said = server.mail(sender, options)
    if code != _DONE:
        return _judged(code, said)
    code, said = server.rcpt(recipient)
    return None if code in {_DONE, _FORWARDED} else _judged(code, said)


def _hand_over(server: smtplib.SMTP, raw: bytes) -> Result:
    """The text and the answer to it; a connection lost in between leaves it unsure."""
    try:
        if server.sock is not None:
            server.sock.settimeout(_DATA_TIMEOUT_SECONDS)
        code, said = server.data(raw)
    except smtplib.SMTPDataError as error:  # refused before the text began
        return _judged(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Result(Outcome.UNSURE, _words(error))
    return Result(Outcome.SENT, _text(said)) if code == _DONE else _judged(code, said)


def _judged(code: int, said: bytes | str) -> Result:
    words = f"{code} {_text(said)}"
    return Result(Outcome.NEVER if is_permanent(code, words) else Outcome.LATER, words)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "backslashreplace") if isinstance(said, bytes) else said
