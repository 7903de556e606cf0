"""Chooses free ports once, writes them down, and says clearly when an asked-for port is taken."""

import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

STEP = 10
TRIES = 200
PREFERRED: Mapping[str, int] = MappingProxyType(
    {
        "http": 8400,
        "sockets": 8401,
        "lmtp": 8424,
        "catcher": 8425,
        "postgres": 18432,
        "replica": 18433,
        "valkey": 18479,
    }
)


class PortTakenError(RuntimeError):
    """A port that was asked for belongs to another program; the text says what to do."""


@dataclass
class Ports:
    """Chosen ports, each held by a listening socket of ours until its server is about to start.

    Holding them keeps a second installation that starts at the same moment from choosing the same.
    A port stays claimed when its server is about to start, which takes seconds, and when it was
    killed and is started again.
    """

    file: Path
    host: str = "127.0.0.1"
    numbers: dict[str, int] = field(default_factory=dict)
    _held: dict[str, socket.socket] = field(default_factory=dict)
    _claimed: list[socket.socket] = field(default_factory=list)

    def choose(self) -> None:
        """Choose every port: the one ONQUE_<NAME>_PORT asks for, the last one, or a free one.

        Raises PortTakenError.
        """
        remembered = self._remembered()
        for name, preferred in PREFERRED.items():
            asked = os.environ.get(f"ONQUE_{name.upper()}_PORT")
            if asked:
                self._take_asked(name, int(asked))
            else:
                self._take_free(name, remembered.get(name, preferred))
        self.file.write_text(json.dumps(self.numbers, indent=2) + "\n")

    def release(self, name: str) -> int:
        """Let go of a port so that its server can listen; the number is returned."""
        held = self._held.pop(name, None)
        if held is not None:
            held.close()
        return self.numbers[name]

    def release_all(self) -> None:
        """Let go of every port and of the claims."""
        for name in list(self._held):
            self.release(name)
        while self._claimed:
            self._claimed.pop().close()

    def _remembered(self) -> dict[str, int]:
        try:
            found = json.loads(self.file.read_text())
        except (OSError, ValueError):
            return {}
        return {name: number for name, number in found.items() if isinstance(number, int)}

    def _take_asked(self, name: str, number: int) -> None:
        if not self._hold(name, number):
            self.release_all()
            raise PortTakenError(
                f"Port {number} is already in use by another program. Stop that program, or set "
                f"ONQUE_{name.upper()}_PORT to another port (unset: a free one is chosen)."
            )

    def _take_free(self, name: str, first: int) -> None:
        for attempt in range(TRIES):
            if self._hold(name, first + attempt * STEP):
                return
        raise PortTakenError(f"No free port found from {first} on for {name}.")

    def _hold(self, name: str, number: int) -> bool:
        claim = _claim(number)
        if claim is None:
            return False
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((self.host, number))
            held.listen(1)
        except OSError:
            held.close()
            claim.close()
            return False
        self._claimed.append(claim)
        self.numbers[name] = number
        self._held[name] = held
        return True


def _claim(number: int) -> socket.socket | None:
    """Claim a port among installations on this machine until closed; None when another has it.

    A name in Linux's abstract namespace, which leaves no file behind. Source: unix(7).
    """
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if sys.platform == "linux":
            claim.bind(f"\0onque-port-{number}")
    except OSError:
        claim.close()
        return None
    return claim
