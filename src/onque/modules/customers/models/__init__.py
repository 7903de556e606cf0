"""Tables of customers."""

from onque.modules.customers.models.customer import (
    Customer,
    CustomerMerge,
    CustomerNote,
    Identity,
)
from onque.modules.customers.models.run import CustomerRun, CustomerRunFault

__all__ = [
    "Customer",
    "CustomerMerge",
    "CustomerNote",
    "CustomerRun",
    "CustomerRunFault",
    "Identity",
]
