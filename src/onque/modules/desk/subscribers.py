"""What the desk does about events."""

from onque.kernel.events import delivering_tenant, subscribe
from onque.modules.desk.contracts.bulk import BulkAsked
from onque.modules.desk.services import bulk_working


@subscribe(BulkAsked, io=True)
def work_on_bulk(event: BulkAsked) -> None:
    """An act on many tickets goes on."""
    bulk_working.work_on(delivering_tenant(), event.bulk_id)
