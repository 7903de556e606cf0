"""A real Postfix hands its queue to our listener over LMTP."""

import smtplib
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from tests.peers import MailPeer, installed

from onque.config.testing import free_port
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not installed(), reason="needs Postfix, Dovecot and root"),
]


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


@pytest.fixture
def ours() -> int:
    return free_port()


@pytest.fixture
def postfix(ours: int) -> Iterator[MailPeer]:
    peer = MailPeer({}, lmtp={"acme.example": ours})
    peer.start()
    yield peer
    peer.stop()


def until(check: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def waiting(peer: MailPeer) -> int:
    said = subprocess.run(
        ["/usr/sbin/postqueue", "-c", str(peer.home / "postfix"), "-j"],
        capture_output=True,
        check=False,
    )
    return len(said.stdout.splitlines())


def hand(peer: MailPeer, *raws: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", peer.smtp_port, timeout=20) as client:
        for raw in raws:
            client.sendmail(CY, [ACME], raw)


def test_postfix_keeps_what_we_cannot_take_and_delivers_it_once(
    cast: MailCast, postfix: MailPeer, ours: int
) -> None:
    mails = [make.raw_mail(f"글 {number}", subject=f"no. {number}") for number in range(20)]
    hand(postfix, *mails[:10])  # nobody listens
    until(lambda: waiting(postfix) == 10)
    assert make.ledger(cast.acme) == []
    with make.listener(port=ours):
        hand(postfix, *mails[10:])
        until(lambda: len(make.ledger(cast.acme)) == 20)
        until(lambda: waiting(postfix) == 0)
    make.drain()
    rows = make.ledger(cast.acme)
    assert sorted(row.subject for row in rows) == sorted(f"no. {n}" for n in range(20))
    assert {row.state for row in rows} == {"done"}
    assert {row.envelope_from for row in rows} == {CY}


def test_postfix_bounces_what_nobody_has(cast: MailCast, postfix: MailPeer, ours: int) -> None:
    with make.listener(port=ours), smtplib.SMTP("127.0.0.1", postfix.smtp_port) as client:
        client.sendmail("cy@customer.test", ["nobody@acme.example"], make.raw_mail())
        bounce = postfix.wait_for("cy@customer.test", lambda mail: "Undeliver" in mail["Subject"])
    assert "5.1.1" in bounce.as_string()
    assert make.ledger(cast.acme) == []
