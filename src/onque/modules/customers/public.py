"""The door of customers for other modules; call inside a tenant scope."""

from onque.modules.customers.services.identities import (
    find_by_email,
    get_customers,
    identify_by_email,
    set_blocked,
)

__all__ = ["find_by_email", "get_customers", "identify_by_email", "set_blocked"]
