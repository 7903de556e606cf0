"""The door of the portal for wiring; call inside a tenant scope."""

from onque.modules.portal.rules.forms import FormField, Kind
from onque.modules.portal.services.inquiry_types import TypeChange, add_type

__all__ = ["FormField", "Kind", "TypeChange", "add_type"]
