"""Trying a mail server out, one step at a time. Slow: called by tasks, with no transaction open."""

import imaplib
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field

from imap_tools.errors import ImapToolsError

from onque.modules.mail.rules.faults import Fault, login_fault
from onque.modules.mail.services import network, smtp
from onque.modules.mail.services.imap_client import Box
from onque.modules.mail.services.network import Failed
from onque.modules.mail.services.smtp import Outcome

_JUNK = "\\JUNK"
_MOST_FOLDERS = 500
Step = Callable[[str], object]


@dataclass(frozen=True)
class Server:
    """How to reach and enter a server; `token` instead of a password is an OAuth2 access token."""

    host: str
    port: int
    security: str
    user_name: str
    password: str
    token: str = field(default="", repr=False)


def find(server: Server) -> list[str]:
    """Return the server's addresses. Raises `Failed`."""
    return network.resolve(server.host, server.port)


def enter(server: Server, box: Box) -> None:
    """Log in. Raises `Failed`."""
    if not (server.password or server.token):
        raise Failed(Fault.NO_PASSWORD)
    try:
        if server.token:
            box.xoauth2(server.user_name, server.token, initial_folder=None)
        else:
            box.login(server.user_name, server.password, initial_folder=None)
    except (ImapToolsError, imaplib.IMAP4.error, UnicodeError) as error:
        fault = Fault.TOKEN_REFUSED if server.token else login_fault(server.host, str(error))
        raise Failed(fault, str(error)) from error
    except OSError as error:
        raise Failed(Fault.UNREACHABLE, str(error)) from error


def folders(box: Box) -> list[tuple[str, bool]]:
    """Return the names of folders mail lies in, and whether each is for spam. Raises `Failed`."""
    try:
        found = box.folder.list()
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        raise Failed(Fault.BROKE, str(error)) from error
    shown = [item for item in found if "\\NOSELECT" not in _flags(item.flags)]
    return [(item.name, _JUNK in _flags(item.flags)) for item in shown[:_MOST_FOLDERS]]


def _flags(flags: tuple[str, ...]) -> set[str]:
    return {flag.upper() for flag in flags}


def open_folder(box: Box, folder: str) -> int:
    """Open a folder, changing nothing in it; return how many mails lie there. Raises `Failed`."""
    try:
        count: int = box.folder.status(folder, ["MESSAGES"])["MESSAGES"]
        box.folder.set(folder, readonly=True)
    except (ImapToolsError, imaplib.IMAP4.error, OSError, KeyError) as error:
        raise Failed(Fault.FOLDER_MISSING, str(error)) from error
    return count


def holds(box: Box, folder: str, message_id: str) -> bool:
    """Tell whether a folder holds the mail with a Message-ID. Raises `Failed`."""
    open_folder(box, folder)
    try:
        return bool(box.uids(f'HEADER Message-ID "<{message_id}>"'))
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        raise Failed(Fault.BROKE, str(error)) from error


def leave(box: Box) -> None:
    """Log out; what the server says no longer matters."""
    try:
        box.client.logout()
    except (imaplib.IMAP4.error, OSError):
        box.client.shutdown()


def send_by(server: Server, raw: bytes, *, sender: str, recipient: str) -> str:
    """Send a mail through the workspace's own server; return its words. Raises `Failed`."""
    client = network.open_smtp(server.host, find(server), server.port, server.security)
    try:
        _enter_smtp(client, server)
        client.sendmail(sender, [recipient], raw)
    except smtplib.SMTPSenderRefused as error:
        raise Failed(Fault.SENDER_REFUSED, _said(error)) from error
    except smtplib.SMTPRecipientsRefused as error:
        words = "; ".join(f"{code} {_text(said)}" for code, said in error.recipients.values())
        raise Failed(Fault.RECIPIENT_REFUSED, words) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Failed(Fault.NOT_SENT, _said(error)) from error
    finally:
        _part(client)
    return server.host


def _part(client: network.SmtpClient) -> None:
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        client.close()


def _enter_smtp(client: network.SmtpClient, server: Server) -> None:
    if not (server.user_name and (server.password or server.token)):
        return
    try:
        if server.token:
            smtp.sign_in_by_token(client, server.user_name, server.token)
        else:
            client.login(server.user_name, server.password)
    except smtplib.SMTPNotSupportedError as error:
        raise Failed(Fault.TLS_MISSING, str(error)) from error
    except (smtplib.SMTPAuthenticationError, UnicodeError) as error:
        said = _said(error)
        fault = Fault.TOKEN_REFUSED if server.token else login_fault(server.host, said)
        raise Failed(fault, said) from error


def send_by_installation(raw: bytes, *, sender: str, recipient: str) -> str:
    """Send a mail through the installation's relay; return its words. Raises `Failed`."""
    result = smtp.deliver(raw, sender=sender, recipient=recipient, before_text=lambda: True)
    if result.outcome is not Outcome.SENT:
        raise Failed(Fault.NOT_SENT, result.words)
    return result.words


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "backslashreplace") if isinstance(said, bytes) else said
