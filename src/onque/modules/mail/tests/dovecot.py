"""A real IMAP server for tests: Debian's Dovecot, run without systemd on a free port."""

import imaplib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from onque.config.testing import free_port

PASSWORD = "secret"
_PROGRAM = Path("/usr/sbin/dovecot")
_CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
{more}
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
mail_fsync = never
auth_failure_delay = 0
{passdb}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={home}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


_STATIC = """passdb {{
  driver = static
  args = password={password}
}}"""
_TOKENS = """auth_mechanisms = plain xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {home}/oauth2.conf
}}"""
_QUESTION = """introspection_mode = get
introspection_url = {url}/whose?access_token=
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass
class Dovecot:
    """A running server; every user name signs in with `PASSWORD`."""

    home: Path
    port: int
    tls_port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [_PROGRAM, "-F", "-c", self.home / "dovecot.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _try in range(100):
            try:
                client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
                client.shutdown()
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.home / "dovecot.log").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    @contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        try:
            client.login(user, PASSWORD)
            yield client
        finally:
            client.shutdown()

    def fill(self, user: str, mails: Iterable[bytes]) -> None:
        """Lay mails into the inbox on disk, in order, as fast as the disk is."""
        folder = self.home / "mail" / user / "new"
        for name in ("new", "cur", "tmp"):
            (folder.parent / name).mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(mails):
            (folder / f"{1_700_000_000 + number}.M{number}P1.test").write_bytes(raw)
        subprocess.run(["chown", "-R", "nobody:nogroup", folder.parent], check=True)

    def kill_sessions(self) -> None:
        """Kill every IMAP process, as when the machine falls over."""
        for folder in Path("/proc").iterdir():
            try:
                line = (folder / "cmdline").read_bytes()
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if line.startswith(b"dovecot/imap\0") and self.process and parent == self.process.pid:
                os.kill(int(folder.name), signal.SIGKILL)

    def put(self, user: str, *mails: bytes, folder: str = "INBOX") -> None:
        with self.client(user) as client:
            for raw in mails:
                status, _said = client.append(folder, "", "", raw)
                assert status == "OK"


@contextmanager
def dovecot(*, more: str = "", authority: str = "") -> Iterator[Dovecot]:
    """Run a server of one's own, or skip with one loud line where that cannot be.

    `more` are lines of its configuration; with the address of an `authority` people sign in by
    OAuth2 alone.
    """
    if not _PROGRAM.exists() or os.geteuid() != 0:
        words = "SKIPPED: mailbox tests need Debian's dovecot-imapd and root."
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    home = Path(tempfile.mkdtemp(prefix="onque-dovecot-"))
    home.chmod(0o755)
    for name in ("run", "state", "mail"):
        (home / name).mkdir(mode=0o777)
        (home / name).chmod(0o777)
    server = Dovecot(home, free_port(), free_port())
    _make_certificate(home)
    passdb = (_TOKENS if authority else _STATIC).format(home=home, password=PASSWORD)
    (home / "oauth2.conf").write_text(_QUESTION.format(url=authority))
    config = _CONFIG.format(
        home=home,
        port=server.port,
        tls_port=server.tls_port,
        tls=f"ssl = yes\nssl_cert = <{home}/cert.pem\nssl_key = <{home}/key.pem",
        more=more,
        passdb=passdb,
    )
    (home / "dovecot.conf").write_text(config)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _make_certificate(home: Path) -> None:
    words = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    files = ["-keyout", str(home / "key.pem"), "-out", str(home / "cert.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *words, *files],
        check=True,
        capture_output=True,
    )
