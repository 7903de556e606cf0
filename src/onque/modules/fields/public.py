"""The door of fields for other modules; call inside a tenant scope."""

from onque.modules.fields.services.defining import list_fields
from onque.modules.fields.services.keeping import (
    forget,
    list_kept,
    put_back,
    state_of,
    values_of,
    write,
)

__all__ = ["forget", "list_fields", "list_kept", "put_back", "state_of", "values_of", "write"]
