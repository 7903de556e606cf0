"""Use cases of fields."""
