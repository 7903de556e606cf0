"""The customer's side of mail: a real Postfix that carries and a real Dovecot that keeps.

Both run without systemd below one folder, on free ports of 127.0.0.1, as root only.
"""

import imaplib
import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from onque.config.embedded.process import free_port

PASSWORD = "only-for-tests"
NOBODY = 65534

DOVECOT = """
protocols = imap lmtp
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:~/Maildir
mail_uid = {nobody}
mail_gid = {nobody}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={home}/mail/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""

POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
myhostname = mx.customer.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relay_domains = customer.test, {domains}
transport_maps = inline:{{ {transports} }}
smtpd_recipient_restrictions = permit_mynetworks, reject
smtp_host_lookup = native
disable_dns_lookups = yes
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
alias_maps =
local_recipient_maps =
smtputf8_enable = yes
"""

POSTFIX_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
"""


def installed() -> bool:
    """Tell whether both programs are here and may be run (they need root)."""
    found = all(shutil.which(name, path="/usr/sbin:/usr/bin") for name in ("dovecot", "postfix"))
    return found and os.geteuid() == 0


class MailPeer:
    """Postfix and Dovecot; `domains` maps mail domains to the SMTP port that takes them.

    `lmtp` maps domains to LMTP ports.

    They give up root, so their folder lies where every user may go: not below pytest's.
    """

    def __init__(self, domains: dict[str, int], lmtp: dict[str, int] | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="onque-peer-"))
        self.smtp_port, self.imap_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.domains = domains
        self.lmtp = lmtp or {}
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Write the configurations and start both."""
        self.home.chmod(0o755)
        self._start_dovecot()
        self._start_postfix()
        self._wait(self.imap_port)
        self._wait(self.smtp_port)

    def stop(self) -> None:
        """Stop both and remove what they kept."""
        subprocess.run(
            ["/usr/sbin/postfix", "-c", str(self.home / "postfix"), "abort"],
            capture_output=True,
            check=False,
        )
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def send(self, mail: EmailMessage, *, sender: str, to: str) -> None:
        """Hand a mail to Postfix, as the customer's program does."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as server:
            server.send_message(mail, sender, [to])

    def inbox(self, user: str) -> list[EmailMessage]:
        """Return the mails in a customer's mail box, oldest first, by IMAP."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as server:
            server.login(user, PASSWORD)
            answer, _ = server.select("INBOX", readonly=True)
            if answer != "OK":  # nothing was ever delivered
                return []
            _, found = server.search(None, "ALL")
            mails = []
            for number in found[0].split():
                _, data = server.fetch(number.decode(), "(RFC822)")
                mails.append(message_from_bytes(data[0][1], policy=policy.default))  # type: ignore[index, arg-type]  # imaplib's loose types
            return mails  # type: ignore[return-value]  # the policy makes them EmailMessage

    def wait_for(
        self, user: str, wanted: Callable[[EmailMessage], bool], seconds: float = 60
    ) -> EmailMessage:
        """Return the first mail in the box that is the wanted one, waiting for it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for mail in self.inbox(user):
                if wanted(mail):
                    return mail
            time.sleep(0.3)
        subjects = [mail["Subject"] for mail in self.inbox(user)]
        raise AssertionError(f"The mail did not come; the box holds {subjects}.")

    def _start_dovecot(self) -> None:
        mail = self.home / "mail"
        mail.mkdir()
        os.chown(mail, NOBODY, NOBODY)
        settings = self.home / "dovecot.conf"
        settings.write_text(
            DOVECOT.format(
                home=self.home,
                nobody=NOBODY,
                password=PASSWORD,
                imap=self.imap_port,
                lmtp=self.lmtp_port,
            )
        )
        self._run("/usr/sbin/dovecot", "-F", "-c", str(settings))

    def _start_postfix(self) -> None:
        folder = self.home / "postfix"
        for name in ("", "queue", "data"):
            (self.home / name if name else folder).mkdir(exist_ok=True)
        shutil.chown(self.home / "data", "postfix", "postfix")
        routes = {"customer.test": f"lmtp:inet:127.0.0.1:{self.lmtp_port}"}
        routes |= {domain: f"smtp:[127.0.0.1]:{port}" for domain, port in self.domains.items()}
        routes |= {domain: f"lmtp:inet:127.0.0.1:{port}" for domain, port in self.lmtp.items()}
        transports = ", ".join(f"{{ {domain} = {hop} }}" for domain, hop in routes.items())
        (folder / "main.cf").write_text(
            POSTFIX_MAIN.format(
                home=self.home,
                domains=", ".join((*self.domains, *self.lmtp)),
                transports=transports,
            )
        )
        (folder / "master.cf").write_text(POSTFIX_MASTER.format(port=self.smtp_port))
        self._run("/usr/sbin/postfix", "-c", str(folder), "start-fg")

    def _run(self, *words: str) -> None:
        with (self.home / f"{Path(words[0]).name}.out").open("wb") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)

    def _wait(self, port: int) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with smtplib.socket.create_connection(("127.0.0.1", port), timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"Nothing listens on {port}: see {self.home}.")
