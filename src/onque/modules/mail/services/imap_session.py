"""Talking to one IMAP server, in the few words that fetching needs; no database here.

Every fault leaves as `SessionFault` with a code, but refusals of single mails, which are imaplib's.
Source: RFC 3501, 2177 (IDLE), 4315 (UIDPLUS), 4731 (ESEARCH), 6851 (MOVE), 7628 (OAUTHBEARER).
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from onque.modules.mail.rules import faults
from onque.modules.mail.rules.polling import Fault, command_fault, login_fault
from onque.modules.mail.services import network
from onque.modules.mail.services.imap_client import READ_SECONDS, Box, Client

_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.IGNORECASE)
_ALL = re.compile(rb"\bALL ([\d:,]+)", re.IGNORECASE)
_KEEP_ALIVE = (  # a peer that vanished in silence is noticed within two minutes
    ((socket.SOL_SOCKET, socket.SO_KEEPALIVE), 1),
    ((socket.IPPROTO_TCP, socket.TCP_KEEPIDLE), 60),
    ((socket.IPPROTO_TCP, socket.TCP_KEEPINTVL), 15),
    ((socket.IPPROTO_TCP, socket.TCP_KEEPCNT), 4),
)
_TRIED = {
    faults.Fault.HOST_UNKNOWN: Fault.HOST_UNKNOWN,
    faults.Fault.HOST_PRIVATE: Fault.HOST_PRIVATE,
    faults.Fault.TIMEOUT: Fault.TIMEOUT,
    faults.Fault.REFUSED: Fault.CONNECTION_REFUSED,
    faults.Fault.UNREACHABLE: Fault.CONNECTION_REFUSED,
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class SessionFault(RuntimeError):
    """The mailbox cannot be fetched now: a code and the server's own words."""

    def __init__(self, fault: Fault, words: str = "") -> None:
        super().__init__(fault, words)
        self.fault = fault
        self.words = words[:500]


ERRORS = (SessionFault, ImapToolsError, imaplib.IMAP4.error, OSError)
"""What a conversation with a server can end with."""


@dataclass(frozen=True)
class Server:
    """How to reach and enter a server; `token` instead of a password is an OAuth2 access token."""

    host: str
    port: int
    security: str
    verify_certificate: bool
    user_name: str
    password: str = ""
    token: str = ""


@dataclass(frozen=True)
class Opened:
    """What a server says of a folder that was opened."""

    exists: int
    uid_validity: int
    uid_next: int


