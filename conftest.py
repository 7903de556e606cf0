"""Fixtures of every test: the database as it is in production, and the cast.

Two tenants, Acme and Globex; agent Ada, admin Bo, customer Cy of Acme; outsider Dee of Globex.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from onque.config.testing import empty_database


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Replace pytest-django's set-up: the database is there, migrated."""


@pytest.fixture
def committed(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Let the test commit for real; every table is emptied afterwards."""
    from django.db import connections

    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's own type
        try:
            yield
        finally:
            connections.close_all()
            empty_database()


@dataclass(frozen=True)
class Company:
    """One tenant of the cast with its people and things."""

    tenant_id: UUID
    slug: str
    brand_id: UUID


@pytest.fixture
def django_db_modify_db_settings() -> None:
    """Leave the settings alone: each worker already has a database of its own."""
