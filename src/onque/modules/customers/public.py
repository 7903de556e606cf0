"""The door of customers for other modules; call inside a tenant scope."""

from onque.modules.customers.services.anonymising import anonymise
from onque.modules.customers.services.bouncing import clear_bounced, find_bounced, mark_bounced
from onque.modules.customers.services.custom import list_kept, write_fields
from onque.modules.customers.services.identities import (
    correct_email,
    find_by_email,
    get_customers,
    identify_by_email,
    set_blocked,
)
from onque.modules.customers.services.listing import list_customers
from onque.modules.customers.services.managing import (
    add_identity,
    block,
    change_details,
    get_profile,
    remove_identity,
)
from onque.modules.customers.services.merging import merge, part
from onque.modules.customers.services.noting import add_note, set_note_removed
from onque.modules.customers.services.searching import find_customers
from onque.modules.customers.services.transfers import (
    cancel_run,
    export_file,
    faults_file,
    get_run,
    list_runs,
    start_export,
    start_import,
    take_file,
)

__all__ = [
    "add_identity",
    "add_note",
    "anonymise",
    "block",
    "cancel_run",
    "change_details",
    "clear_bounced",
    "correct_email",
    "export_file",
    "faults_file",
    "find_bounced",
    "find_by_email",
    "find_customers",
    "get_customers",
    "get_profile",
    "get_run",
    "identify_by_email",
    "list_customers",
    "list_kept",
    "list_runs",
    "mark_bounced",
    "merge",
    "part",
    "remove_identity",
    "set_blocked",
    "set_note_removed",
    "start_export",
    "start_import",
    "take_file",
    "write_fields",
]
