"""Acts on many tickets."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from typing_extensions import override

from onque.kernel.contract import Contract, Event


@dataclass(frozen=True)
class BulkAsked(Event):
    """An act on many tickets is to go on with its next chunks."""

    name: ClassVar[str] = "desk.bulk_asked"
    bulk_id: UUID

    @property
    @override
    def stream(self) -> str:
        """The one act, whose chunks come one after the other."""
        return f"bulk:{self.bulk_id.hex}"


@dataclass(frozen=True)
class Selection(Contract):
    """Which tickets: some numbers, or all that a view holds for the reader.

    `view` is a standard view's name or a saved view's id in hex.
    """

    numbers: tuple[int, ...] = ()
    view: str = ""
    brand: str = ""


@dataclass(frozen=True)
class Skipped(Contract):
    """A ticket that was left as it was, and the code of the reason."""

    number: int
    subject: str
    why: str


@dataclass(frozen=True)
class BulkItem(Contract):
    """How far an act on many tickets is. `may_undo`: what it did can be taken back."""

    id: UUID
    kind: str
    total: int
    changed: int
    same: int
    skipped: int
    started_at: datetime
    is_gathered: bool
    is_cancelled: bool
    ended_at: datetime | None
    stopped: str
    may_undo: bool
    report: tuple[Skipped, ...] = ()

    @property
    def handled(self) -> int:
        """How many tickets it has come to."""
        return self.changed + self.same + self.skipped
