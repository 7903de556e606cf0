"""Servers to try connections out on: a relay that delivers into Dovecot, peers that misbehave."""

import asyncio
import base64
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onque.config.testing import free_port
from onque.modules.mail.tests.dovecot import PASSWORD, Dovecot


@dataclass
class Relay:
    """An SMTP server that wants the password and delivers into a folder of a Dovecot."""

    port: int
    dovecot: Dovecot | None = None
    user: str = "support"
    folder: str = "INBOX"
    on_sender: str = ""
    on_recipient: str = ""
    received: list[bytes] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    """The access tokens it takes, signed in with by XOAUTH2."""

    async def auth_XOAUTH2(self, server, args):  # noqa: N802
        said = base64.b64decode(args[1]).decode()
        token = said.partition("auth=Bearer ")[2].strip("\x01")
        if token in self.tokens:
            return AuthResult(success=True, handled=False)
        await server.push("334 " + base64.b64encode(b'{"status":"400"}').decode())
        assert await server._reader.readline() == b"\r\n"
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(self, _server, _session, envelope, address, options):  # noqa: N802
        if self.on_sender:
            return self.on_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.on_recipient:
            return self.on_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.received.append(envelope.original_content)
        if self.dovecot is not None:
            await asyncio.to_thread(
                self.dovecot.put, self.user, envelope.original_content, folder=self.folder
            )
        return "250 Taken"


@contextmanager
def relay(dovecot: Dovecot | None = None, **options: object) -> Iterator[Relay]:
    keeper = Relay(free_port(), dovecot)

    def check(_server, _session, _envelope, _mechanism, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given.password == PASSWORD.encode(), handled=False)

    controller = Controller(
        keeper,
        hostname="127.0.0.1",
        port=keeper.port,
        authenticator=check,
        auth_require_tls=False,
        auth_required=True,
        **options,
    )
    with warnings.catch_warnings():  # of passwords in the clear, at each connection
        warnings.filterwarnings("ignore", "Requiring AUTH", UserWarning)
        controller.start()
        try:
            yield keeper
        finally:
            controller.stop()


Talk = Callable[[socket.socket], None]


@contextmanager
def peer(talk: Talk) -> Iterator[int]:
    """A server that does with each connection what `talk` says; yields its port."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                link, _address = server.accept()
            except OSError:
                return
            with link:
                try:
                    talk(link)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(10)


def imap_that_refuses(words: str) -> Talk:
    """An IMAP server that refuses every log-in with some words."""

    def talk(link: socket.socket) -> None:
        link.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        lines = link.makefile("rb")
        for line in lines:
            tag, _, command = line.strip().partition(b" ")
            if command.upper().startswith(b"CAPABILITY"):
                link.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
            elif command.upper().startswith(b"LOGOUT"):
                link.sendall(b"* BYE\r\n" + tag + b" OK done\r\n")
                return
            else:
                link.sendall(tag + b" NO " + words.encode() + b"\r\n")

    return talk


def certificate(folder: Path, name: str = "localhost") -> ssl.SSLContext:
    """A server's context with a certificate of its own authority; its file is `folder/ca.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context
