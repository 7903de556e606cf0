"""What customers do about events."""

from onque.kernel.events import delivering_tenant, subscribe
from onque.modules.customers.contracts import CustomerRunAsked
from onque.modules.customers.services import transferring


@subscribe(CustomerRunAsked, io=True)
def go_on_with_customers(event: CustomerRunAsked) -> None:
    """A file of customers goes on."""
    transferring.work_on(delivering_tenant(), event.run_id)
