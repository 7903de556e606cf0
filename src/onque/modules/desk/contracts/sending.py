"""What is on its way out, and to whom."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onque.kernel.contract import Contract
from onque.modules.desk.contracts.files import NewAttachment
from onque.modules.desk.contracts.states import Status


@dataclass(frozen=True)
class Recipient(Contract):
    """Who gets a copy of a reply; `kind` is "cc" or "bcc"."""

    kind: str
    address: str
    name: str = ""


@dataclass(frozen=True)
class CollaboratorItem(Contract):
    """Who else takes part in a ticket.

    `kind` is "cc" or "follower", `added_by` "agent" or "mail"; `is_marked`: a stranger who
    answered by mail, and whom no agent has confirmed yet.
    """

    id: UUID
    address: str
    name: str
    kind: str
    added_by: str
    is_marked: bool


@dataclass(frozen=True)
class NewReply(Contract):
    """A reply as the composer sends it.

    `recipients` are its copies and, by that, the people in copy of the ticket from now on; None
    leaves the ticket's own. `seen_message_id` is the newest public message on the page, and
    `shown_status` the status it showed. `send_anyway` bears newer ones, `despite_bounce` an address
    whose mail came back. With a `send_at` it waits until then.
    """

    body: str
    request_key: UUID
    status: Status | None = None
    seen_message_id: UUID | None = None
    shown_status: Status | None = None
    send_anyway: bool = False
    despite_bounce: bool = False
    recipients: tuple[Recipient, ...] | None = None
    macro_id: UUID | None = None
    send_at: datetime | None = None
    files: tuple[NewAttachment, ...] = ()


@dataclass(frozen=True)
class Composed(Contract):
    """What stood in a member's composer beside the words of a note; saying it ends the draft."""

    macro_id: UUID | None = None
    files: tuple[NewAttachment, ...] = ()


@dataclass(frozen=True)
class NewDraft(Contract):
    """What stands in a composer: as it was typed, nothing checked.

    `kind` is "reply", "note" or "forward" (`to` whom, and which `message_id`). `request_key` is
    the key under which it will be sent. `seen_message_id` is the newest public message that its
    author had seen when beginning.
    """

    kind: str
    body: str
    request_key: UUID
    seen_message_id: UUID | None = None
    cc: str = ""
    bcc: str = ""
    to: str = ""
    message_id: UUID | None = None
    macro_id: UUID | None = None
    files: tuple[NewAttachment, ...] = ()


@dataclass(frozen=True)
class HeldItem(Contract):
    """A reply that is not sent yet.

    `state` is "held", "stopped" (`reason`: "newer" when somebody wrote meanwhile, "closed", "left"
    when its author did) or "draft". `is_scheduled`: its author chose `release_at`. `seconds_left`
    counts down to its sending. With `forward_to` it goes to an outsider.
    `kind`, `cc`, `bcc` and `seen_message_id` say of a draft what `NewDraft` says.
    """

    id: UUID
    ticket_id: UUID
    author_id: UUID | None
    author_name: str
    text: str
    status: str
    recipients: tuple[Recipient, ...]
    forward_to: str
    forwarded_id: UUID | None
    state: str
    reason: str
    held_at: datetime
    release_at: datetime
    seconds_left: int
    kind: str = "reply"
    cc: str = ""
    bcc: str = ""
    seen_message_id: UUID | None = None
    macro_id: UUID | None = None
    is_scheduled: bool = False
    files: tuple[NewAttachment, ...] = ()
