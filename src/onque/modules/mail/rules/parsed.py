"""What one mail says, once it is read. Plain values that never change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from onque.modules.mail.rules.limits import BOMBS, Excess


class AutoKind(StrEnum):
    """Who or what wrote a mail."""

    NONE = "none"
    """A person, as far as one can tell."""
    AUTO = "auto"
    """A program: an absence note, an acknowledgement, a notice."""
    BOUNCE = "bounce"
    """A report that a message did not arrive, or not yet."""
    RECEIPT = "receipt"
    """A report that a message was delivered or read."""
    LIST = "list"
    """A person or a program, through a mailing list."""


@dataclass(frozen=True)
class MailAddress:
    """One mailbox as it stood in a header; the address keeps its own case."""

    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """One part that is not the body, or that could not be understood as one."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    """Without angle brackets; empty where there is none."""
    inline: bool = False
    """Shown inside the HTML rather than listed."""


class BounceCategory(StrEnum):
    """Why a message did not arrive."""

    MAILBOX_FULL = "mailbox_full"
    NO_SUCH_USER = "no_such_user"
    HOST_UNKNOWN = "host_unknown"
    BLOCKED = "blocked"
    """Taken for spam, a virus, or from a sender on a block list."""
    TOO_LARGE = "too_large"
    POLICY = "policy"
    RELAY = "relay"
    DELAYED = "delayed"
    """The other side did not answer in time, yet or at all."""
    OTHER = "other"


@dataclass(frozen=True)
class Bounce:
    """What a delivery report says."""

    recipients: tuple[str, ...]
    permanent: bool
    """By the class of the status: another try is of no use. False for 4.x.x and for delays."""
    status: str = ""
    """RFC 3463 code such as ``5.1.1``; empty where the report gives none."""
    diagnostic: str = ""
    message_id: str = ""
    """Message-ID of the message reported about, without angle brackets."""
    given_up: bool = True
    """False while the reporting server still tries."""
    category: BounceCategory = BounceCategory.OTHER


@dataclass(frozen=True)
class Feedback:
    """What a recipient's provider says that the recipient did with a message. Source: RFC 5965."""

    kind: str
    """Such as ``abuse``, ``not-spam`` or ``opt-out``."""
    recipients: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True)
class Automatic:
    """Whether a program wrote the mail, and what follows from that."""

    kind: AutoKind = AutoKind.NONE
    why: str = ""
    """The header or words that told, for people."""
    suppress_answer: bool = False
    """No automatic answer may be sent to it."""
    bounce: Bounce | None = None
    feedback: Feedback | None = None


@dataclass(frozen=True)
class ParsedMail:
    """Everything read from one mail.

    Texts are Unicode with line feeds as line ends. ``reply`` and ``quoted`` together are ``text``,
    but for blank lines at the seam. Message ids stand without angle brackets.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: MailAddress | None
    reply_to: tuple[MailAddress, ...]
    to: tuple[MailAddress, ...]
    cc: tuple[MailAddress, ...]
    delivered_to: tuple[str, ...]
    """Addresses that servers on the way noted: Delivered-To, X-Original-To, Envelope-To."""
    subject: str
    sent_at: datetime | None
    """Aware; None where the Date header is missing or unreadable."""
    text: str
    html: str
    """As sent, not sanitised: never show it without ``kernel.markup``."""
    reply: str
    quoted: str
    attachments: tuple[Attachment, ...]
    automatic: Automatic
    reply_html: str = ""
    """The part of ``html`` that shows the reply; ``quoted_html`` is the rest. Both are empty where
    there is no HTML or where its reply cannot be told: show ``reply`` then. Not sanitised either.
    """
    quoted_html: str = ""
    notes: tuple[str, ...] = ()
    """What was broken and how it was read, for people."""
    excess: tuple[Excess, ...] = ()
    """The limits of ``rules.limits`` it goes beyond."""

    @property
    def is_bomb(self) -> bool:
        """Whether it is made to hold up who reads it; such mail belongs in quarantine."""
        return any(item in BOMBS for item in self.excess)
