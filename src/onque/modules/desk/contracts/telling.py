"""What members are told of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from onque.modules.desk.contracts import TicketEvent


class News(StrEnum):
    """Why a member is told of a ticket."""

    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    CUSTOMER_WROTE = "customer_wrote"
    REPLY_STOPPED = "reply_stopped"


@dataclass(frozen=True)
class MembersConcerned(TicketEvent):
    """Something happened that concerns some members: never whoever did it.

    `news` is a value of `News`, `by` the name of who did it.
    """

    name: ClassVar[str] = "desk.members_concerned"
    news: str
    member_ids: tuple[UUID, ...]
    by: str = ""
