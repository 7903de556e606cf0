"""Tables of fields."""

from onque.modules.fields.models.field import FieldDefinition, FieldValue

__all__ = ["FieldDefinition", "FieldValue"]
