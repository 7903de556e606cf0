"""Acts on tickets that can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from onque.kernel.contract import Contract
from onque.modules.desk.contracts import BrandMark, Status, TicketEvent

# --- events


@dataclass(frozen=True)
class TicketMerged(TicketEvent):
    """The ticket was merged into another one, which has its messages now."""

    name: ClassVar[str] = "desk.ticket_merged"
    into_ticket_id: UUID


@dataclass(frozen=True)
class TicketSplit(TicketEvent):
    """A message was split off into a new ticket."""

    name: ClassVar[str] = "desk.ticket_split"
    message_id: UUID
    new_ticket_id: UUID


@dataclass(frozen=True)
class TicketWoke(TicketEvent):
    """The time until which a ticket was put off has come."""

    name: ClassVar[str] = "desk.ticket_woke"


@dataclass(frozen=True)
class OperationUndone(TicketEvent):
    """A member's act was taken back; `act` is its name in the audit trail."""

    name: ClassVar[str] = "desk.operation_undone"
    operation_id: UUID
    act: str


# --- what the desk's own doors get


@dataclass(frozen=True)
class Done(Contract):
    """What an act left: where to look now, and the operation that takes it back.

    `operation_id` is None when there is nothing to undo. `is_seen`: the actor still sees the
    ticket. `act` names it where another ticket than before is to be shown.
    """

    number: int
    act: str = ""
    operation_id: UUID | None = None
    is_seen: bool = True


@dataclass(frozen=True)
class UndoItem(Contract):
    """How a line of the activity log stands: to be undone by the reader, or undone already."""

    id: UUID
    may_undo: bool
    undone_by: str
    undone_at: datetime | None


@dataclass(frozen=True)
class MergeCandidate(Contract):
    """A ticket that another one may be merged with."""

    number: int
    subject: str
    status: Status
    customer: str
    brand: BrandMark
    preview: str
