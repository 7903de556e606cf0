"""Connections to servers that a workspace names: only to addresses it may reach through us.

A name that leads to a private or loopback address is refused unless `ONQUE_MAIL_PRIVATE_HOSTS`
allows it, and the address that was checked is the one connected to, so that a second answer of the
DNS changes nothing. Source: OWASP, "Server Side Request Forgery Prevention".
"""

import imaplib
import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings
from typing_extensions import override

from onque.modules.mail.rules.faults import Fault
from onque.modules.mail.services.imap_client import Box

TIMEOUT_SECONDS = 10


class Failed(Exception):
    """A step failed: its code, and the technical words."""

    def __init__(self, fault: Fault, words: str = "") -> None:
        super().__init__(fault, words)
        self.fault = fault
        self.words = words[:500]


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a server that may be connected to. Raises `Failed`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failed(Fault.HOST_UNKNOWN, str(error)) from error
    all_of_them = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    allowed = [address for address in all_of_them if is_allowed(address)]
    if not allowed:
        raise Failed(Fault.HOST_PRIVATE, ", ".join(all_of_them))
    return allowed


def is_allowed(address: str) -> bool:
    """Tell whether a workspace may have us connect to the address."""
    if settings.MAIL_PRIVATE_HOSTS:
        return True
    number = ipaddress.ip_address(address.partition("%")[0])
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return (mapped or number).is_global and not number.is_multicast


def connect(addresses: Sequence[str], port: int) -> socket.socket:
    """Return a connection to the first address that answers. Raises `Failed`."""
    last: Exception | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), TIMEOUT_SECONDS)
        except OSError as error:
            last = error
    if isinstance(last, TimeoutError):
        raise Failed(Fault.TIMEOUT, str(last))
    kind = Fault.REFUSED if isinstance(last, ConnectionRefusedError) else Fault.UNREACHABLE
    raise Failed(kind, str(last))


def secured(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """Return the connection under TLS, the certificate checked for the name. Raises `Failed`."""
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except (OSError, ValueError) as error:
        plain.close()
        raise tls_failed(error) from error


def tls_failed(error: Exception) -> Failed:
    """What went wrong with TLS."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failed(Fault.TLS_CERTIFICATE, error.verify_message)
    if isinstance(error, TimeoutError):
        return Failed(Fault.TIMEOUT, str(error))
    return Failed(Fault.TLS_FAILED, str(error))


class ImapClient(imaplib.IMAP4):
    """imaplib's client over a connection that is there already."""

    def __init__(self, connected: socket.socket, host: str) -> None:
        self._connected = connected
        super().__init__(host, timeout=TIMEOUT_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - imaplib's hook
        return self._connected

    @override
    def shutdown(self) -> None:
        with suppress(OSError):  # a handshake that failed has closed the socket already
            super().shutdown()


class SmtpClient(smtplib.SMTP):
    """smtplib's client over a connection that is there already."""

    def __init__(self, connected: socket.socket, host: str) -> None:
        self._connected = connected
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._host = host  # the name TLS checks
        code, said = self.connect(host, 1)
        if code != 220:  # noqa: PLR2004 - RFC 5321, 4.3.1: ready
            raise smtplib.SMTPConnectError(code, said)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        return self._connected


def open_imap(host: str, addresses: Sequence[str], port: int, security: str) -> Box:
    """Return a greeted IMAP server, under TLS as `security` says. Raises `Failed`."""
    plain = connect(addresses, port)
    link = secured(plain, host) if security == "tls" else plain
    try:
        client = ImapClient(link, host)
    except (imaplib.IMAP4.error, OSError) as error:
        link.close()
        raise _greeting_failed(error) from error
    if security == "starttls":
        _start_tls(client)
    return Box(client)


def _start_tls(client: ImapClient) -> None:
    if "STARTTLS" not in client.capabilities:
        client.shutdown()
        raise Failed(Fault.TLS_MISSING)
    try:
        client.starttls(ssl.create_default_context())
    except (imaplib.IMAP4.error, OSError) as error:
        client.shutdown()
        raise tls_failed(error) from error


def open_smtp(host: str, addresses: Sequence[str], port: int, security: str) -> SmtpClient:
    """Return a greeted SMTP server, under TLS as `security` says. Raises `Failed`."""
    plain = connect(addresses, port)
    link = secured(plain, host) if security == "tls" else plain
    try:
        client = SmtpClient(link, host)
        client.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError) as error:
        link.close()
        raise _greeting_failed(error) from error
    if security == "starttls":
        _start_smtp_tls(client)
    return client


def _start_smtp_tls(client: SmtpClient) -> None:
    try:
        client.starttls(context=ssl.create_default_context())
        client.ehlo()
    except smtplib.SMTPException as error:
        client.close()
        raise Failed(Fault.TLS_MISSING, str(error)) from error
    except OSError as error:
        client.close()
        raise tls_failed(error) from error


def _greeting_failed(error: Exception) -> Failed:
    fault = Fault.TIMEOUT if isinstance(error, TimeoutError) else Fault.NOT_MAIL
    return Failed(fault, str(error))
