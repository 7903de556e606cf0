"""Tables of the kernel and the base of all tenant tables."""

from onque.kernel.models.base import TenantModel
from onque.kernel.models.jobs import Heartbeat, JobRun
from onque.kernel.models.outbox import Delivery, OutboxEvent, Stream
from onque.kernel.models.search import SearchDocument, SearchMark

__all__ = [
    "Delivery",
    "Heartbeat",
    "JobRun",
    "OutboxEvent",
    "SearchDocument",
    "SearchMark",
    "Stream",
    "TenantModel",
]
