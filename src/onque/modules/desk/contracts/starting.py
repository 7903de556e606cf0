"""Tickets that members start."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from onque.kernel.contract import Contract
from onque.modules.desk.contracts.states import Status


@dataclass(frozen=True)
class NewTicket(Contract):
    """A ticket towards a customer, as its page sends it.

    `key` names it: the same key twice is one ticket. `to` is one address, with a name or without.
    With `sends` the text goes out and the ticket takes `status`; else it is kept as a draft.
    """

    key: UUID
    brand_id: UUID
    to: str
    subject: str
    body: str
    status: Status | None = Status.PENDING
    sends: bool = True
    despite_bounce: bool = False

    @property
    def reply_key(self) -> UUID:
        """The key of its first message."""
        return uuid5(self.key, "first message")


@dataclass(frozen=True)
class Started(Contract):
    """A ticket that was started, and what takes it back while nothing is said on it."""

    number: int
    operation_id: UUID | None = None
