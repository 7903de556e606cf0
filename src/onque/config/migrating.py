"""Brings the database up to date: roles where it may, then migrations as the schema's owner."""

import os
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

from onque.config import env
from onque.kernel import roles

LOCK = 0x0471_5C4E
LOCK_TIMEOUT_MS = 4_000
STATEMENT_TIMEOUT_MS = 5_000
PATIENT_TIMEOUT_MS = 120_000
URLS = (
    "ONQUE_OWNER_DATABASE_URL",
    "ONQUE_DATABASE_URL",
    "ONQUE_PUBLIC_DATABASE_URL",
    "ONQUE_REPLICA_URL",
    "ONQUE_BACKOFFICE_DATABASE_URL",
)


def become_owner() -> None:
    """Prepare roles when a superuser is given, and connect as the owner from here on."""
    superuser = env.secret("ONQUE_SUPERUSER_DATABASE_URL", "")
    if superuser:
        prepare_roles(superuser)
    os.environ["ONQUE_DATABASE_URL"] = env.secret("ONQUE_OWNER_DATABASE_URL")
    os.environ["ONQUE_REPLICA_URL"] = ""


def prepare_roles(superuser: str) -> None:
    """Make roles, database and extensions with the passwords the service settings carry."""
    database = urlsplit(env.secret("ONQUE_OWNER_DATABASE_URL")).path.lstrip("/")
    with psycopg.connect(superuser, autocommit=True) as connection:
        roles.prepare(connection, _passwords(), database)
    inside = urlunsplit(urlsplit(superuser)._replace(path=f"/{database}"))
    with psycopg.connect(inside, autocommit=True) as connection:
        roles.prepare_database(connection)


def _passwords() -> dict[str, str]:
    parts = [urlsplit(env.secret(name, "")) for name in URLS]
    return {
        unquote(part.username): unquote(part.password)
        for part in parts
        if part.username and part.password
    }


def migrate(*, patient: bool = False) -> None:
    """Apply what is missing; one at a time however many start it, and no statement takes long.

    `patient` lets statements take their time, for when no service runs that could be held up.

    Safe to repeat. Django must be set up with the owner's database.
    """
    from django.core.management import call_command
    from django.db import connection

    with psycopg.connect(env.secret("ONQUE_DATABASE_URL"), autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
            limit = PATIENT_TIMEOUT_MS if patient else STATEMENT_TIMEOUT_MS
            cursor.execute(f"SET statement_timeout = {limit}")
        call_command("migrate", interactive=False, verbosity=1)
        with connection.cursor() as cursor:  # every service's readiness looks at it
            cursor.execute(
                "GRANT SELECT ON django_migrations TO onque_public, onque_reader, onque_backoffice"
            )


def missing() -> int:
    """How many migrations are not applied, seen with any role. Django must be set up."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
