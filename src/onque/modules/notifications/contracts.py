"""What members are told, as services and doors know it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onque.kernel.contract import Contract


@dataclass(frozen=True)
class NoticeItem(Contract):
    """One notice: `news` is a value of the desk's `News`, `by` who did it."""

    id: UUID
    news: str
    by: str
    number: int
    subject: str
    told_at: datetime
    is_read: bool
