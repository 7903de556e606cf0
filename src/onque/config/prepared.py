"""Remembers what a data folder was prepared for, so that an unchanged start skips preparing."""

import hashlib
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
IGNORED = {".pyc", ".new"}


def fingerprint(*facts: object) -> str:
    """Changes when a file of the product is added, removed or written, or a fact is another."""
    found = hashlib.sha256(repr((str(SOURCE), facts)).encode())
    for file in sorted(SOURCE.rglob("*")):
        if file.suffix in IGNORED or file.name == "__pycache__" or not file.is_file():
            continue
        at = file.stat()
        found.update(f"{file} {at.st_size} {at.st_mtime_ns}\n".encode())
    return found.hexdigest()


class Mark:
    """The fingerprint of the last preparation, kept in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def matches(self, now: str) -> bool:
        """Whether nothing changed since."""
        return self.file.exists() and self.file.read_text() == now

    def set(self, now: str) -> None:
        """Remember a finished preparation."""
        self.file.write_text(now)

    def forget(self) -> None:
        """Prepare the next time, whatever happens until then."""
        self.file.unlink(missing_ok=True)
