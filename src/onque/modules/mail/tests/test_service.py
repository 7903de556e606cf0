"""The mailin service as a process of its own: ready, told to stop, killed."""

import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from onque.config.testing import free_port
from onque.modules.mail.tests import factories as make
from onque.modules.mail.tests.factories import ACME, CY, MailCast

Start = Callable[[], tuple[subprocess.Popen[bytes], int]]


@pytest.fixture
def cast(committed: None) -> MailCast:
    return make.make_mail_cast()


def _listens(port: int) -> bool:
    try:
        smtplib.LMTP("127.0.0.1", port, timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def run() -> tuple[subprocess.Popen[bytes], int]:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "onque.config", "serve", "mailin"],
            env={**os.environ, "ONQUE_LMTP_PORT": str(port), "ONQUE_LISTENER": "lmtp"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.append(process)
        for _try in range(300):
            if _listens(port):
                return process, port
            assert process.poll() is None, "the service ended at once"
            time.sleep(0.1)
        raise AssertionError("the service does not listen")

    yield run
    for process in running:
        process.kill()
        process.wait(10)


def send(port: int, raw: bytes) -> None:
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as peer:
        peer.sendmail(CY, [ACME], raw)


def test_it_stores_and_ends_when_told(cast: MailCast, start: Start) -> None:
    process, port = start()
    send(port, make.raw_mail())
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert [row.state for row in make.ledger(cast.acme)] == ["stored"]
    make.drain()
    assert [row.state for row in make.ledger(cast.acme)] == ["done"]


def test_killed_it_has_kept_every_mail_it_said_yes_to(cast: MailCast, start: Start) -> None:
    process, port = start()
    for number in range(10):
        send(port, make.raw_mail(f"글 {number}", message_id=f"{number}@customer.example"))
        if number == 4:
            process.kill()
            process.wait(10)
            with pytest.raises((OSError, smtplib.SMTPException)):
                send(port, make.raw_mail())
            process, port = start()
    make.drain()
    rows = make.ledger(cast.acme)
    assert sorted(row.rfc_id for row in rows) == [f"{n}@customer.example" for n in range(10)]
    assert {row.state for row in rows} == {"done"}
