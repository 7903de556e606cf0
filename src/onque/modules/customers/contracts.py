"""What other modules may know of customers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from typing_extensions import override

from onque.kernel.contract import Contract, Event


class Rating(StrEnum):
    """How the tenant rates a customer."""

    GENERAL = "general"
    VIP = "vip"
    VVIP = "vvip"
    RED = "red"


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
