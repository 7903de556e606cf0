"""What is on its way out, and to whom."""

from dataclasses import dataclass
from uuid import UUID

from onque.kernel.contract import Contract


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
