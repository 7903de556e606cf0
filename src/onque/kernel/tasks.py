"""Task messages: thin calls into the kernel's services."""

from uuid import UUID

from celery import shared_task

from onque.kernel import events, replica
from onque.kernel.jobs import job
from onque.kernel.search import index


@shared_task(  # type: ignore[untyped-decorator]  # Celery has no types
    name="kernel.deliver", acks_late=True, ignore_result=True
)
def deliver(tenant_hex: str, stream: str, keys: list[str]) -> None:
    """Drain one stream for some subscribers; safe to repeat, order kept by the outbox."""
    for key in keys:
        events.deliver_stream(UUID(tenant_hex), stream, key)


@job(every_seconds=5)
def sweep_outbox() -> None:
    """Send again what no worker delivered."""
    events.sweep()


@job(every_seconds=2)
def beat_heart() -> None:
    """Write the heartbeat that tells how far the replica lags."""
    replica.beat()


@job(every_seconds=1)
def write_search_documents() -> None:
    """Write the search documents of what changed."""
    index.write_due()
