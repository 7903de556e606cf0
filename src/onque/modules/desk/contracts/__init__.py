"""What the desk tells others, and what its services return to its doors."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from typing_extensions import override

from onque.kernel.contract import Contract, Event
from onque.modules.desk.contracts.files import AttachmentItem, NewAttachment
from onque.modules.desk.contracts.refusals import (
    TicketClosed,
    TicketMergedAway,
    TicketStale,
    TicketVersionConflict,
)
from onque.modules.desk.contracts.related import LinkedTicket
from onque.modules.desk.contracts.sending import (
    CollaboratorItem,
    Composed,
    HeldItem,
    NewDraft,
    NewReply,
    Recipient,
)
from onque.modules.desk.contracts.states import DueGroup, Priority, Status, View
from onque.modules.desk.contracts.views import Order, SavedView, Tally

__all__ = [
    "Activity",
    "AttachmentItem",
    "BrandMark",
    "CollaboratorItem",
    "Composed",
    "CustomerWrote",
    "DueGroup",
    "HeldItem",
    "LandingTicket",
    "LinkedTicket",
    "MessageItem",
    "MessageLayout",
    "MessageMoved",
    "NewAttachment",
    "NewDraft",
    "NewReply",
    "NoteAdded",
    "Person",
    "Priority",
    "Received",
    "Recipient",
    "SideMessageSent",
    "Status",
    "TicketCard",
    "TicketChanged",
    "TicketClosed",
    "TicketCreated",
    "TicketDetail",
    "TicketEvent",
    "TicketMergedAway",
    "TicketPage",
    "TicketReplied",
    "TicketRow",
    "TicketSolved",
    "TicketStale",
    "TicketVersionConflict",
    "View",
    "ViewCounts",
]


# --- events


@dataclass(frozen=True)
class TicketEvent(Event):
    """Something happened to a ticket; ordered for each ticket."""

    ticket_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The ticket."""
        return f"ticket:{self.ticket_id.hex}"


@dataclass(frozen=True)
class TicketCreated(TicketEvent):
    """A new ticket exists; its first message is `message_id`."""

    name: ClassVar[str] = "desk.ticket_created"
    message_id: UUID


@dataclass(frozen=True)
class CustomerWrote(TicketEvent):
    """The customer added a message to a ticket that existed."""

    name: ClassVar[str] = "desk.customer_wrote"
    message_id: UUID


@dataclass(frozen=True)
class MessageMoved(TicketEvent):
    """A message was moved from `ticket_id` to another ticket, or back."""

    name: ClassVar[str] = "desk.message_moved"
    message_id: UUID
    to_ticket_id: UUID


@dataclass(frozen=True)
class TicketReplied(TicketEvent):
    """An agent's public reply is to be sent to the customer."""

    name: ClassVar[str] = "desk.ticket_replied"
    message_id: UUID


@dataclass(frozen=True)
class SideMessageSent(TicketEvent):
    """A message to an outsider is to be sent: a side thread that the customer never sees."""

    name: ClassVar[str] = "desk.side_message_sent"
    message_id: UUID


@dataclass(frozen=True)
class NoteAdded(TicketEvent):
    """An internal note was added."""

    name: ClassVar[str] = "desk.note_added"
    message_id: UUID


@dataclass(frozen=True)
class TicketChanged(TicketEvent):
    """Properties changed; `fields` names them."""

    name: ClassVar[str] = "desk.ticket_changed"
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class TicketPurged(TicketEvent):
    """The ticket was deleted for good, with all that was said on it; its number stays used."""

    name: ClassVar[str] = "desk.ticket_purged"
    number: int


@dataclass(frozen=True)
class TicketSolved(TicketEvent):
    """The ticket was solved for the `resolution`-th time by a member, rule or schedule."""

    name: ClassVar[str] = "desk.ticket_solved"
    resolution: int
    solved_by: str = "member"


# --- what other modules get


@dataclass(frozen=True)
class Received(Contract):
    """What became of a customer's message."""

    ticket_id: UUID
    ticket_number: int
    message_id: UUID
    created_ticket: bool
    duplicate: bool = False


@dataclass(frozen=True)
class TicketCard(Contract):
    """A ticket as other modules need it."""

    id: UUID
    number: int
    subject: str
    status: Status
    brand_id: UUID
    customer_id: UUID
    channel: str
    language: str
    assignee_id: UUID | None
    group_id: UUID | None
    resolution: int


@dataclass(frozen=True)
class LandingTicket(Contract):
    """A ticket to which a message may belong. `is_merged`: it is not the one that was asked for.

    `is_requester` and `takes_part` tell of the sender asked for; the latter is the requester,
    somebody in copy, or an earlier author.
    """

    id: UUID
    number: int
    status: Status
    brand_id: UUID
    customer_id: UUID
    is_merged: bool
    is_requester: bool
    takes_part: bool


