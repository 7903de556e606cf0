"""What mail tells other modules, and what its services return to its doors."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from typing_extensions import override

from onque.kernel.contract import Contract, Event
from onque.kernel.errors import AppError

# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MailStored(Event):
    """The raw bytes of a mail are safe and its ledger row exists; nothing was read yet."""

    name: ClassVar[str] = "mail.mail_stored"
    mail_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The one mail, so that a bad one holds up no other."""
        return f"mailin:{self.mail_id.hex}"


@dataclass(frozen=True)
class MailQueued(Event):
    """A mail waits to be sent."""

    name: ClassVar[str] = "mail.mail_queued"
    mail_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The one mail."""
        return f"mailout:{self.mail_id.hex}"


@dataclass(frozen=True)
class AutomaticMailStopped(Event):
    """The breaker stopped automatic mail; `scope` is a word of `rules.breaker.Scope`."""

    name: ClassVar[str] = "mail.automatic_mail_stopped"
    stop_id: UUID
    scope: str

    @property
    @override
    def stream(self) -> str:
        """The one stop."""
        return f"mailstop:{self.stop_id.hex}"


@dataclass(frozen=True)
class MailAlarmsRaised(Event):
    """Something about a workspace's mail has been wrong for so long that its people are told."""

    name: ClassVar[str] = "mail.alarms_raised"
    alarm_ids: tuple[UUID, ...]

    @property
    @override
    def stream(self) -> str:
        """The first alarm."""
        return f"mailalarm:{self.alarm_ids[0].hex}"


@dataclass(frozen=True)
class MailCheckDue(Event):
    """A test is to be begun, or its mail is to be looked for."""

    name: ClassVar[str] = "mail.check_due"
    check_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The one test."""
        return f"mailcheck:{self.check_id.hex}"


@dataclass(frozen=True)
class MailReparseAsked(Event):
    """A stored mail is to be read anew."""

    name: ClassVar[str] = "mail.reparse_asked"
    mail_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The one mail."""
        return f"mailin:{self.mail_id.hex}"


@dataclass(frozen=True)
class MailRunAsked(Event):
    """An act on many mails is to go on with its next chunk."""

    name: ClassVar[str] = "mail.run_asked"
    run_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The one run, whose chunks come one after the other."""
        return f"mailrun:{self.run_id.hex}"


# --- refusals that cross the door -----------------------------------------------------------------


class ConsentRefused(AppError):
    """The authority or we refuse an answer about reading a mailbox; `reason` is among the facts."""

    code = "mail.consent_refused"
    status = 409


class AddressTaken(AppError):
    """The address already leads to a brand, perhaps of another workspace."""

    code = "mail.address_taken"
    status = 409


class MailboxTaken(AppError):
    """The folder of that log-in is connected already; nothing was changed."""

    code = "mail.mailbox_taken"
    status = 409


class WebhookTooLarge(AppError):
    """A provider's call is larger than this installation takes; nothing was stored."""

    code = "mail.webhook_too_large"
    status = 413


class NotRetryable(AppError):
    """The mail is past the state in which this act makes sense; nothing was changed."""

    code = "mail.not_retryable"
    status = 409


# --- what other modules give and get --------------------------------------------------------------


@dataclass(frozen=True)
class NewMail(Contract):
    """A mail another module wants sent. `key` names its cause: the same key is one mail.

    `kind` is a word of the caller ("survey", "invitation"). With a ticket the answer comes back to
    it; `brand_id` None sends in the platform's own name. `locale` is "ko" or "en".
    """

    key: str
    kind: str
    to_address: str
    subject: str
    text: str
    to_name: str = ""
    html: str = ""
    locale: str = "ko"
    brand_id: UUID | None = None
    ticket_id: UUID | None = None
    list_unsubscribe: str = ""


@dataclass(frozen=True)
class AddressItem(Contract):
    """One address customers write to."""

    id: UUID
    address: str
    brand_id: UUID
    brand_name: str
    is_main: bool


@dataclass(frozen=True)
class MailboxItem(Contract):
    """One mailbox that is polled, and how it is doing. `state` is new, ok or failing.

    `reason` is a code of `rules.polling`, `error` the server's own words; `signs_in`: by consent.
    """

    id: UUID
    address: str
    brand_name: str
    host: str
    folder: str
    state: str
    error: str
    checked_at: datetime | None
    is_enabled: bool = True
    reason: str = ""
    signs_in: bool = False


# --- what the doors get ---------------------------------------------------------------------------


@dataclass(frozen=True)
class OutboundItem(Contract):
    """One mail on its way out."""

    id: UUID
    state: str
    kind: str
    to_address: str
    subject: str
    error: str
    attempts: int
    queued_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    ticket_id: UUID | None
    message_id: UUID | None
    bounced: bool
    bounce_text: str


@dataclass(frozen=True)
class OutboundPage(Contract):
    """A page of mails that wait for a person, oldest first; `next_cursor` is "" at the end."""

    rows: tuple[OutboundItem, ...]
    next_cursor: str


@dataclass(frozen=True)
class SenderRuleItem(Contract):
    """A sender that is let in ("allow") or kept out ("block"); or "@" and a domain."""

    id: UUID
    pattern: str
    verdict: str
    origin: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True)
class SilenceItem(Contract):
    """An address that gets no automatic mail, since it complained."""

    id: UUID
    address: str
    silenced_at: datetime


@dataclass(frozen=True)
class StopItem(Contract):
    """Automatic mail that was stopped. `limit` mails were exceeded within `seconds`."""

    id: UUID
    scope: str
    label: str
    mail_kind: str
    limit: int
    seconds: int
    held: int
    stopped_at: datetime
    last_held_at: datetime
    resumed_at: datetime | None
    resumed_by: str


@dataclass(frozen=True)
class WhyHere(Contract):
    """Why a message is on its ticket: codes of `rules.threading.Why` and `Mark`."""

    mail_id: UUID
    why: str
    marks: tuple[str, ...]
    recipient: str
    sender: str
    checked_by: str = ""
    """The host that checked the sender, "onque" for ourselves, "" when nobody did."""
    checks: tuple[tuple[str, str, str], ...] = ()
    """Method (spf, dkim, dmarc), result and domain."""
    message_id: UUID | None = None
    """Whose original can be shown; None when the bytes are not kept."""


@dataclass(frozen=True)
class DeliveryState(Contract):
    """How a reply fares on its way to one recipient.

    `step` is queued, sending, sent, delivered, deferred, bounced, failed, unsure or repaired (sent
    again to `repaired_to`). `fault` is a word of `rules.refusals.Fault` for what came back.
    """

    mail_id: UUID
    step: str
    role: str
    to_address: str
    error: str
    fault: str
    next_try_at: datetime | None
    sent_at: datetime | None
    repaired_to: str = ""

    @property
    def needs_repair(self) -> bool:
        """It did not arrive, and nobody has done anything about it."""
        return self.step in {"bounced", "failed"}


@dataclass(frozen=True)
class MessageDelivery(Contract):
    """How one message fares, for its foot: to each recipient, the customer first."""

    mails: tuple[DeliveryState, ...]
    may_repair: bool


@dataclass(frozen=True)
class DkimRecord(Contract):
    """The TXT record to publish for a brand's key."""

    name: str
    value: str
