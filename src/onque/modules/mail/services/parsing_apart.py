"""Reading mail within bounds: large ones in a process of their own, with limits the system keeps.

A mail that needs more memory or time than its size explains takes down that process, not the
worker.
"""

import pickle
import subprocess
import sys

from onque.modules.mail.rules.parsed import ParsedMail
from onque.modules.mail.rules.parsing import parse_mail, unreadable

APART_BYTES = 1_000_000
"""Larger mail is read apart."""
MEMORY_BYTES = 512 * 1024 * 1024
"""Address space beside what the size itself explains."""
MEMORY_PER_BYTE = 8
CPU_SECONDS = 30
WALL_SECONDS = 60
PAGE_SECONDS = 15
"""Instead, where a page waits."""
_CHILD = "onque.modules.mail.rules.child"


class TooCostly(Exception):
    """The mail would hold up whoever reads it; it belongs in quarantine."""


def read_mail(raw: bytes, *, null_sender: bool = False) -> ParsedMail:
    """What a mail says. Raises `TooCostly`, for bombs too, after `WALL_SECONDS` at the latest.

    `null_sender` tells that it was delivered with an empty envelope sender.
    """
    mail = _read(raw, null_sender=null_sender, wall_seconds=WALL_SECONDS)
    if mail.is_bomb:
        raise TooCostly(f"beyond the limits: {', '.join(mail.excess)}")
    return mail


def read_for_page(raw: bytes) -> ParsedMail:
    """What a mail says, for somebody who waits for it: of a bomb what was read within the limits.

    Never raises: what cannot be read within the same memory and `PAGE_SECONDS` is one file with a
    note. Small mail is read here, for ``rules.limits`` bounds what its size can cost.
    """
    try:
        return _read(raw, null_sender=False, wall_seconds=PAGE_SECONDS)
    except TooCostly as error:
        return unreadable(raw, str(error))


def _read(raw: bytes, *, null_sender: bool, wall_seconds: int) -> ParsedMail:
    if len(raw) <= APART_BYTES:
        return parse_mail(raw, null_sender=null_sender)
    return _read_apart(raw, null_sender=null_sender, wall_seconds=wall_seconds)


def _read_apart(raw: bytes, *, null_sender: bool, wall_seconds: int) -> ParsedMail:
    memory = MEMORY_BYTES + MEMORY_PER_BYTE * len(raw)
    command = [sys.executable, "-m", _CHILD, str(memory), str(CPU_SECONDS), str(int(null_sender))]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            command, input=raw, capture_output=True, timeout=wall_seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooCostly(f"reading it took more than {wall_seconds} s") from error
    if done.returncode:
        last = done.stderr.decode("utf-8", "backslashreplace").strip().rpartition("\n")[2]
        raise TooCostly(f"reading it ended with {done.returncode}: {last[:300]}")
    mail = pickle.loads(done.stdout)  # noqa: S301  written by our own process a moment ago
    if not isinstance(mail, ParsedMail):
        raise TooCostly("reading it gave nothing")
    return mail
