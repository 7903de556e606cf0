"""Queries on fields."""

from onque.modules.fields.repositories.fields import FieldRepository, ValueRepository

fields = FieldRepository()
values = ValueRepository()

__all__ = ["fields", "values"]
