"""What other modules may know of customers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from typing_extensions import override

from onque.kernel.contract import Contract, Event
from onque.kernel.errors import AppError


class Rating(StrEnum):
    """How the tenant rates a customer."""

    GENERAL = "general"
    VIP = "vip"
    VVIP = "vvip"
    RED = "red"


class Segment(StrEnum):
    """Which customers a list shows; a rating's segment is called as the rating."""

    ALL = "all"
    VIP = "vip"
    VVIP = "vvip"
    RED = "red"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class CustomerCard(Contract):
    """One customer; `email` is the main address and "" when none is known."""

    id: UUID
    name: str
    email: str
    rating: Rating = Rating.GENERAL
    is_blocked: bool = False
    locale: str = ""
    note: str = ""
    created_at: datetime | None = None
    is_anonymous: bool = False


@dataclass(frozen=True)
class CustomerPage(Contract):
    """A page of the list; `next_cursor` is "" on the last one."""

    segment: Segment
    text: str
    rows: tuple[CustomerCard, ...]
    next_cursor: str = ""


@dataclass(frozen=True)
class IdentityItem(Contract):
    """One way to recognise a customer: `kind` is email, external or device.

    `bounce_reason` says why mail to it came back; `is_main` marks the address that replies go to.
    """

    id: UUID
    kind: str
    value: str
    is_main: bool = False
    is_verified: bool = False
    bounce_reason: str = ""


@dataclass(frozen=True)
class NoteItem(Contract):
    """What a member wrote down about a customer."""

    id: UUID
    author_id: UUID | None
    author_name: str
    text: str
    created_at: datetime


@dataclass(frozen=True)
class MergeItem(Contract):
    """One who was merged into a customer, and can be parted from them again."""

    id: UUID
    name: str
    email: str
    merged_by: str
    merged_at: datetime


@dataclass(frozen=True)
class CustomerProfile(Contract):
    """All that a customer's page shows of them; `written_name` is "" where none was given."""

    card: CustomerCard
    written_name: str
    version: int
    created_at: datetime
    identities: tuple[IdentityItem, ...]
    notes: tuple[NoteItem, ...]
    merges: tuple[MergeItem, ...]


@dataclass(frozen=True)
class NewDetails(Contract):
    """What a member writes about a customer. `email` is the address that replies go to."""

    name: str
    email: str
    rating: str
    locale: str
    note: str


class CustomerChanged(AppError):
    """Somebody changed the customer since the page was loaded; nothing was written."""

    code = "customers.changed"
    status = 409


class AddressTaken(AppError):
    """The address or id leads to another customer, `customer_id`; nothing was written."""

    code = "customers.address_taken"
    status = 409


class MainAddress(AppError):
    """The address that replies go to cannot be taken away; another must be the main one first."""

    code = "customers.main_address"
    status = 409


class CannotMergeCustomers(AppError):
    """These customers cannot be merged: `reason` is same or merged."""

    code = "customers.cannot_merge"
    status = 409


class MergeOutdated(AppError):
    """The merge was taken back already, or its survivor was merged since."""

    code = "customers.merge_outdated"
    status = 409


@dataclass(frozen=True)
class RunItem(Contract):
    """A file of customers on its way in ("import") or out ("export").

    Of an import `sample` are its first rows, and `mapping` names a field for each column. `faults`
    are (row, field, reason), the first of them; `failed` counts all.
    """

    id: UUID
    kind: str
    name: str
    header: tuple[str, ...]
    mapping: tuple[str, ...]
    updates: bool
    total: int
    position: int
    created: int
    changed: int
    same: int
    failed: int
    asked_by: str
    asked_at: datetime
    is_started: bool
    is_cancelled: bool
    ended_at: datetime | None
    stopped: str
    sample: tuple[tuple[str, ...], ...] = ()
    faults: tuple[tuple[int, str, str], ...] = ()

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return min(100, 100 * self.position // self.total) if self.total else 0


@dataclass(frozen=True)
class CustomerRunAsked(Event):
    """A file of customers is to go on with its next rows."""

    name: ClassVar[str] = "customers.run_asked"
    run_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The one run, whose chunks come one after the other."""
        return f"customer_run:{self.run_id.hex}"


@dataclass(frozen=True)
class CustomerMet(Event):
    """A customer wrote or signed in for the first time."""

    name: ClassVar[str] = "customers.customer_met"
    customer_id: UUID

    @property
    @override
    def stream(self) -> str:
        """Ordered for each customer."""
        return f"customer:{self.customer_id.hex}"


@dataclass(frozen=True)
class CustomerRenamed(Event):
    """A customer's name or main address is another one now."""

    name: ClassVar[str] = "customers.customer_renamed"
    customer_id: UUID

    @property
    @override
    def stream(self) -> str:
        """Ordered for each customer."""
        return f"customer:{self.customer_id.hex}"


@dataclass(frozen=True)
class CustomerAnonymised(Event):
    """Nobody is to know any more who a customer was; `merged_ids` were led on to them."""

    name: ClassVar[str] = "customers.customer_anonymised"
    customer_id: UUID
    merged_ids: tuple[UUID, ...] = ()

    @property
    @override
    def stream(self) -> str:
        """Ordered for each customer."""
        return f"customer:{self.customer_id.hex}"


@dataclass(frozen=True)
class CustomersMerged(Event):
    """What belongs to `merged_id` belongs to `survivor_id` from now on."""

    name: ClassVar[str] = "customers.customers_merged"
    merge_id: UUID
    survivor_id: UUID
    merged_id: UUID

    @property
    @override
    def stream(self) -> str:
        """In order with the undo of the same merge."""
        return f"customer_merge:{self.merge_id.hex}"


@dataclass(frozen=True)
class CustomersParted(Event):
    """A merge was taken back: what it brought to `survivor_id` goes back to `merged_id`."""

    name: ClassVar[str] = "customers.customers_parted"
    merge_id: UUID
    survivor_id: UUID
    merged_id: UUID

    @property
    @override
    def stream(self) -> str:
        """In order with the merge."""
        return f"customer_merge:{self.merge_id.hex}"
