"""The door of customers for other modules; call inside a tenant scope."""

from onque.modules.customers.services.identities import (
    find_by_email,
    get_customers,
    identify_by_email,
    set_blocked,
)
from onque.modules.customers.services.searching import find_customers

__all__ = ["find_by_email", "find_customers", "get_customers", "identify_by_email", "set_blocked"]
