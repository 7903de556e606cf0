"""The mail of a test: how it is written, and how it is known again when it arrives."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_ID = re.compile(r"check-([0-9a-f]{32})")


def message_id(token: str, domain: str) -> str:
    """The Message-ID of a test's mail, without angle brackets."""
    return f"check-{token}@{domain}"


def token_of(message_id: str, domain: str) -> str:
    """The token in a Message-ID of a test of ours, empty for any other mail."""
    local, _, host = message_id.strip("<> ").rpartition("@")
    found = _ID.fullmatch(local)
    return found[1] if found and host.lower() == domain.lower() else ""


def write(
    token: str, *, domain: str, sender: str, recipient: str, words: tuple[str, str], at: datetime
) -> bytes:
    """The test's mail; `words` are its subject and text. No program may answer it (RFC 3834)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = words[0]
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id(token, domain)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(words[1])
    return mail.as_bytes()
