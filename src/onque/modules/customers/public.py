"""The door of customers for other modules; call inside a tenant scope."""

from onque.modules.customers.services.bouncing import clear_bounced, find_bounced, mark_bounced
from onque.modules.customers.services.identities import (
    correct_email,
    find_by_email,
    get_customers,
    identify_by_email,
    set_blocked,
)
from onque.modules.customers.services.searching import find_customers

__all__ = [
    "clear_bounced",
    "correct_email",
    "find_bounced",
    "find_by_email",
    "find_customers",
    "get_customers",
    "identify_by_email",
    "mark_bounced",
    "set_blocked",
]
