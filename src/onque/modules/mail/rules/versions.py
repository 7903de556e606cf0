"""The version of what reads mail."""

from __future__ import annotations

PARSER_VERSION = 1
"""Kept with each mail. Raise it when a change reads stored mail differently: `onque mail reparse`
then finds what was read by an older version."""
