"""Tables of customers."""

from onque.modules.customers.models.customer import (
    Customer,
    CustomerMerge,
    CustomerNote,
    Identity,
)

__all__ = ["Customer", "CustomerMerge", "CustomerNote", "Identity"]
