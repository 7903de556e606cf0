"""Database roles: who may connect, and with how little.

`onque_owner` owns the schema and migrates. `onque_app` serves the staff's services, `onque_public`
portal and survey, `onque_reader` reads from the replica, `onque_backoffice` will serve operators.
`onque_finder` cannot log in; it owns the functions that may look across tenants. None of them is a
superuser and none bypasses row-level security.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

LOGIN_ROLES = ("onque_owner", "onque_app", "onque_public", "onque_reader", "onque_backoffice")


def prepare(
    connection: psycopg.Connection[tuple[object, ...]], passwords: Mapping[str, str], database: str
) -> None:
    """Create or repair roles, the database and its extensions; safe to repeat.

    `connection` is a superuser's in autocommit mode; `passwords` maps each login role to its
    password. Call `prepare_database` on a connection to `database` afterwards.
    """
    for role in (*LOGIN_ROLES, "onque_finder"):
        _ensure_role(connection, role, passwords.get(role))
    connection.execute("GRANT onque_finder TO onque_owner")
    exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    if exists.fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER onque_owner").format(sql.Identifier(database))
        )


def prepare_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Set extensions, schema rights and default privileges inside the database; repeatable."""
    for statement in (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE EXTENSION IF NOT EXISTS btree_gin",
        "ALTER SCHEMA public OWNER TO onque_owner",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE, CREATE ON SCHEMA public TO onque_finder",
        "GRANT USAGE ON SCHEMA public TO onque_app, onque_public, onque_reader, onque_backoffice",
        "ALTER DEFAULT PRIVILEGES FOR ROLE onque_owner IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO onque_app",
        "ALTER DEFAULT PRIVILEGES FOR ROLE onque_owner IN SCHEMA public"
        " GRANT USAGE ON SEQUENCES TO onque_app, onque_public",
    ):
        connection.execute(statement)


def _ensure_role(
    connection: psycopg.Connection[tuple[object, ...]], role: str, password: str | None
) -> None:
    name = sql.Identifier(role)
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if exists is None:
        connection.execute(sql.SQL("CREATE ROLE {} NOSUPERUSER NOBYPASSRLS").format(name))
    if password is not None:
        connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password))
        )
