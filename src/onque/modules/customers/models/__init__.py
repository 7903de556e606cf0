"""Tables of customers."""

from onque.modules.customers.models.customer import Customer, Identity

__all__ = ["Customer", "Identity"]