@dataclass(frozen=True)
class MessageItem(Contract):
    """One message of a conversation.

    `html` is sanitised by `kernel.markup` of `html_version`, or "" when there is only text;
    `has_layout`: it can be shown as its sender laid it out, in a document of its own.
    `quoted_text` is the folded history.
    `author_kind` is "customer", "member", "system" or "outsider"; `author_id` is the customer's or
    member's. `side_address` is the outsider with whom this message's side thread is held, and
    `side_id` the message that opened it (None on that one): the customer never sees those.
    """

    id: UUID
    ticket_id: UUID
    direction: str  # "in" | "out"
    visibility: str  # "public" | "internal"
    author_kind: str
    author_id: UUID | None
    author_name: str
    author_address: str
    channel: str
    text: str
    html: str
    quoted_text: str
    reason: str
    written_at: datetime
    is_automatic: bool = False
    """A program wrote it: shown folded."""
    about_id: UUID | None = None
    """The message that an automatic one speaks of."""
    suggested_number: int | None = None
    """The ticket it may belong to, as an offer."""
    moved_from_number: int | None = None
    """The ticket it was moved here from; the move can be undone."""
    origin_ticket_id: UUID | None = None
    origin_number: int | None = None
    """The ticket it was said on before a merge brought it here."""
    attachments: tuple[AttachmentItem, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    side_address: str = ""
    side_id: UUID | None = None
    html_version: int = 0
    has_layout: bool = False
    remote_images: int = 0
    trackers: int = 0
    traps: int = 0

    @property
    def is_note(self) -> bool:
        """An internal note."""
        return self.visibility == "internal"


@dataclass(frozen=True)
class MessageLayout(Contract):
    """A message as its sender laid it out: safe HTML for a sandboxed document, and its files."""

    message: MessageItem
    html: str


# --- what the desk's own doors get


@dataclass(frozen=True)
class Person(Contract):
    """Somebody to show: a member or a customer."""

    id: UUID
    name: str


@dataclass(frozen=True)
class BrandMark(Contract):
    """A brand as lists show it; `color` is "#rrggbb"."""

    id: UUID
    name: str
    slug: str
    color: str


@dataclass(frozen=True)
class TicketRow(Contract):
    """One row of a list. `unread` means that nobody has acted on the customer's last message."""

    id: UUID
    number: int
    subject: str
    preview: str
    preview_by: str  # "customer" | "member" | "note"
    preview_name: str
    status: Status
    priority: Priority
    channel: str
    customer: Person
    customer_rating: str
    brand: BrandMark
    assignee: Person | None
    group_id: UUID | None
    tags: tuple[str, ...]
    due_at: datetime | None
    due_started_at: datetime | None
    due_group: DueGroup
    unread: bool
    language: str
    updated_at: datetime
    created_at: datetime
    sort_at: datetime
    version: int


@dataclass(frozen=True)
class TicketPage(Contract):
    """A page of a view; `next_cursor` is "" at the end."""

    view: View
    brand: BrandMark | None
    rows: tuple[TicketRow, ...]
    next_cursor: str
    saved: SavedView | None = None

    @property
    def order(self) -> Order:
        """What the rows are sorted by."""
        if self.saved is not None:
            return self.saved.draft.order
        finished = self.view in {View.SNOOZED, View.SOLVED, View.SPAM, View.TRASH}
        return Order.NEWEST_UPDATED if finished else Order.DUE


@dataclass(frozen=True)
class ViewCounts(Contract):
    """Capped counts: a value of `CAP + 1` means "more than CAP" and is shown as 999+."""

    CAP: ClassVar[int] = 999
    by_view: dict[str, int] = field(default_factory=dict)
    by_brand: dict[UUID, int] = field(default_factory=dict)
    by_group: dict[str, int] = field(default_factory=dict)
    brands: tuple[BrandMark, ...] = ()
    saved: tuple[tuple[SavedView, Tally], ...] = ()


@dataclass(frozen=True)
class Activity(Contract):
    """One line of what happened: who changed what, from and to, by which rule or service."""

    id: UUID
    at: datetime
    actor_name: str
    action: str
    before: dict[str, str | None]
    after: dict[str, str | None]
    source: str


@dataclass(frozen=True)
class TicketDetail(Contract):
    """Everything the ticket page shows, in one value."""

    row: TicketRow
    customer_email: str
    customer_note: str
    customer_locale: str
    customer_ticket_count: int
    created_at: datetime
    solved_at: datetime | None
    follow_up_of_number: int | None
    snoozed_until: datetime | None
    messages: tuple[MessageItem, ...]
    activities: tuple[Activity, ...]
    earlier_cursor: str = ""
    has_newest: bool = True
    """Whether `messages` ends with the newest; `earlier_cursor` leads to those before them."""
    collaborators: tuple[CollaboratorItem, ...] = ()
    held: tuple[HeldItem, ...] = ()
    customer_is_blocked: bool = False
    bounced: str = ""
    """Why mail to the customer's address came back, "" when it did not."""
    linked: tuple[LinkedTicket, ...] = ()
    followers: tuple[Person, ...] = ()
    after_send: str = "stay"
    """What the reader wants to come after a send: "stay", "next" or "list"."""
