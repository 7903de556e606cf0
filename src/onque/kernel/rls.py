"""Migration operations that put the tenant into the database itself.

`fence` makes a table a tenant table (composite key, forced row-level security, grants),
`same_tenant` a foreign key that cannot cross tenants, `finder` a function that may look across
rows which a policy or a leaky operator would hide. Source: PostgreSQL documentation, "Row
Security Policies" and "Writing SECURITY DEFINER Functions Safely".
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations import RunSQL

TENANT = "NULLIF(current_setting('app.tenant_id', true), '')::uuid"
FENCED_ROLES = "onque_app, onque_public, onque_reader"


def fence(
    table: str, *, public: str = "", append_only: bool = False, key: str = "tenant_id"
) -> RunSQL:
    """Fence a table by tenant.

    `public` lists what portal and survey may do ("SELECT, INSERT"; empty: nothing). An
    append-only table can be read and added to, never changed. `key` names the tenant's column:
    the tenants' own table has "id".
    """
    own = f"{key} = {TENANT}"
    sql: list[Any] = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} TO {FENCED_ROLES} USING ({own}) WITH CHECK ({own})",
        f"CREATE POLICY finder ON {table} FOR SELECT TO onque_finder USING (true)",
        f"GRANT SELECT ON {table} TO onque_finder, onque_reader",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO onque_app",
    ]
    if key == "tenant_id":
        sql[:0] = [
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey",
            f"ALTER TABLE {table} ADD PRIMARY KEY (tenant_id, id)",
        ]
    if append_only:
        sql.append(f"REVOKE UPDATE, DELETE ON {table} FROM onque_app")
    if public:
        sql.append(f"GRANT {public} ON {table} TO onque_public")
    return RunSQL(sql, RunSQL.noop)


def same_tenant(table: str, column: str, target: str) -> RunSQL:
    """Add the foreign key (tenant_id, column) -> target (tenant_id, id), checked at commit."""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_tenant"
        f" FOREIGN KEY (tenant_id, {column}) REFERENCES {target} (tenant_id, id)"
        " DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_tenant",
    )


def of_tenant(table: str, tenants: str = "identity_tenant") -> RunSQL:
    """Add the foreign key tenant_id -> tenants (id)."""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant"
        f" FOREIGN KEY (tenant_id) REFERENCES {tenants} (id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant",
    )


def finder(
    name: str,
    *,
    arguments: str,
    returns: str,
    body: str,
    roles: Sequence[str] = ("onque_app",),
    volatile: bool = False,
) -> RunSQL:
    """Create a SQL function owned by onque_finder that only `roles` may call.

    It sees rows of every tenant, so its body must say whose rows it returns. Each finder is listed
    in docs/architecture/tenancy.md with what it refuses.
    """
    types = ", ".join(part.split()[-1] for part in arguments.split(",") if part.strip())
    signature = f"{name}({types})"
    return RunSQL(
        [
            f"CREATE OR REPLACE FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE sql"
            f" {'VOLATILE' if volatile else 'STABLE'} SECURITY DEFINER"
            f" SET search_path = public, pg_temp AS $finder${body}$finder$",
            f"ALTER FUNCTION {signature} OWNER TO onque_finder",
            f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {signature} TO {', '.join(roles)}",
        ],
        f"DROP FUNCTION {signature}",
    )


def grant(table: str, privileges: str, roles: str) -> RunSQL:
    """Grant on a table that belongs to no tenant."""
    return RunSQL(
        f"GRANT {privileges} ON {table} TO {roles}", f"REVOKE ALL ON {table} FROM {roles}"
    )
