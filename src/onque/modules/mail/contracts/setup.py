"""What the doors get of mailboxes being set up, tests, forwarding and providers' webhooks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onque.kernel.contract import Contract


@dataclass(frozen=True)
class ProviderEvent(Contract):
    """What a provider says became of a mail of ours.

    `kind` is delivered, deferred, bounced, rejected or complained; `message_id` our Message-ID
    without angle brackets, empty when the provider does not tell it; `reason` the server's words;
    `mail_name` what we named the mail to a provider that sends it for us.
    """

    kind: str
    provider: str
    recipient: str
    message_id: str
    at: datetime
    reason: str = ""
    mail_name: str = ""


@dataclass(frozen=True)
class ProviderMail(Contract):
    """A mail that a provider handed over. `sender` None: it named no envelope sender.

    `event_id` is the provider's own and the same when it tries again; empty when it has none.
    """

    raw: bytes
    recipient: str
    sender: str | None
    event_id: str


@dataclass(frozen=True)
class IntakeItem(Contract):
    """One address for a provider's webhooks. `hint` is the end of its secret."""

    id: UUID
    brand_id: UUID
    brand_name: str
    provider: str
    token: str
    hint: str
    confirm_url: str
    trouble: str
    troubled_at: datetime | None
    last_mail_at: datetime | None
    last_event_at: datetime | None


@dataclass(frozen=True)
class OpenIntake(Contract):
    """What the webhook's door needs to know: whose it is, and what proves the provider."""

    tenant_id: UUID
    id: UUID
    provider: str
    secret: str


@dataclass(frozen=True)
class CheckStep(Contract):
    """One row of a test: waiting, running, ok, advice, failed or skipped; `code` says why."""

    name: str
    state: str
    code: str
    detail: str
    milliseconds: int


@dataclass(frozen=True)
class CheckCard(Contract):
    """A run of a test as it stands. `folders`: name, and whether it is for spam, once known."""

    id: UUID
    kind: str
    subject_id: UUID
    address: str
    state: str
    is_running: bool
    steps: tuple[CheckStep, ...]
    folders: tuple[tuple[str, bool], ...]
    asked_at: datetime


@dataclass(frozen=True)
class ServerEntry(Contract):
    """A server as a person enters it. An empty password keeps the one that is stored."""

    host: str
    port: int
    security: str
    user_name: str
    password: str = ""


@dataclass(frozen=True)
class SetupCard(Contract):
    """A mailbox being set up. Of passwords only the last letters are told.

    `authority` is who can be asked for consent, "" for nobody; `is_allowed`: there are tokens.
    """

    id: UUID
    brand_id: UUID
    brand_name: str
    address: str
    provider: str
    host: str
    port: int
    security: str
    auth: str
    user_name: str
    hint: str
    has_password: bool
    folder: str
    after_import: str
    move_folder: str
    with_history: bool
    out_kind: str
    out_host: str
    out_port: int
    out_security: str
    out_user: str
    out_hint: str
    authority: str
    is_allowed: bool
    mailbox_id: UUID | None
    step: str
    made_at: datetime


@dataclass(frozen=True)
class ConsentCard(Contract):
    """How a connected mailbox signs in, and how it is doing.

    `provider` is who gave its tokens, "" for a password; `is_open`: it can be asked again. `reason`
    is a code of `rules.polling`, `error` the server's own words.
    """

    mailbox_id: UUID
    address: str
    provider: str
    is_open: bool
    state: str
    reason: str
    error: str
    checked_at: datetime | None


@dataclass(frozen=True)
class ForwardingItem(Contract):
    """A brand's forwarding address, and what a provider last asked before it forwards."""

    id: UUID
    brand_id: UUID
    brand_name: str
    address: str
    code: str
    link: str
    asks: str
    asked_at: datetime | None


@dataclass(frozen=True)
class AddressDetail(Contract):
    """One address with what its page shows; `forwarding` for one in our own domain.

    `public` is the brand's address that customers know, empty while there is none.
    """

    id: UUID
    address: str
    brand_name: str
    public: str
    forwarding: ForwardingItem | None