class Session:
    """An entered connection. Not for two threads at once."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.capabilities = _capabilities(client)
        self._idle_tag: bytes = b""

    @property
    def can_idle(self) -> bool:
        """The server can tell of new mail by itself."""
        return "IDLE" in self.capabilities

    def open(self, folder: str, *, to_change: bool) -> Opened:
        """Open a folder, `to_change` only when something is changed in it."""
        self.client.begin()
        try:
            status, found = self.client.select(_quoted(folder), readonly=not to_change)
        except imaplib.IMAP4.abort as error:
            raise SessionFault(Fault.DISCONNECTED, str(error)) from error
        except imaplib.IMAP4.error as error:
            raise SessionFault(Fault.FOLDER_MISSING, f"{folder}: {error}") from error
        if status != "OK":
            raise SessionFault(Fault.FOLDER_MISSING, f"{folder}: {_text(found)}")
        validity, uid_next = self._number("UIDVALIDITY"), self._number("UIDNEXT")
        if not validity or not uid_next:
            raise SessionFault(Fault.SERVER_REFUSED, f"{folder}: no UIDVALIDITY or UIDNEXT")
        exists = int(found[0] or 0) if found and found[0] is not None else 0
        return Opened(exists, validity, uid_next)

    def _number(self, name: str) -> int:
        _name, found = self.client.response(name)
        values = [value for value in found or [] if value]
        return int(values[-1]) if values else 0

    def uids(
        self, first: int, last: int | None = None, *, since: datetime | None = None
    ) -> list[int]:
        """Return the UIDs from `first` to `last` in order, of mail that came `since` then."""
        if last is not None and last < first:
            return []
        self.client.begin()
        self.client.untagged_responses.pop("EXISTS", None)
        words = ["UID", f"{first}:{last or '*'}"]
        if since is not None:
            words += ["SINCE", f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"]
        if "ESEARCH" in self.capabilities:
            found = self._search_short(words)
        else:
            _status, data = self._run("SEARCH", *words)
            found = [int(uid) for item in data if isinstance(item, bytes) for uid in item.split()]
        # "n:*" also names the last mail when n is above it
        return sorted({uid for uid in found if uid >= first and (last is None or uid <= last)})

    def _search_short(self, words: list[str]) -> list[int]:
        self.client.untagged_responses.pop("ESEARCH", None)
        self._run("SEARCH", "RETURN", "(ALL)", *words)
        _name, data = self.client.response("ESEARCH")
        return [uid for item in data or [] if item for uid in _ranges(item)]

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return the sizes in bytes of those of the mails that are still there."""
        _status, found = self._run("FETCH", compact(uids), "(UID RFC822.SIZE)")
        sizes: dict[int, int] = {}
        for item in found:
            if isinstance(item, bytes):
                uid, size = _UID.search(item), _SIZE.search(item)
                if uid and size:
                    sizes[int(uid[1])] = int(size[1])
        return {uid: sizes[uid] for uid in uids if uid in sizes}

    def raws(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return the bytes of those of the mails that are still there, marking none as read."""
        _status, found = self._run("FETCH", compact(uids), "(UID BODY.PEEK[])")
        raws: dict[int, bytes] = {}
        for place, item in enumerate(found):
            if not isinstance(item, tuple) or not isinstance(item[1], bytes):
                continue
            tail = found[place + 1] if place + 1 < len(found) else b""
            uid = _UID.search(item[0]) or (_UID.search(tail) if isinstance(tail, bytes) else None)
            if uid:
                raws[int(uid[1])] = item[1]
        return raws

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails as read; those that are gone are passed over."""
        self._run("STORE", compact(uids), "+FLAGS.SILENT", r"(\Seen)")

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails; those that are gone are passed over, so that it may be repeated."""
        if "MOVE" in self.capabilities:
            self._run("MOVE", compact(uids), _quoted(folder))
            return
        _status, data = self._run("SEARCH", "UID", compact(uids), "UNDELETED")
        left = [int(uid) for item in data if isinstance(item, bytes) for uid in item.split()]
        if left:
            self._run("COPY", compact(left), _quoted(folder))
        self.delete(uids)

    def delete(self, uids: Sequence[int]) -> None:
        """Remove mails; without UIDPLUS they stay marked as deleted, since others' would go too."""
        self._run("STORE", compact(uids), "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self.capabilities:
            self._run("EXPUNGE", compact(uids))

    def create(self, folder: str) -> None:
        """Make a folder; one that is there already is no fault."""
        self.client.begin()
        self.client.create(_quoted(folder))

    def idle(self) -> bool:
        """Ask to be told of new mail; tell whether some came since the last search."""
        self.client.begin()
        tag = self.client._command("IDLE")  # noqa: SLF001 - imaplib has no word for IDLE yet
        while self.client._get_response() is not None:  # noqa: SLF001
            if self.client.tagged_commands[tag] is not None:
                raise SessionFault(Fault.SERVER_REFUSED, "IDLE was refused")
        self._idle_tag = tag
        return "EXISTS" in self.client.untagged_responses

    def end_idle(self) -> None:
        """Take up the conversation again."""
        self.client.begin()
        tag, self._idle_tag = self._idle_tag, b""
        self.client.send(b"DONE\r\n")
        self.client._command_complete("IDLE", tag)  # noqa: SLF001

    def leave(self) -> None:
        """Log out; what the server says no longer matters."""
        try:
            self.client.begin()
            self.client.sock.settimeout(2)
            if not self._idle_tag:
                self.client.logout()
        except (imaplib.IMAP4.error, OSError):
            pass
        finally:
            self.client.shutdown()

    def _run(self, *words: str | bytes) -> tuple[str, list[object]]:
        self.client.begin()
        status, found = self.client.uid(*words)  # type: ignore[arg-type]  # bytes are quoted folders
        if status != "OK":
            raise imaplib.IMAP4.error(f"{words[0]!s}: {_text(found)}")
        return status, [item for item in found if item is not None]


def enter(server: Server) -> Session:
    """Return a session with a server. Raises `SessionFault`."""
    client = _connected(server)
    try:
        _log_in(client, server)
        return Session(client)
    except SessionFault:
        client.shutdown()
        raise
    except (imaplib.IMAP4.error, OSError) as error:
        client.shutdown()
        raise fault_of(error) from error


def list_folders(session: Session) -> list[str]:
    """Return the names of the folders that mail can lie in."""
    found = Box(session.client).folder.list()
    return [item.name for item in found if "\\NOSELECT" not in {f.upper() for f in item.flags}]


def fault_of(error: Exception) -> SessionFault:
    """What an error of a running conversation means."""
    if isinstance(error, SessionFault):
        return error
    words = f"{type(error).__name__}: {error}"
    if isinstance(error, TimeoutError):
        return SessionFault(Fault.TIMEOUT, words)
    if isinstance(error, imaplib.IMAP4.abort | OSError):
        said = command_fault(words)
        return SessionFault(Fault.DISCONNECTED if said is Fault.SERVER_REFUSED else said, words)
    return SessionFault(command_fault(words), words)


def compact(uids: Sequence[int]) -> str:
    """Return UIDs in order as IMAP writes a set: neighbours as a range."""
    parts: list[list[int]] = []
    for uid in uids:
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(f"{a}:{b}" if a != b else f"{a}" for a, b in parts)


def _ranges(item: bytes) -> list[int]:
    match = _ALL.search(item)
    uids: list[int] = []
    for part in match[1].split(b",") if match else []:
        first, _colon, last = part.partition(b":")
        low, high = sorted((int(first), int(last or first)))
        uids.extend(range(low, high + 1))
    return uids


def _connected(server: Server) -> Client:
    link = _secured(_socket(server), server) if server.security == "tls" else _socket(server)
    try:
        client = Client(link, server.host)
        if server.security == "starttls":
            client.starttls(_context(verify=server.verify_certificate))
    except ssl.SSLError as error:
        link.close()
        raise _tls_fault(error) from error
    except (imaplib.IMAP4.error, OSError) as error:
        link.close()
        if server.security == "starttls" and "STARTTLS" in str(error):
            raise SessionFault(Fault.TLS_FAILED, str(error)) from error
        raise fault_of(error) from error
    return client


def _socket(server: Server) -> socket.socket:
    try:
        link = network.connect(network.resolve(server.host, server.port), server.port)
    except network.Failed as error:
        raise SessionFault(_TRIED.get(error.fault, Fault.DISCONNECTED), error.words) from error
    link.settimeout(READ_SECONDS)
    for option, value in _KEEP_ALIVE:
        link.setsockopt(*option, value)
    return link


def _secured(plain: socket.socket, server: Server) -> ssl.SSLSocket:
    try:
        context = _context(verify=server.verify_certificate)
        return context.wrap_socket(plain, server_hostname=server.host)
    except ssl.SSLError as error:
        plain.close()
        raise _tls_fault(error) from error
    except TimeoutError as error:
        plain.close()
        raise SessionFault(Fault.TIMEOUT, str(error)) from error
    except (OSError, ValueError) as error:
        plain.close()
        raise SessionFault(Fault.TLS_FAILED, str(error)) from error


def _tls_fault(error: ssl.SSLError) -> SessionFault:
    if isinstance(error, ssl.SSLCertVerificationError):
        return SessionFault(Fault.CERTIFICATE, error.verify_message)
    return SessionFault(Fault.TLS_FAILED, str(error))


@lru_cache(maxsize=2)
def _context(*, verify: bool) -> ssl.SSLContext:
    """One for all connections: each would hold a copy of every root certificate."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _log_in(client: Client, server: Server) -> None:
    client.begin()
    try:
        if server.token:
            _with_token(client, server)
        elif "AUTH=PLAIN" in _capabilities(client):
            words = f"\0{server.user_name}\0{server.password}".encode()
            client.authenticate("PLAIN", lambda _said: words)
        else:
            Box(client).login(server.user_name, server.password, initial_folder=None)
    except (TimeoutError, imaplib.IMAP4.abort) as error:
        raise fault_of(error) from error
    except (ImapToolsError, imaplib.IMAP4.error, UnicodeError) as error:
        fault = login_fault(str(error), with_token=bool(server.token))
        raise SessionFault(fault, _plain(error)) from error


def _with_token(client: Client, server: Server) -> None:
    """Sign in by XOAUTH2, which all offer, else by OAUTHBEARER; each refusal wants an answer."""
    if "AUTH=XOAUTH2" not in _capabilities(client) and "AUTH=OAUTHBEARER" in _capabilities(client):
        name = "OAUTHBEARER"
        first = f"n,a={server.user_name},\1host={server.host}\1port={server.port}\1auth=Bearer "
    else:
        name, first = "XOAUTH2", f"user={server.user_name}\1auth=Bearer "
    answers = [f"{first}{server.token}\1\1".encode()]
    client.authenticate(name, lambda _said: answers.pop() if answers else b"\1")


def _capabilities(client: Client) -> set[str]:
    _status, found = client.capability()
    return set(_text(found).upper().split())


def _quoted(folder: str) -> str:
    return encode_folder(folder).decode("ascii")


def _text(found: Sequence[object] | None) -> str:
    said = [item for item in found or [] if isinstance(item, bytes)]
    return b" ".join(said).decode("utf-8", "backslashreplace")


def _plain(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "backslashreplace") if isinstance(said, bytes) else str(error)
