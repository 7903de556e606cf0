"""Writes docs/reference from the source itself: settings, events, errors, permissions.

`make docs` runs it; tests/docs fails when a page is not what it would write now.
"""
