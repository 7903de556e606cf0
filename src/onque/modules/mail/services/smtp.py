"""Handing one mail to the outgoing server, with the moment of no return made visible.

Everything up to the recipients may fail without harm. From the first byte of the text until the
server's answer nobody can tell whether the mail went out. Source: RFC 5321, 4.2.5 and 4.5.3.2.
"""

import smtplib
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import unquote, urlsplit

from django.conf import settings

from onque.modules.mail.rules.refusals import is_permanent
from onque.modules.mail.services import network

_TIMEOUT_SECONDS = 20
_DONE, _FORWARDED = 250, 251
_DATA_TIMEOUT_SECONDS = 50
_MOST_MAILS = 100
_IDLE_SECONDS = 30.0


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
    """The outcome and the server's words; `known_as` is a Message-ID put in place of ours."""

    outcome: Outcome
    words: str = ""
    known_as: str = ""


@dataclass(frozen=True)
class Server:
    """An outgoing server. `security` is tls, starttls, none, or offered (TLS where it is).

    One that a workspace names is reached only where it may be (`network`); the installation's own
    is not `guarded`. `token` returns an OAuth2 access token to sign in with, another than the
    refused one it is given; it may be slow and raises `OSError`.
    """

    host: str
    port: int
    security: str = "offered"
    user: str = ""
    password: str = field(default="", repr=False)
    guarded: bool = True
    token: Callable[[str], str] | None = field(default=None, repr=False, compare=False)


def relay() -> Server:
    """Return the installation's own server; raise `ValueError` for a setting that is none."""
    url = urlsplit(settings.SMTP_URL)
    if url.scheme not in {"smtp", "smtps"}:
        raise ValueError(f"ONQUE_SMTP_URL is neither smtp:// nor smtps:// but {url.scheme!r}")
    secure = url.scheme == "smtps"
    return Server(
        host=url.hostname or "localhost",
        port=url.port or (465 if secure else 25),
        security="tls" if secure else "offered",
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        guarded=False,
    )


def deliver(
    raw: bytes,
    *,
    sender: str,
    recipient: str,
    before_text: Callable[[], bool],
    server: Server | None = None,
) -> Result:
    """Send the bytes to one recipient, through a server or the installation's own.

    `before_text` is called, and must be durable, right before the text is handed over; when it
    returns False nothing is sent. Never raises for what a server, the network or the setting of
    the server's address does. Whatever goes wrong before the sender is named (greeting, TLS,
    signing in) is the server's fault and not the mail's: it is to be tried later. The connection is
    kept for the next mail of this thread, unless anything was wrong with it.
    """
    try:
        to = server or relay()
        line = _line_to(to)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Result(Outcome.LATER, _words(error))
    try:
        refused = _envelope(line.smtp, sender, recipient)
        result = refused or (
            _hand_over(line.smtp, raw) if before_text() else Result(Outcome.NOT_OURS)
        )
    except smtplib.SMTPResponseException as error:
        result = _judged(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        result = Result(Outcome.LATER, _words(error))
    except BaseException:
        _part(line.smtp)
        raise
    _keep_or_part(to, line, result)
    return result


# --- one open connection for each thread ----------------------------------------------------------


@dataclass
class _Line:
    smtp: smtplib.SMTP
    mails: int = 0
    idle_since: float = 0.0


class _Kept(threading.local):
    to: Server | None = None
    line: _Line | None = None


_kept = _Kept()


def forget() -> None:
    """Close this thread's open connection, if there is one."""
    line, _kept.line, _kept.to = _kept.line, None, None
    if line is not None:
        _part(line.smtp)


def _line_to(server: Server) -> _Line:
    """The open connection if it still lives and is not worn, else a new one."""
    line = _kept.line if _kept.to == server else None
    if line is not None and _lives(line):
        _kept.line = None
        return line
    forget()
    return _Line(_connect(server))


def _lives(line: _Line) -> bool:
    if line.mails >= _MOST_MAILS or time.monotonic() - line.idle_since > _IDLE_SECONDS:
        return False
    try:
        code, _said = line.smtp.noop()
    except (OSError, smtplib.SMTPException):
        return False
    return bool(code == _DONE)


def _keep_or_part(server: Server, line: _Line, result: Result) -> None:
    try:
        if result.outcome is Outcome.UNSURE or line.smtp.rset()[0] != _DONE:
            _part(line.smtp)
            return
    except (OSError, smtplib.SMTPException):
        _part(line.smtp)
        return
    line.mails += 1
    line.idle_since = time.monotonic()
    _kept.to, _kept.line = server, line


def _connect(to: Server) -> smtplib.SMTP:
    """A greeted server, TLS as wanted, signed in where an account is configured.

    Raises `OSError` and `smtplib.SMTPException`.
    """
    context = ssl.create_default_context()
    server = _guarded(to) if to.guarded else _opened(to, context)
    try:
        server.ehlo_or_helo_if_needed()
        wants_tls = to.security == "starttls"
        if wants_tls or (to.security == "offered" and server.has_extn("starttls")):
            server.starttls(context=context)
            server.ehlo()
        if to.token is not None:
            _sign_in_by_token(server, to.user, to.token)
        elif to.user:
            server.login(to.user, to.password)
    except BaseException:
        _part(server)
        raise
    return server


def _opened(to: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    if to.security == "tls":
        return smtplib.SMTP_SSL(to.host, to.port, timeout=_TIMEOUT_SECONDS, context=context)
    return smtplib.SMTP(to.host, to.port, timeout=_TIMEOUT_SECONDS)


def _guarded(to: Server) -> smtplib.SMTP:
    """A connection to the address that was looked at, so that the name cannot lead elsewhere."""
    try:
        link = network.connect(network.resolve(to.host, to.port), to.port)
        if to.security == "tls":
            link = network.secured(link, to.host)
    except network.Failed as error:
        raise ConnectionError(f"{error.fault}: {error.words}") from error
    link.settimeout(_TIMEOUT_SECONDS)
    try:
        return network.SmtpClient(link, to.host)
    except BaseException:
        link.close()
        raise


def _sign_in_by_token(server: smtplib.SMTP, user: str, token_but: Callable[[str], str]) -> None:
    """Sign in by XOAUTH2; a token that is refused, revoked or ended early, is replaced once."""
    token = token_but("")
    try:
        sign_in_by_token(server, user, token)
    except smtplib.SMTPAuthenticationError:
        sign_in_by_token(server, user, token_but(token))


def sign_in_by_token(server: smtplib.SMTP, user: str, token: str) -> None:
    """Sign in with an access token. Raises `smtplib.SMTPException`.

    A refusal comes as a challenge that wants an empty answer. Source: Google's and Microsoft's
    pages on XOAUTH2.
    """
    answers = [f"user={user}\x01auth=Bearer {token}\x01\x01"]
    server.auth("XOAUTH2", lambda _said=None: answers.pop() if answers else "")


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
