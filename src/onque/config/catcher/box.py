"""The folder of caught mails: one file each, named by time, with its envelope beside it."""

import json
import re
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import cast

SHOWN = 200
LINK = re.compile(r"https?://[^\s<>\"')]+")


@dataclass(frozen=True)
class Caught:
    """One mail that was sent: whom its envelope names, and its bytes' headers."""

    name: str
    caught_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    from_header: str
    to_header: str


@dataclass(frozen=True)
class Opened:
    """One mail to read: its words, the links in them, and its source."""

    mail: Caught
    text: str
    source: str

    @property
    def links(self) -> list[str]:
        """The web addresses in the text, each once, to click on."""
        return list(dict.fromkeys(LINK.findall(self.text)))


class Box:
    """Keeps caught mails in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes, sender: str, recipients: list[str]) -> str:
        """Store a mail and its envelope, the envelope last; its name is returned."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        (self.folder / f"{name}.eml").write_bytes(content)
        envelope = {"sender": sender, "recipients": recipients}
        waiting = self.folder / f"{name}.new"
        waiting.write_text(json.dumps(envelope))
        waiting.rename(self.folder / f"{name}.json")
        return name

    def newest(self) -> list[Caught]:
        """The last mails, newest first."""
        names = sorted((file.stem for file in self.folder.glob("*.json")), reverse=True)
        return [self._read(name) for name in names[:SHOWN]]

    def open(self, name: str) -> Opened | None:
        """One mail by its name, or None."""
        if not (self.folder / f"{name}.json").is_file() or "/" in name:
            return None
        content = self._content(name)
        message = parse(content)
        body = message.get_body(preferencelist=("plain", "html"))
        text = cast("str", body.get_content()) if body is not None else ""
        return Opened(self._read(name), text, content.decode("utf-8", errors="replace"))

    def _content(self, name: str) -> bytes:
        return (self.folder / f"{name}.eml").read_bytes()

    def _read(self, name: str) -> Caught:
        envelope = json.loads((self.folder / f"{name}.json").read_text())
        message = parse(self._content(name))
        return Caught(
            name=name,
            caught_at=datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, UTC),
            sender=envelope["sender"],
            recipients=tuple(envelope["recipients"]),
            subject=str(message.get("Subject", "")),
            from_header=str(message.get("From", "")),
            to_header=str(message.get("To", "")),
        )


def parse(content: bytes) -> EmailMessage:
    """The mail as a message with decoded headers."""
    return BytesParser(policy=policy.default).parsebytes(content)
