"""What else belongs to a ticket."""

from dataclasses import dataclass

from onque.kernel.contract import Contract
from onque.modules.desk.contracts.states import Status


@dataclass(frozen=True)
class LinkedTicket(Contract):
    """A ticket that belongs together with another one, as far as the reader may see it."""

    number: int
    subject: str
    status: Status
