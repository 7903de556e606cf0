"""Fixtures of every test: the database as it is in production, and the cast.

Two tenants, Acme and Globex: agent Ada, admin Bo and owner Oda of Acme, outsider Dee of Globex.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from onque.config.testing import empty_database

if TYPE_CHECKING:
    from onque.modules.identity.tests.factories import Cast


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


@pytest.fixture
def cast(db: None) -> "Cast":
    """The cast, undone after the test; nothing is really committed."""
    from onque.modules.identity.tests.factories import make_cast

    return make_cast()


@pytest.fixture
def committed_cast(committed: None) -> "Cast":
    """The cast in a database that really commits."""
    from onque.modules.identity.tests.factories import make_cast

    return make_cast()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI is set a skipped test is a failure: nothing may go unproven there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return
    if skipped := reporter.stats.get("skipped", []):
        reporter.write_line(f"{len(skipped)} skipped, and CI allows no skip.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
