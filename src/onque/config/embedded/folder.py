"""The data folder of one installation: where things are, its secrets, and who uses it now."""

import fcntl
import json
import os
import secrets
from pathlib import Path

SECRETS = (
    "secret_key",
    "superuser",
    "onque_owner",
    "onque_app",
    "onque_public",
    "onque_reader",
    "onque_backoffice",
    "valkey",
)


class InUseError(RuntimeError):
    """Another process runs on this data folder; the text names it."""


class DataFolder:
    """A folder only its owner may enter, with everything an installation on one machine keeps."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._lock: int | None = None

    @classmethod
    def default(cls) -> "DataFolder":
        """The folder ONQUE_DATA_DIR names, else `.data` in the working folder."""
        return cls(Path(os.environ.get("ONQUE_DATA_DIR", ".data")))

    @property
    def ports(self) -> Path:
        """Where the chosen ports are written down."""
        return self.root / "ports.json"

    @property
    def environment(self) -> Path:
        """Where the settings of the running installation are written for other commands."""
        return self.root / "environment.json"

    def log(self, name: str) -> Path:
        """The log of one program."""
        return self.root / "log" / f"{name}.log"

    def folder(self, name: str) -> Path:
        """A folder of that name below the data folder, made when missing."""
        found = self.root / name
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        return found

    def take(self) -> None:
        """Make the folder if needed and lock it until the process ends. Raises InUseError."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 32).decode().strip()
            os.close(lock)
            raise InUseError(
                f"Onque already runs on {self.root} (process {holder}). "
                "Stop it first, or set ONQUE_DATA_DIR to another folder."
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        self._lock = lock
        self.folder("log")

    def give_back(self) -> None:
        """Unlock the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def secrets(self) -> dict[str, str]:
        """The installation's secrets, made once; readable by the owner of the folder only."""
        file = self.root / "secrets.json"
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        if set(SECRETS) <= set(known):
            return known
        known = {name: secrets.token_urlsafe(24) for name in SECRETS} | known
        known.setdefault("instance_id", secrets.token_hex(4))
        write_private(file, json.dumps(known, indent=2) + "\n")
        return known


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    new.replace(file)
