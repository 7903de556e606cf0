"""What the ledger's services return to their doors."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from onque.kernel.contract import Contract


@dataclass(frozen=True)
class LedgerFilter(Contract):
    """Which mails of the ledger are meant.

    `tab` is a key of `services.reading.TABS`. `source` is "lmtp", "smtp", "imap", a provider, or
    a mailbox's id. `since` and `until` are days in the reader's time zone, both included. `words`
    are looked for in sender and subject.
    """

    tab: str = "quarantined"
    source: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    read_before_version: int | None = None
    """Only what an older parser read."""


@dataclass(frozen=True)
class InboundItem(Contract):
    """One row of the ledger. `reason` is a code of `rules.reasons`, `detail` the technical text."""

    id: UUID
    state: str
    reason: str
    detail: str
    source: str
    recipient: str
    envelope_from: str
    sender: str
    subject: str
    size_bytes: int
    sha256: str
    attempts: int
    received_at: datetime
    done_at: datetime | None
    ticket_id: UUID | None
    duplicate_of_id: UUID | None
    landing: str
    marks: tuple[str, ...]
    peer: str
    position: str
    parsed_at: datetime | None
    parsed_with: int
    ticket_gone_at: datetime | None
    can_retry: bool
    can_close: bool
    can_let_in: bool
    can_restore: bool
    can_reparse: bool
    has_raw: bool


@dataclass(frozen=True)
class InboundPage(Contract):
    """A page of the ledger, newest first; `next_cursor` is "" at the end.

    `counts` stop at `CAP`: a value of `CAP + 1` means more. `seen_back_to` is set where words were
    looked for and only the newest mails were looked through.
    """

    CAP: ClassVar[int] = 999

    rows: tuple[InboundItem, ...]
    next_cursor: str
    counts: tuple[tuple[str, int], ...]
    mailboxes: tuple[tuple[UUID, str], ...] = ()
    seen_back_to: datetime | None = None


@dataclass(frozen=True)
class HistoryLine(Contract):
    """One step of a mail: a state it reached, or what a person did ("mail.retried")."""

    at: datetime
    what: str
    by: str = ""


@dataclass(frozen=True)
class FileFact(Contract):
    """One file of a mail that is not on a ticket, by its place in the mail."""

    index: int
    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True)
class InboundDetail(Contract):
    """One mail of the ledger with what can be shown of it safely."""

    item: InboundItem
    headers: tuple[tuple[str, str], ...]
    text: str
    has_html: bool
    notes: tuple[str, ...]
    files: tuple[FileFact, ...]
    history: tuple[HistoryLine, ...]
    """Oldest first."""
    ticket_number: int | None = None


@dataclass(frozen=True)
class RunItem(Contract):
    """An act on many mails and how far it is; `total` is capped at 10,000."""

    id: UUID
    act: str
    total: int
    done: int
    failed: int
    started_by: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class AlarmItem(Contract):
    """An alarm that was raised and has not cleared.

    `kind` is unbalanced or refused (a mailbox), stuck (mail that nobody reads) or stopped (the
    breaker); `key` names what it is about and is the same when it comes back.
    """

    key: str
    kind: str
    label: str
    count: int
    since: datetime


@dataclass(frozen=True)
class MailboxBalance(Contract):
    """One folder of a mailbox: what lies at the server against what is on record."""

    mailbox_id: UUID
    address: str
    host: str
    folder: str
    server_count: int | None
    """None before the first count."""
    missing_count: int
    recorded_count: int
    unfetched_count: int
    """On record without their bytes: too large, or not handed out."""
    counted_at: datetime | None
    state: str
    error: str


@dataclass(frozen=True)
class HeldMail(Contract):
    """A mail that waits for a person, and the slug of its workspace."""

    workspace: str
    item: InboundItem


@dataclass(frozen=True)
class Original(Contract):
    """The mail a message came by: its header fields in words, and its source as text.

    `is_cut`: the source is longer than what `text` holds.
    """

    message_id: UUID
    ticket_number: int
    headers: tuple[tuple[str, str], ...]
    text: str
    is_cut: bool
    size_bytes: int
