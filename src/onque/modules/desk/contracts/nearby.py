"""A view seen from one of its tickets: what stands before and after it."""

from dataclasses import dataclass

from onque.kernel.contract import Contract
from onque.modules.desk.contracts import TicketPage


@dataclass(frozen=True)
class Step(Contract):
    """A neighbour in a view: its number, and its place as a keyset cursor."""

    number: int
    at: str


@dataclass(frozen=True)
class Nearby(Contract):
    """Some rows of a view around a place, `at`, and the tickets before and after it.

    The place stays where a ticket was opened, though the ticket itself may have moved on.
    """

    page: TicketPage
    at: str
    previous: Step | None
    next: Step | None
