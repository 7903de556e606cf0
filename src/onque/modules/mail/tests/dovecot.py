"""A real IMAP server for tests: Debian's Dovecot, run without systemd on a free port."""

import imaplib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
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
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
mail_fsync = never
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={home}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


@dataclass
class Dovecot:
    """A running server; every user name signs in with `PASSWORD`."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [_PROGRAM, "-F", "-c", self.home / "dovecot.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _try in range(100):
            try:
                with self.client("probe"):
                    return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.1)
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

    def put(self, user: str, *mails: bytes, folder: str = "INBOX") -> None:
        with self.client(user) as client:
            for raw in mails:
                status, _said = client.append(folder, "", "", raw)
                assert status == "OK"


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run a server of one's own, or skip with one loud line where that cannot be."""
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
    server = Dovecot(home, free_port())
    config = _CONFIG.format(home=home, port=server.port, password=PASSWORD)
    (home / "dovecot.conf").write_text(config)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
